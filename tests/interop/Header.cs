// tollgate.h as data: its functions, numbers and structures, so that the .NET side is compared with it and not with itself.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Tollgate.Interop.Tests;

internal sealed record HeaderField(string Name, int Offset, int Size);

internal sealed record HeaderStruct(int Size, int Alignment, IReadOnlyList<HeaderField> Fields);

internal static partial class Header
{
    private static readonly string Text = Comments().Replace(File.ReadAllText(Repository.Header), " ");

    internal static IReadOnlyList<string> Functions { get; } =
        [.. Function().Matches(Text).Select(match => match.Groups[1].Value)];

    internal static IReadOnlyDictionary<string, int> Numbers { get; } = Number().Matches(Text)
        .ToDictionary(match => match.Groups[1].Value, match => int.Parse(match.Groups[2].Value, null));

    internal static IReadOnlyDictionary<string, HeaderStruct> Structs { get; } = ReadStructs();

    // The rules of C on every 64-bit system: a field begins at a multiple of its alignment, and so ends the whole.
    private static Dictionary<string, HeaderStruct> ReadStructs()
    {
        var structs = new Dictionary<string, HeaderStruct>();
        foreach (Match match in Struct().Matches(Text))
        {
            int offset = 0;
            int alignment = 1;
            var fields = new List<HeaderField>();
            foreach (Match field in Field().Matches(match.Groups[1].Value))
            {
                (int size, int own) = Measure(field.Groups[1].Value, field.Groups[2].Length > 0, structs);
                offset = RoundUp(offset, own);
                fields.Add(new HeaderField(field.Groups[3].Value, offset, size));
                offset += size;
                alignment = Math.Max(alignment, own);
            }

            structs.Add(match.Groups[2].Value, new HeaderStruct(RoundUp(offset, alignment), alignment, fields));
        }

        return structs;
    }

    private static (int Size, int Alignment) Measure(string type, bool pointer, Dictionary<string, HeaderStruct> structs) => type switch
    {
        _ when pointer => (8, 8),
        "size_t" or "uintptr_t" or "uint64_t" or "int64_t" or "double" => (8, 8),
        _ when structs.TryGetValue(type, out HeaderStruct? known) => (known.Size, known.Alignment),
        _ => (4, 4),
    };

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\b(tollgate_\w+)\s*\([^()]*\)\s*;")]
    private static partial Regex Function();

    [GeneratedRegex(@"\bTOLLGATE_(\w+)\s*=?\s*(\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"typedef struct\s*\w*\s*\{([^{}]*)\}\s*(\w+)\s*;")]
    private static partial Regex Struct();

    [GeneratedRegex(@"(?:const\s+)?(?:struct\s+)?(\w+)\s*(\*?)\s*(\w+)\s*;")]
    private static partial Regex Field();
}
