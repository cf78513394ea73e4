// A bound parameter is never the default. A variable that was never set binds null, which PowerShell converts to an empty string; taken as
// the default it would select another identity, every subscription or every name. So every bound value of every cmdlet is validated
// here, once; and white space around a string, as it comes out of files and programs, is trimmed here.
using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Reflection;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Validates and trims bound parameters.</summary>
internal static class BoundParameterValidator
{
    // Found once for each cmdlet: a token from memory takes microseconds.
    private static readonly ConcurrentDictionary<Type, Dictionary<string, PropertyInfo>> Parameters = new();

    /// <summary>Rejects null, empty and blank values, and trims white space around strings.</summary>
    /// <exception cref="TollgateException">A parameter was given null, empty or blank.</exception>
    internal static void Validate(TollgateCmdlet cmdlet)
    {
        Dictionary<string, object> bound = cmdlet.MyInvocation.BoundParameters;
        if (bound.Count == 0)
        {
            return;
        }

        Dictionary<string, PropertyInfo> parameters = Parameters.GetOrAdd(cmdlet.GetType(), Find);
        foreach (KeyValuePair<string, object> given in new List<KeyValuePair<string, object>>(bound))
        {
            if (!parameters.TryGetValue(given.Key, out PropertyInfo? own))
            {
                continue;
            }

            object? value = given.Value is PSObject wrapped ? wrapped.BaseObject : given.Value;
            if (cmdlet.MyInvocation.ExpectingInput && !Equals(own.GetValue(cmdlet), value))
            {
                // An earlier object of the pipeline bound it. PowerShell has put the property back, and leaves this entry.
                bound.Remove(given.Key);
            }
            else if (IsNothing(value))
            {
                if (!cmdlet.MayBeEmpty(given.Key))
                {
                    throw ArgumentErrors.Invalid(given.Key, $"-{given.Key} is null, empty or blank, which does not stand for its default. {cmdlet.WhatIsNeeded(given.Key)}");
                }
            }
            else if (Trimmed(value!) is object trimmed && !cmdlet.KeepsSpaces(given.Key))
            {
                own.SetValue(cmdlet, trimmed);
                bound[given.Key] = trimmed;
            }
        }
    }

    private static bool IsNothing(object? value) => value switch
    {
        null => true,
        string text => string.IsNullOrWhiteSpace(text),
        Uri address => string.IsNullOrWhiteSpace(address.OriginalString),
        IDictionary table => table.Count == 0 || table.Keys.Cast<object?>().Any(IsNothing),
        Array list => list.Length == 0 || list.Cast<object?>().Any(IsNothing),
        _ => false,
    };

    // Null when there is nothing to trim.
    private static object? Trimmed(object value) => value switch
    {
        string text when text.Length != text.Trim().Length => text.Trim(),
        string[] texts when texts.Any(text => Trimmed(text) is not null) => Array.ConvertAll(texts, text => text.Trim()),
        _ => null,
    };

    // Those that every cmdlet has are PowerShell's own.
    private static Dictionary<string, PropertyInfo> Find(Type cmdlet) =>
        cmdlet.GetProperties().Where(property => property.IsDefined(typeof(ParameterAttribute), inherit: true)).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
}
