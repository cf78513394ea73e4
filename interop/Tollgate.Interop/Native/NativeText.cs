// Text at the border: UTF-16 as .NET has it, borrowed, never copied on the way in.
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_text. No pointer means that the text is absent.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeText
{
    internal char* Pointer;
    internal nuint Length;

    /// <summary>Points at a .NET string that stays pinned as long as this is used.</summary>
    internal NativeText(char* pinned, string? text)
    {
        Pointer = pinned;
        Length = (nuint)(text?.Length ?? 0);
    }

    /// <summary>Copies the text out.</summary>
    internal readonly string? ToText() => Pointer is null ? null : new string(Pointer, 0, checked((int)Length));
}
