// One script of the demo without PowerShell: ready, wait for the word, one token, and a line that says how it went.
// Arguments: the folder of the packed assemblies, and the client id of the identity.
using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Tollgate.Interop;

namespace DemoWorker;

internal static class Program
{
    private static void Main(string[] arguments)
    {
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            context.LoadFromAssemblyPath(Path.Combine(arguments[0], name.Name + ".dll"));
        Console.WriteLine("ready");
        Console.ReadLine();
        Console.WriteLine(AskForToken(arguments[1]));
    }

    // On its own, because its types are looked for when it is compiled: that must come after the handler above is in place.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string AskForToken(string clientId)
    {
        try
        {
            var request = new TokenRequest { Resource = "https://management.azure.com/", AccountId = clientId };
            using TokenOperation operation = TollgateClient.Shared.StartToken(request);
            while (!operation.Wait(TimeSpan.FromSeconds(1), out _))
            {
            }

            using AccessToken token = operation.TakeToken();
            return token.Token.Length > 0 ? $"token {Waited(operation)}" : "failed: the token is empty";
        }
        catch (TollgateException exception)
        {
            return $"failed: {exception.Name}";
        }
    }

    private static string Waited(TokenOperation operation)
    {
        string waited = "-";
        while (operation.NextEvent(out OperationEvent line))
        {
            Match match = Regex.Match(line.Text, @"waited ([\d.]+) s");
            waited = match.Success ? match.Groups[1].Value : waited;
        }

        return waited;
    }
}
