// The first use of a copy of Tollgate.Interop from any folder, as an installation there would meet it. It needs a process of its
// own, because a process loads its libraries once: this program starts itself, and the copy says how it went in one line.
using System;
using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Tollgate.Interop.Tests;

internal static class FirstUse
{
    /// <summary>The word by which this program knows that it is the copy's process.</summary>
    internal const string Word = "--first-use";

    internal const string Success = "loaded";

    /// <summary>Starts the process and gives what it says: <see cref="Success"/>, or the failure's name and message.</summary>
    /// <param name="assembly">The copy of Tollgate.Interop.dll.</param>
    /// <param name="before">A library that the process loads before, if any.</param>
    internal static string Of(string assembly, string? before = null)
    {
        using var process = Process.GetCurrentProcess();
        string program = process.MainModule!.FileName!;
        string self = typeof(FirstUse).Assembly.Location;
        bool isSelf = Path.GetFileNameWithoutExtension(program) == Path.GetFileNameWithoutExtension(self);
        string arguments = $"{(isSelf ? string.Empty : Quoted(self))} {Word} {Quoted(assembly)} {(before is null ? string.Empty : Quoted(before))}";
        using Process child = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        string said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return said.Trim();
    }

    /// <summary>What the started process does, and says.</summary>
    internal static string Try(string assembly, string? before)
    {
        if (before is not null && LoadLibraryW(before) == IntPtr.Zero)
        {
            throw new Win32Exception(Marshal.GetLastWin32Error());
        }

        Type client = Assembly.LoadFile(assembly).GetType(typeof(TollgateClient).FullName!, throwOnError: true)!;
        try
        {
            ((IDisposable)Activator.CreateInstance(client, (IDictionary)new Hashtable())!).Dispose();
            return Success;
        }
        catch (TargetInvocationException outer) when (outer.InnerException is { } failure)
        {
            object? name = failure.GetType().GetProperty(nameof(TollgateException.Name))?.GetValue(failure);
            return $"{name ?? failure.GetType().Name}: {failure.Message}";
        }
    }

    private static string Quoted(string text) => $"\"{text}\"";

    [DllImport("kernel32.dll", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    private static extern IntPtr LoadLibraryW(string path);
}
