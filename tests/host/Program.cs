// Arguments: the address of a simulator and, where one could be made, a native library that speaks another version.
using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Tollgate.Interop.Tests;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        // Consoles differ in what they can show; whoever reads this is a program.
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        if (arguments[0] == FirstUse.Word)
        {
            output.WriteLine(FirstUse.Try(arguments[1], arguments.Length > 2 ? arguments[2] : null));
            return 0;
        }

        World.Simulator = new SimulatorControl(arguments[0]);
        World.OtherLibrary = arguments.Length > 1 ? arguments[1] : null;
        output.WriteLine($"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription.Trim()}");
        var runner = new Runner(output);
        runner.Run(typeof(LoaderChecks), typeof(TokenChecks), typeof(FailureChecks), typeof(OperationChecks), typeof(DiagnosisChecks));
        return runner.Good ? 0 : 1;
    }
}
