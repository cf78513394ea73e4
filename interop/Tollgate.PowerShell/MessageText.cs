// Sentences from the native library's messages, which are lower case without a period so that they can be part of a longer one.
using System.Linq;

namespace Tollgate.PowerShell;

/// <summary>Makes sentences.</summary>
internal static class MessageText
{
    /// <summary>Returns a text with a capital at its start and a period at its end. Only a plain word is capitalized: a URL or a name stays as it is.</summary>
    internal static string ToSentence(string text)
    {
        bool plain = text.Split(' ')[0].All(char.IsLetter);
        string start = plain && text.Length > 0 ? char.ToUpperInvariant(text[0]) + text.Substring(1) : text;
        return start.Length > 0 && start[start.Length - 1] == '.' ? start : start + ".";
    }
}
