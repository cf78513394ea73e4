// Select-MiContext: another of this session's contexts. Nothing is asked of Azure.
using System.Management.Automation;

namespace Tollgate.PowerShell;

/// <summary>Takes another context of this session into use.</summary>
/// <remarks>
/// <para>Only this session changes. Azure is not asked: the context is taken as it was when it was made. Set-MiContext makes new ones.</para>
/// </remarks>
/// <example>
/// <para>Choose a context by its name</para>
/// <code>$null = Connect-MiAccount -ContextName work
/// Select-MiContext -Name work</code>
/// <para>Takes the context into use that was named when it was connected.</para>
/// </example>
/// <example>
/// <para>Use every context in turn</para>
/// <code>foreach ($context in Get-MiContext -ListAvailable) {
///     $null = $context | Select-MiContext
///     (Get-MiContext).Name
/// }</code>
/// <para>Takes each context of this session into use, one after the other, and shows its name.</para>
/// </example>
/// <returns cref="MiContext">The context that is now in use.</returns>
/// <seealso>Get-MiContext</seealso>
/// <seealso>Set-MiContext</seealso>
/// <seealso>about_Tollgate</seealso>
[Cmdlet(VerbsCommon.Select, "MiContext", SupportsShouldProcess = true, DefaultParameterSetName = SelectByInputObject, HelpUri = HelpPages.BaseUrl + "Select-MiContext.md")]
[OutputType(typeof(MiContext))]
public sealed class SelectMiContextCommand : ContextChangeCmdlet
{
    private const string SelectByInputObject = "SelectByInputObject";
    private const string SelectByName = "SelectByName";

    /// <summary>The name of the context to use.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SelectByName)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ContextNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The context to use.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SelectByInputObject)]
    public MiContext? InputObject { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => Name;

    /// <inheritdoc/>
    private protected override void ChangeContext()
    {
        RunspaceContexts table = RunspaceContexts.Current;
        MiContext context = InputObject ?? table.Contexts.GetRequired(Name!, nameof(Name));
        if (ShouldProcess($"Context '{context.Name}'", "use"))
        {
            table.Change(contexts => contexts.WithCurrent(context));
            WriteObject(context);
        }
    }
}
