// The process's variables on their way in.
using System;
using System.Collections;

namespace Tollgate.Interop.Native;

/// <summary>Environment variables pinned for one native call.</summary>
internal sealed class NativeEnvironment : IDisposable
{
    private readonly PinnedTexts pinned;

    /// <summary>Pins the names and values of an environment.</summary>
    internal NativeEnvironment(IDictionary environment)
    {
        pinned = new PinnedTexts(environment.Count * 2);
        Variables = new NativeVariable[environment.Count];
        int index = 0;
        foreach (DictionaryEntry entry in environment)
        {
            Variables[index].Name = pinned.Text(entry.Key as string ?? string.Empty);
            Variables[index].Value = pinned.Text(entry.Value as string ?? string.Empty);
            index++;
        }
    }

    /// <summary>Gets the variables as the native side reads them.</summary>
    internal NativeVariable[] Variables { get; }

    /// <summary>Lets the strings move again.</summary>
    public void Dispose() => pinned.Dispose();
}
