// Texts on their way in. Every string is pinned for the length of one call; none is copied.
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>Pins strings and arrays for one native call.</summary>
internal sealed unsafe class PinnedTexts(int capacity = 16) : IDisposable
{
    private readonly List<GCHandle> pins = new(capacity);

    /// <summary>Pins a text; an absent one stays absent.</summary>
    internal NativeText Text(string? text) => text is null ? default : new NativeText((char*)Pin(text), text);

    /// <summary>Pins an array of values that hold no references.</summary>
    internal T* Array<T>(T[] values)
        where T : unmanaged => values.Length == 0 ? null : (T*)Pin(values);

    /// <summary>Lets everything move again.</summary>
    public void Dispose()
    {
        foreach (GCHandle pin in pins)
        {
            pin.Free();
        }

        pins.Clear();
    }

    private IntPtr Pin(object value)
    {
        GCHandle pin = GCHandle.Alloc(value, GCHandleType.Pinned);
        pins.Add(pin);
        return pin.AddrOfPinnedObject();
    }
}
