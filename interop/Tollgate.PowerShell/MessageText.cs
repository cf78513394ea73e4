// The native library's texts as people read them: it writes them in lower case without a full stop, for they may become part of
// a longer one.
using System.Linq;

namespace Tollgate.PowerShell;

/// <summary>Makes sentences.</summary>
internal static class MessageText
{
    /// <summary>Gives a text its capital and its full stop. Only a plain word gets a capital: an address or a name stays as it is.</summary>
    internal static string ToSentence(string text)
    {
        bool plain = text.Split(' ')[0].All(char.IsLetter);
        string start = plain && text.Length > 0 ? char.ToUpperInvariant(text[0]) + text.Substring(1) : text;
        return start.Length > 0 && start[start.Length - 1] == '.' ? start : start + ".";
    }
}
