// A folder of generated pages: written whole, or compared with what would be written.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Tollgate.Help;

/// <summary>Writes and compares pages.</summary>
internal static class PageFolder
{
    /// <summary>Makes the folder hold these pages and no others.</summary>
    internal static void Write(string folder, IReadOnlyDictionary<string, string> pages)
    {
        Directory.CreateDirectory(folder);
        foreach (string superfluous in Present(folder).Except(pages.Keys))
        {
            File.Delete(Path.Combine(folder, superfluous));
        }

        foreach ((string name, string text) in pages)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }
    }

    /// <summary>Tells what differs, one line a page.</summary>
    internal static IEnumerable<string> Differences(string folder, IReadOnlyDictionary<string, string> pages)
    {
        IReadOnlyList<string> present = Directory.Exists(folder) ? [.. Present(folder)] : [];
        foreach ((string name, string text) in pages)
        {
            if (!present.Contains(name))
            {
                yield return $"{name}: is missing";
            }
            else if (File.ReadAllText(Path.Combine(folder, name)).ReplaceLineEndings("\n") != text)
            {
                yield return $"{name}: is not what the source says";
            }
        }

        foreach (string superfluous in present.Except(pages.Keys))
        {
            yield return $"{superfluous}: belongs to no cmdlet";
        }
    }

    private static IEnumerable<string> Present(string folder) =>
        Directory.EnumerateFiles(folder, "*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
