// Runs every public method of a class as one check, on an instance of its own, and prints one line for each.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Reflection;

namespace Tollgate.Interop.Tests;

internal sealed class Runner(TextWriter output)
{
    private int passed;
    private int failed;
    private int skipped;

    /// <summary>Gets whether nothing has failed.</summary>
    internal bool Good => failed == 0;

    internal void Run(params Type[] checks)
    {
        foreach (Type type in checks)
        {
            foreach (MethodInfo check in ChecksOf(type))
            {
                Run(type, check);
            }
        }

        output.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
    }

    private static IEnumerable<MethodInfo> ChecksOf(Type type)
    {
        foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (method.Name != nameof(IDisposable.Dispose))
            {
                yield return method;
            }
        }
    }

    private void Run(Type type, MethodInfo check)
    {
        string name = check.Name.Replace('_', ' ');
        var clock = Stopwatch.StartNew();
        try
        {
            using (var instance = (IDisposable)Activator.CreateInstance(type)!)
            {
                check.Invoke(instance, null);
            }

            passed++;
            output.WriteLine($"passed: {name} ({clock.ElapsedMilliseconds} ms)");
        }
        catch (TargetInvocationException outer) when (outer.InnerException is LeftOutException reason)
        {
            skipped++;
            output.WriteLine($"skipped: {name}: {reason.Message}");
        }
        catch (Exception fault)
        {
            failed++;
            output.WriteLine($"failed: {name}: {(fault as TargetInvocationException)?.InnerException ?? fault}");
        }

        output.Flush();
    }
}
