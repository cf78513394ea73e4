// A native failure as an exception. An error handle lives within one call: read, freed, thrown. It is a typed pointer and no
// SafeHandle, because a SafeHandle would be made, and finalized, on every call that succeeds.
using System.Runtime.InteropServices;

namespace Tollgate.Interop.Native;

/// <summary>The C type tollgate_error: opaque.</summary>
internal readonly struct NativeError
{
    /// <summary>Throws what a failed call says; does nothing after Ok and Pending.</summary>
    internal static unsafe void Check(TollgateStatus status, NativeError* error)
    {
        if (status >= TollgateStatus.InvalidArgument)
        {
            throw Take(status, error);
        }
    }

    private static unsafe TollgateException Take(TollgateStatus status, NativeError* error)
    {
        try
        {
            NativeErrorView view = default;
            return error is null || NativeMethods.tollgate_error_read(error, out view) != TollgateStatus.Ok
                ? new TollgateException(status, "the native library gave no reason")
                : view.ToException();
        }
        finally
        {
            NativeMethods.tollgate_error_free(error);
        }
    }
}

/// <summary>The C type tollgate_error_view.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeErrorView
{
    internal int Status;
    internal uint HttpStatus;
    internal uint Attempts;
    internal uint Reserved;
    internal ulong RetryAfterMs;
    internal NativeText Message;
    internal NativeText Field;
    internal NativeText Endpoint;
    internal NativeText Identity;
    internal NativeText ServiceCode;
    internal NativeText ServiceText;
    internal NativeText CorrelationId;
    internal NativeText Advice;

    internal readonly TollgateException ToException() => new((TollgateStatus)Status, Message.ToText() ?? string.Empty)
    {
        Field = Field.ToText(),
        Endpoint = Endpoint.ToText(),
        Identity = Identity.ToText(),
        HttpStatus = HttpStatus == 0 ? null : (int)HttpStatus,
        Attempts = (int)Attempts,
        RetryAfter = RetryAfterMs == 0 ? null : Units.Span(RetryAfterMs),
        ServiceCode = ServiceCode.ToText(),
        ServiceText = ServiceText.ToText(),
        CorrelationId = CorrelationId.ToText(),
        Advice = Advice.ToText(),
    };
}
