// The command line.
using System.Collections.Generic;

namespace Tollgate.Help;

/// <summary>What was asked for.</summary>
internal sealed record Options(string Assembly, string Xml, IReadOnlyList<string> About)
{
    /// <summary>What the program says of itself.</summary>
    internal const string Usage = """
        usage: Tollgate.Help --assembly <dll> --xml <file> --about <folder>... [--maml <file>] [--markdown <folder> [--check]]

          --assembly   the built assembly of the cmdlets
          --xml        its XML documentation file
          --about      the folder of a module's about topics; may be given again
          --maml       writes Get-Help's file
          --markdown   writes a page for each cmdlet, and an index
          --check      writes no page: fails when the folder holds anything else than would be written

        Ends with 1, and a line for each fault, when anything is undocumented; nothing is written then.
        """;

    /// <summary>Gets the MAML file to write, if any.</summary>
    internal string? Maml { get; private init; }

    /// <summary>Gets the folder of the pages, if any.</summary>
    internal string? Markdown { get; private init; }

    /// <summary>Gets whether the pages are compared and not written.</summary>
    internal bool Check { get; private init; }

    /// <summary>Reads the command line; nothing when it is not understood.</summary>
    internal static Options? Parse(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>();
        var about = new List<string>();
        bool check = false;
        for (int index = 0; index < arguments.Count; index++)
        {
            string name = arguments[index];
            if (name == "--check")
            {
                check = true;
            }
            else if (name == "--about" && index + 1 < arguments.Count)
            {
                about.Add(arguments[++index]);
            }
            else if (name is "--assembly" or "--xml" or "--maml" or "--markdown" && index + 1 < arguments.Count)
            {
                values[name] = arguments[++index];
            }
            else
            {
                return null;
            }
        }

        return values.TryGetValue("--assembly", out string? assembly) && values.TryGetValue("--xml", out string? xml) && about.Count > 0
            ? new Options(assembly, xml, about) { Maml = values.GetValueOrDefault("--maml"), Markdown = values.GetValueOrDefault("--markdown"), Check = check }
            : null;
    }
}
