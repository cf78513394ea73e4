// Get-MiResourceGroup: one group by name or id, or a list of those that fit.
using System;
using System.Collections;
using System.Linq;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Gets resource groups.</summary>
/// <remarks>
/// <para>Lists the resource groups of the context's subscription, or gets one by its name or its id. A group that is named without wildcards and
/// does not exist is an error, ResourceNotFound; a list without a match is empty.</para>
/// </remarks>
/// <example>
/// <para>List the resource groups</para>
/// <code>Get-MiResourceGroup | Format-Table -Property ResourceGroupName, Location, ProvisioningState</code>
/// <para>Lists the groups of the subscription of the context.</para>
/// </example>
/// <example>
/// <para>Find out whether a group exists</para>
/// <code>$group = Get-MiResourceGroup -Name rg-web -ErrorAction SilentlyContinue</code>
/// <para>Returns the group; $group is null when there is none of that name.</para>
/// </example>
/// <example>
/// <para>Find groups by a tag</para>
/// <code>Get-MiResourceGroup -Tag @{ environment = 'production' } -Location 'West Europe'</code>
/// <para>Lists the groups in this region whose tag has this value.</para>
/// </example>
/// <returns cref="MiResourceGroup">The groups that match.</returns>
/// <seealso>Get-MiResource</seealso>
/// <seealso>Get-MiVM</seealso>
[Cmdlet(VerbsCommon.Get, "MiResourceGroup", DefaultParameterSetName = ByName, HelpUri = HelpPages.BaseUrl + "Get-MiResourceGroup.md")]
[OutputType(typeof(MiResourceGroup))]
public sealed class GetMiResourceGroupCommand : ArmCmdlet
{
    private const string ByName = "GetByResourceGroupName";
    private const string ById = "GetByResourceGroupId";

    /// <summary>The name of the group, with wildcards if you like. Default: every group.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("ResourceGroupName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ResourceGroupNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The region of the groups, for example westeurope or 'West Europe'. Default: every region.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? Location { get; set; }

    /// <summary>The id of the group, or of anything in it. Default: the group is not named by its id.</summary>
    [Parameter(ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [Alias("ResourceGroupId", "ResourceId")]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? Id { get; set; }

    /// <summary>The tags that the groups have, as a table of names and values. A name without a value stands for any value; of several tags all must be there. Default: tags do not matter.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    public Hashtable? Tag { get; set; }

    /// <summary>Requests the created and changed times of the groups too.</summary>
    [Parameter]
    public SwitchParameter ExpandProperties { get; set; }

    /// <summary>The API version. Default: Tollgate's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ApiVersion { get; set; }

    /// <summary>Has no effect, and is here for scripts that give it: resource groups are asked with one version, or with that of -ApiVersion.</summary>
    [Parameter]
    public SwitchParameter Pre { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Id ?? Name;

    private string Version => ApiVersion ?? ApiVersions.Resources;

    private (string Name, string? Value) Expansion => ("$expand", ExpandProperties ? ExpandTimes : null);

    /// <inheritdoc/>
    private protected override void ListInput()
    {
        if (Pre)
        {
            WarnIgnored(nameof(Pre), "resource groups are asked with one version of the interface, or with that of -ApiVersion");
        }

        var name = new NameFilter(Name);
        TagFilter tags = TagFilter.For(Tag);
        if (Id is not null)
        {
            WriteIfMatch(One(PathOf(Id)), tags);
        }
        else if (name.Exact is not null)
        {
            WriteIfMatch(One($"{RequireSubscription()}/resourcegroups/{Uri.EscapeDataString(name.Exact)}"), tags);
        }
        else
        {
            foreach (ArmResponse page in Pages(BuildUrl(RequireSubscription() + "/resourcegroups", Version, Expansion)))
            {
                foreach (JsonValue group in page.Items.Where(group => name.IsMatch(PSObjectConverter.TextOf(group, "name"))))
                {
                    WriteIfMatch(group, tags);
                }
            }
        }
    }

    private static string PathOf(string id)
    {
        var identifier = new ResourceIdentifier(id);
        return identifier is { SubscriptionId: string subscription, ResourceGroupName: string group }
            ? $"/subscriptions/{Uri.EscapeDataString(subscription)}/resourcegroups/{Uri.EscapeDataString(group)}"
            : throw ArgumentErrors.Invalid(nameof(Id), $"'{id}' is no id of a resource group: that is /subscriptions/<id>/resourceGroups/<name>");
    }

    // Azure PowerShell's text, which scripts match.
    private JsonValue One(string path)
    {
        try
        {
            return Get(BuildUrl(path, Version, Expansion)).Document;
        }
        catch (TollgateException missing) when (missing.Status == TollgateStatus.ResourceNotFound)
        {
            throw missing.With("Provided resource group does not exist.", missing.Advice);
        }
    }

    private void WriteIfMatch(JsonValue group, TagFilter tags)
    {
        if ((Location is null || Region(Location) == Region(PSObjectConverter.TextOf(group, "location"))) && tags.Matches(group))
        {
            var given = new MiResourceGroup(group);
            RunspaceContexts.Current.Names.AddResourceGroup(given.ResourceGroupName);
            WriteObject(given);
        }
    }

    // The name shown to people, West Europe, and Azure's own, westeurope, are the same region.
    private static string? Region(string? location) => location?.Replace(" ", string.Empty).ToUpperInvariant();
}
