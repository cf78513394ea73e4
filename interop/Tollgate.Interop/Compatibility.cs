// What the compiler looks for and .NET Standard lacks.
namespace System.Runtime.CompilerServices;

/// <summary>Lets properties be set in an object initializer only.</summary>
internal static class IsExternalInit;
