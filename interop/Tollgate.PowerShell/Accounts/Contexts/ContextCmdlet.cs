// What cmdlets that need a context, or change one, have in common.
using System;
using System.Management.Automation;
using System.Management.Automation.Host;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The base of the cmdlets that use a context.</summary>
public abstract class ContextCmdlet : TollgateCmdlet
{
    /// <summary>
    /// The context to use in place of this session's: a context from Get-MiContext, or the profile that Connect-MiAccount gave. Cmdlets
    /// that need none, such as Connect-MiAccount and Get-MiEnvironment, take it without effect. Default: the context in use in this session.
    /// </summary>
    [Parameter]
    [Alias("AzContext", "AzureRmContext", "AzureCredential")]
    public MiContextContainer? DefaultProfile { get; set; }

    /// <summary>Returns the context to use; null when this session is not connected.</summary>
    private protected MiContext? FindContext() => DefaultProfile is null ? RunspaceContexts.Current.Contexts.Current : DefaultProfile.ToContext();

    /// <summary>Returns the context to use.</summary>
    /// <exception cref="TollgateException">NotConnected: this session has no context in use.</exception>
    private protected MiContext RequireContext() => FindContext()
        ?? throw new TollgateException(TollgateStatus.NotConnected, "Run Connect-MiAccount to login.");
}

/// <summary>The base of the cmdlets that make contexts, or choose one.</summary>
public abstract class ContextChangeCmdlet : ContextCmdlet
{
    /// <summary>
    /// How far the change reaches. Process means this process's memory, where each session has contexts of its own. CurrentUser, which in Azure PowerShell writes the context to
    /// the user's profile, is refused with the error PersistenceNotSupported, because Tollgate writes nothing about an account
    /// to disk. Default: Process.
    /// </summary>
    [Parameter]
    public ContextModificationScope Scope { get; set; } = ContextModificationScope.Process;

    /// <inheritdoc/>
    private protected sealed override void ProcessInput()
    {
        if (Scope == ContextModificationScope.CurrentUser)
        {
            var failure = new TollgateException(
                TollgateStatus.PersistenceNotSupported,
                "-Scope CurrentUser would write the context to the user's profile, and Tollgate writes nothing about an account to disk");
            WriteFailure(failure, Scope);
            return;
        }

        ChangeContext();
    }

    /// <summary>Changes the contexts, for one input.</summary>
    private protected abstract void ChangeContext();

    /// <summary>Asks before a context that has the name already is replaced.</summary>
    /// <param name="parameter">The parameter that gives the name.</param>
    /// <param name="name">The name.</param>
    /// <param name="force">Whether nothing is asked.</param>
    /// <exception cref="TollgateException">Nobody can be asked here.</exception>
    private protected bool MayReplace(string parameter, string? name, bool force)
    {
        if (force || name is null || RunspaceContexts.Current.Contexts.Find(name) is null)
        {
            return true;
        }

        try
        {
            return ShouldContinue($"There is a context named '{name}' already. Replace it?", "Replace context");
        }
        // PowerShell's console has no answer at the end of its input, and trips over that.
        catch (Exception nobody) when (nobody is PSInvalidOperationException or HostException or NotImplementedException or NullReferenceException)
        {
            throw ArgumentErrors.Invalid(parameter, $"There is a context named '{name}' already, and nobody can be asked here whether to replace it: choose another name, or replace it with -Force.");
        }
    }
}

/// <summary>The base of the cmdlets that remove contexts.</summary>
public abstract class ContextRemovalCmdlet : ContextCmdlet
{
    /// <summary>
    /// Process or CurrentUser, and here it is the same: what Azure PowerShell would remove from the user's profile was never written
    /// there. Only this session's contexts are removed. Default: Process.
    /// </summary>
    [Parameter]
    public ContextModificationScope Scope { get; set; } = ContextModificationScope.Process;

    /// <summary>Removes this session's contexts, and forgets their identities.</summary>
    internal static void ForgetAll()
    {
        RunspaceContexts table = RunspaceContexts.Current;
        MiContext[] leaving = [.. table.Contexts.All];

        // First, so that nothing which fails later leaves a context here.
        table.Change(_ => ContextCollection.Empty);
        foreach (MiContext context in leaving)
        {
            Forget(context);
        }
    }

    /// <summary>Forgets a context's identity: its tokens in memory, and that Az.Accounts is to be kept logged in with it.</summary>
    private protected static void Forget(MiContext context)
    {
        IdentitySelector identity = context.Account.Identity;
        AzHandOver.End(identity);

        // One that was never used has no tokens, and to find its source now could fail.
        if (identity.HasSource)
        {
            TollgateClient.Shared.ClearTokens(identity.Request(resource: null));
        }
    }
}
