// A request to Azure under way: what it ends with is taken once.
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>A request to Azure that is under way.</summary>
public sealed class RestOperation : Operation
{
    internal RestOperation(OperationHandle handle)
        : base(handle)
    {
    }

    /// <summary>Takes the response, once, after <see cref="Operation.Wait"/> said that it is there.</summary>
    public unsafe RestResponse TakeResponse()
    {
        NativeError.Check(NativeMethods.tollgate_operation_take_response(Handle, out ResponseHandle response, out NativeError* error), error);
        return new RestResponse(response);
    }
}
