// A test that needs a C compiler, left out by name where there is none.
using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Tollgate.Interop.Tests;

[AttributeUsage(AttributeTargets.Method)]
public sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "cc"))))
        {
            Skip = "no C compiler: there is no cc on PATH";
        }
    }
}
