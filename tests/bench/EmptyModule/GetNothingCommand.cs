using System.Management.Automation;

namespace EmptyModule;

/// <summary>A cmdlet that does nothing: what a call costs before any work.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet;
