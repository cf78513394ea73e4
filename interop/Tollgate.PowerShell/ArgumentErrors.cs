// A parameter that cannot be meant as it was given: one way to say so for all cmdlets, with the parameter's name beside the words.
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Makes the failures of parameters.</summary>
internal static class ArgumentErrors
{
    /// <summary>Makes the failure of one parameter.</summary>
    /// <param name="parameter">The parameter's name, without its dash.</param>
    /// <param name="fault">What is wrong with it.</param>
    internal static TollgateException Invalid(string parameter, string fault) => new(TollgateStatus.InvalidArgument, fault) { Field = parameter };
}
