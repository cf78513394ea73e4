using System.Management.Automation;
using System.Security;

namespace EmptyModule;

/// <summary>A cmdlet that gives a new SecureString: what a token costs in PowerShell's own type for secrets, before anybody finds one.</summary>
[Cmdlet(VerbsCommon.Get, "SecureText")]
public sealed class GetSecureTextCommand : PSCmdlet
{
    private static char[] text = [];

    /// <summary>Sets how many characters each has.</summary>
    public static void UseLength(int length) => text = new string('x', length).ToCharArray();

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        fixed (char* first = text)
        {
            var secure = new SecureString(first, text.Length);
            secure.MakeReadOnly();
            WriteObject(secure);
        }
    }
}
