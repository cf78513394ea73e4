// Detects a nextLink cycle with Brent's algorithm: constant memory, and a cycle is found within a small multiple of its length. Without
// it such a listing would never end.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Detects a cycle in the nextLinks of one listing.</summary>
internal sealed class PageCycleDetector
{
    private string? remembered;
    private long steps;
    private long stepLimit = 1;

    /// <summary>Takes the next page's link and returns it; null after the last page.</summary>
    /// <exception cref="TollgateException">The page has been there before.</exception>
    internal string? Advance(string? next)
    {
        if (next is not null && next == remembered)
        {
            throw new TollgateException(TollgateStatus.MalformedResponse, "the next page of the listing is one that was there already");
        }

        if (++steps == stepLimit)
        {
            remembered = next;
            stepLimit *= 2;
            steps = 0;
        }

        return next;
    }
}
