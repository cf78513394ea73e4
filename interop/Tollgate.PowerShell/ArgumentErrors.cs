// The InvalidArgument failures of all cmdlets, each with the name of its parameter.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Creates failures of parameters.</summary>
internal static class ArgumentErrors
{
    /// <summary>Creates an InvalidArgument failure.</summary>
    /// <param name="parameter">The parameter's name, without its dash.</param>
    /// <param name="fault">What is wrong with it.</param>
    internal static TollgateException Invalid(string parameter, string fault) => new(TollgateStatus.InvalidArgument, fault) { Field = parameter };
}
