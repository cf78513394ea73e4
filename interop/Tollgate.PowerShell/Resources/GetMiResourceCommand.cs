// Get-MiResource: a list of resources, or one by its id. Azure Resource Manager filters by type and name; wildcards and tags are filtered here.
using System;
using System.Collections;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Gets resources of Azure.</summary>
/// <remarks>
/// <para>Lists the resources of the context's subscription, or of one of its resource groups, or gets one by its id. A list comes in pages, and
/// each resource is given as its page arrives: a list of any length needs no more memory than a page, and Select-Object -First ends it early.</para>
/// <para>A list holds no properties of a resource's own type. -ExpandProperties asks for each resource by its id, and so does naming one by
/// -Name, -ResourceGroupName and -ResourceType without wildcards, unless it lies inside another. The API version that each type needs is found automatically.</para>
/// </remarks>
/// <example>
/// <para>List the resources of the subscription</para>
/// <code>Get-MiResource | Format-Table -Property Name, ResourceGroupName, ResourceType, Location</code>
/// <para>Lists everything in the subscription of the context.</para>
/// </example>
/// <example>
/// <para>Find storage accounts by a tag</para>
/// <code>Get-MiResource -ResourceType Microsoft.Storage/storageAccounts -Tag @{ environment = 'production' }</code>
/// <para>Lists the storage accounts whose tag has this value.</para>
/// </example>
/// <example>
/// <para>Look into resources</para>
/// <code>(Get-MiResource -Name web* -ResourceGroupName rg-web -ExpandProperties).Properties</code>
/// <para>Gets what Azure knows of each resource of the group whose name begins with web.</para>
/// </example>
/// <returns cref="MiResource">The resources that match; no output when there are none.</returns>
/// <seealso>Get-MiResourceGroup</seealso>
/// <seealso>Get-MiVM</seealso>
/// <seealso>Invoke-MiRestMethod</seealso>
[Cmdlet(VerbsCommon.Get, "MiResource", DefaultParameterSetName = ByTagNameValue, HelpUri = HelpPages.BaseUrl + "Get-MiResource.md")]
[OutputType(typeof(MiResource))]
public sealed class GetMiResourceCommand : ArmCmdlet
{
    private const string ByTagNameValue = "ByTagNameValueParameterSet";
    private const string ByTagObject = "ByTagObjectParameterSet";
    private const string ByResourceId = "ByResourceId";

    /// <summary>The id of the resource, or of a list of resources, for example /subscriptions/id/providers/Microsoft.Compute/virtualMachines.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>The name of the resources, with wildcards if you like. Default: every name.</summary>
    [Parameter(ParameterSetName = ByTagObject)]
    [Parameter(ParameterSetName = ByTagNameValue)]
    [Alias("ResourceName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The type of the resources, for example Microsoft.Compute/virtualMachines. Default: every type.</summary>
    [Parameter(ParameterSetName = ByTagObject)]
    [Parameter(ParameterSetName = ByTagNameValue)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceType { get; set; }

    /// <summary>A condition in Azure Resource Manager's own words, for example "location eq 'westeurope'". It is put to it together with the others. Default: no further condition.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ODataQuery { get; set; }

    /// <summary>The resource group that the resources are in, with wildcards if you like. Default: every group.</summary>
    [Parameter(ParameterSetName = ByTagObject)]
    [Parameter(ParameterSetName = ByTagNameValue)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ResourceGroupNameCompleter))]
    public string? ResourceGroupName { get; set; }

    /// <summary>The tags that the resources have, as a table of names and values. A name without a value stands for any value; of several tags all must be there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByTagObject)]
    public Hashtable? Tag { get; set; }

    /// <summary>The name of a tag that the resources have. Default: tags do not matter.</summary>
    [Parameter(ParameterSetName = ByTagNameValue)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? TagName { get; set; }

    /// <summary>The value of that tag, or without -TagName of any tag. Default: any value.</summary>
    [Parameter(ParameterSetName = ByTagNameValue)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? TagValue { get; set; }

    /// <summary>Asks for each resource by its id, so that the properties of its own type are there.</summary>
    [Parameter]
    public SwitchParameter ExpandProperties { get; set; }

    /// <summary>The API version. Default: for a list Tollgate's own, for a resource by its id the newest that its type offers.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ApiVersion { get; set; }

    /// <summary>Counts versions that are not final among those of which the newest is taken.</summary>
    [Parameter]
    public SwitchParameter Pre { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => ResourceId ?? Name ?? ResourceGroupName;

    /// <inheritdoc/>
    internal override bool KeepsSpaces(string parameter) => parameter is nameof(TagName) or nameof(TagValue);

    private TagFilter Tags => ParameterSetName == ByTagObject ? TagFilter.For(Tag) : TagFilter.For(TagName, TagValue);

    /// <inheritdoc/>
    private protected override void ListInput()
    {
        var name = new NameFilter(Name);
        var group = new NameFilter(ResourceGroupName);
        if (ResourceId is not null)
        {
            WriteById(ResourceId);
        }
        else if (name.Exact is not null && group.Exact is not null && ResourceType?.Split('/').Length == 2)
        {
            WriteById($"{RequireSubscription()}/resourceGroups/{group.Exact}/providers/{ResourceType}/{name.Exact}");
        }
        else
        {
            WriteList(name, group);
        }
    }

    private void WriteById(string id)
    {
        var identifier = new ResourceIdentifier(id);
        if (identifier.SubscriptionId is null && identifier.Namespace is null)
        {
            throw ArgumentErrors.Invalid(nameof(ResourceId), $"'{id}' is no resource id: it begins with /subscriptions/ or /providers/");
        }

        TagFilter tags = Tags;
        foreach (ArmResponse response in Pages(BuildUrl(identifier.Path, VersionFor(identifier, ApiVersion, Pre), ("$filter", ODataFilter.Filter(null, null, ODataQuery)))))
        {
            foreach (JsonValue resource in response.OneOrItems)
            {
                if (tags.Matches(resource))
                {
                    WriteObject(new MiResource(resource));
                }
            }
        }
    }

    private void WriteList(NameFilter name, NameFilter group)
    {
        TagFilter tags = Tags;
        foreach (ArmResponse page in Pages(BuildListUrl(name.Exact, group.Exact)))
        {
            foreach (JsonValue resource in page.Items)
            {
                var identifier = new ResourceIdentifier(PSObjectConverter.TextOf(resource, "id") ?? string.Empty);
                if (name.IsMatch(PSObjectConverter.TextOf(resource, "name")) && group.IsMatch(identifier.ResourceGroupName) && tags.Matches(resource))
                {
                    WriteObject(ExpandProperties ? Expanded(resource, identifier) : new MiResource(resource));
                }
            }
        }
    }

    private string BuildListUrl(string? name, string? group)
    {
        string path = RequireSubscription() + (group is null ? string.Empty : "/resourceGroups/" + Uri.EscapeDataString(group)) + "/resources";

        // With -ExpandProperties -ApiVersion is that of the resources, which no list accepts.
        return BuildUrl(
            path,
            ExpandProperties ? ApiVersions.Resources : ApiVersion ?? ApiVersions.Resources,
            ("$filter", ODataFilter.Filter(ResourceType, name, ODataQuery)),
            ("$expand", ExpandProperties ? ExpandTimes : null));
    }

    // A resource whose GET fails is written as the list has it, beside the error.
    private MiResource Expanded(JsonValue listed, ResourceIdentifier identifier)
    {
        JsonValue described = listed;
        ContinueOnError(identifier.Path, () => described = Get(BuildUrl(identifier.Path, VersionFor(identifier, ApiVersion, Pre))).Document);
        return new MiResource(described, listed);
    }
}
