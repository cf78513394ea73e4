// A diagnosis under way: what it ends with is taken once.
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>A diagnosis that is under way.</summary>
public sealed class DiagnosisOperation : Operation
{
    internal DiagnosisOperation(OperationHandle handle)
        : base(handle)
    {
    }

    /// <summary>Takes the checks, once, after <see cref="Operation.Wait"/> said that they are there.</summary>
    public unsafe AccountCheck[] TakeChecks()
    {
        NativeError.Check(NativeMethods.tollgate_operation_take_diagnosis(Handle, out DiagnosisHandle diagnosis, out NativeError* error), error);
        using (diagnosis)
        {
            NativeError.Check(NativeMethods.tollgate_diagnosis_read(diagnosis, out NativeDiagnosisView view, out error), error);
            var checks = new AccountCheck[checked((int)view.Length)];
            for (int index = 0; index < checks.Length; index++)
            {
                checks[index] = Check(view.Pointer[index]);
            }

            return checks;
        }
    }

    private static AccountCheck Check(in NativeCheck check) => new()
    {
        Name = check.Name.ToText() ?? string.Empty,
        Result = (AccountCheckResult)check.Result,
        Detail = check.Detail.ToText() ?? string.Empty,
        Advice = check.Advice.ToText(),
    };
}
