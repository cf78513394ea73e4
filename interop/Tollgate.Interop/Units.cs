// Native numbers as .NET times. A value out of range becomes the nearest end of it instead of an exception.
using System;

namespace Tollgate.Interop;

/// <summary>Conversions of the units that cross the border.</summary>
internal static class Units
{
    private static readonly long FirstSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Turns Unix seconds into a time.</summary>
    internal static DateTimeOffset Time(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Min(Math.Max(unixSeconds, FirstSecond), LastSecond));

    /// <summary>Turns milliseconds into a span.</summary>
    internal static TimeSpan Span(ulong milliseconds) =>
        milliseconds > (ulong)(TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond)
            ? TimeSpan.MaxValue
            : TimeSpan.FromTicks((long)milliseconds * TimeSpan.TicksPerMillisecond);

    /// <summary>Turns a span into milliseconds.</summary>
    internal static uint Milliseconds(TimeSpan span) =>
        (uint)Math.Min(Math.Max(span.Ticks / TimeSpan.TicksPerMillisecond, 0), uint.MaxValue);
}
