// The process's variables on their way in. Every string is pinned for the length of one call; none is copied.
using System;
using System.Collections;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>Environment variables pinned for one native call.</summary>
internal sealed unsafe class NativeEnvironment : IDisposable
{
    private readonly GCHandle[] pins;
    private int pinned;

    /// <summary>Pins the names and values of an environment.</summary>
    internal NativeEnvironment(IDictionary environment)
    {
        Variables = new NativeVariable[environment.Count];
        pins = new GCHandle[environment.Count * 2];
        foreach (DictionaryEntry entry in environment)
        {
            int index = pinned / 2;
            Variables[index].Name = Pin(entry.Key as string ?? string.Empty);
            Variables[index].Value = Pin(entry.Value as string ?? string.Empty);
        }
    }

    /// <summary>Gets the variables as the native side reads them.</summary>
    internal NativeVariable[] Variables { get; }

    /// <summary>Lets the strings move again.</summary>
    public void Dispose()
    {
        while (pinned > 0)
        {
            pins[--pinned].Free();
        }
    }

    private NativeText Pin(string text)
    {
        GCHandle pin = GCHandle.Alloc(text, GCHandleType.Pinned);
        pins[pinned++] = pin;
        return new NativeText((char*)pin.AddrOfPinnedObject(), text);
    }
}
