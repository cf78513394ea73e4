// A listing whose next pages lead round in a ring would never end. One page is remembered, and another one ever more seldom: whatever
// length a ring has, the one remembered is in it some day, and comes again. (Brent's way to find a cycle.)
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>The way from page to page of one listing.</summary>
internal sealed class PageCycleDetector
{
    private string? remembered;
    private long steps;
    private long stepLimit = 1;

    /// <summary>Goes on to the next page; nothing is the end.</summary>
    /// <exception cref="TollgateException">The listing has led there before.</exception>
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
