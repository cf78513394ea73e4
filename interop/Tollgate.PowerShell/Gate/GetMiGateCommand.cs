// Get-MiGate: the machine's rate limit towards the metadata service at this moment.
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Shows the gate through which all processes of this machine ask the metadata service.</summary>
/// <remarks>
/// <para>The gate keeps all processes together within the service's limits: so many requests a second and so many at once. Looking at
/// it takes no place in it. When Shared is False, AloneBecause says why this process cannot share the rate limit.</para>
/// <para>Mode is Even for a while after the service refused a request of any process: then requests go one at a time, because another
/// program seems to use the same allowance.</para>
/// </remarks>
/// <example>
/// <para>Look at the gate</para>
/// <code>Get-MiGate</code>
/// <para>Shows how many callers wait, how long a caller arriving now would wait, and what was sent since the machine started.</para>
/// </example>
/// <example>
/// <para>Wait until the rush is over</para>
/// <code>while ((Get-MiGate).WaitFor.TotalSeconds -gt 5) { Start-Sleep -Seconds 1 }</code>
/// <para>Holds a less urgent script back while others queue.</para>
/// </example>
/// <returns cref="GateState">The gate at this moment.</returns>
/// <seealso>Get-MiAccessToken</seealso>
/// <seealso>about_TollgateGate</seealso>
[Cmdlet(VerbsCommon.Get, "MiGate", HelpUri = HelpPages.BaseUrl + "Get-MiGate.md")]
[OutputType(typeof(GateState))]
public sealed class GetMiGateCommand : TollgateCmdlet
{
    /// <inheritdoc/>
    private protected override void ProcessInput() => WriteObject(TollgateClient.Shared.LookAtGate());
}
