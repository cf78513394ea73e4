// A request for a token: what it ends with is taken once.
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>A request for a token that is under way.</summary>
public sealed class TokenOperation : Operation
{
    internal TokenOperation(OperationHandle handle)
        : base(handle)
    {
    }

    /// <summary>Takes the token, once, after <see cref="Operation.Wait"/> said that it is there.</summary>
    public unsafe AccessToken TakeToken()
    {
        NativeError.Check(NativeMethods.tollgate_operation_take_token(Handle, out NativeToken* token, out NativeError* error), error);
        return AccessToken.Take(token);
    }
}
