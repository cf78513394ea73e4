// A question about tenants and subscriptions under way: what it ends with is taken once.
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>A question about tenants and subscriptions that is under way.</summary>
public sealed class LookupOperation : Operation
{
    internal LookupOperation(OperationHandle handle)
        : base(handle)
    {
    }

    /// <summary>Takes the answer, once, after <see cref="Operation.Wait"/> said that it is there.</summary>
    public unsafe JsonValue TakeDocument()
    {
        NativeError.Check(NativeMethods.tollgate_operation_take_document(Handle, out DocumentHandle document, out NativeError* error), error);
        return JsonValue.Take(document);
    }
}
