// A JSON document, read once out of native memory. The native library parses it, so that every PowerShell reads the same.
using System.Collections.Generic;
using Tollgate.Interop.Native;

namespace Tollgate.Interop;

/// <summary>What a JSON value is.</summary>
public enum JsonKind
{
    /// <summary>Nothing.</summary>
    Null = 0,

    /// <summary>False.</summary>
    False = 1,

    /// <summary>True.</summary>
    True = 2,

    /// <summary>A number without a fraction.</summary>
    Whole = 3,

    /// <summary>Any other number.</summary>
    Number = 4,

    /// <summary>A text.</summary>
    Text = 5,

    /// <summary>A list of values.</summary>
    List = 6,

    /// <summary>Named values.</summary>
    Map = 7,
}

/// <summary>A JSON value with what is inside it.</summary>
public sealed class JsonValue
{
    private static readonly JsonValue[] Nothing = [];

    private JsonValue(in NativeNode node, JsonValue[] children)
    {
        Kind = (JsonKind)node.Kind;
        Name = node.Name.ToText();
        Text = node.Text.ToText();
        Whole = node.Whole;
        Number = node.Number;
        Children = children;
    }

    /// <summary>Gets what it is.</summary>
    public JsonKind Kind { get; }

    /// <summary>Gets its name in the object it belongs to.</summary>
    public string? Name { get; }

    /// <summary>Gets the text, where it is one.</summary>
    public string? Text { get; }

    /// <summary>Gets the number, where it is one without a fraction.</summary>
    public long Whole { get; }

    /// <summary>Gets the number, where it is any other.</summary>
    public double Number { get; }

    /// <summary>Gets the values inside, in the order of the document.</summary>
    public IReadOnlyList<JsonValue> Children { get; }

    /// <summary>Finds a value of an object by its name.</summary>
    /// <param name="name">The name; upper and lower case are different, as in JSON.</param>
    /// <returns>The value, or nothing when there is none or it is null.</returns>
    public JsonValue? Find(string name)
    {
        foreach (JsonValue child in Children)
        {
            if (child.Name == name)
            {
                return child.Kind == JsonKind.Null ? null : child;
            }
        }

        return null;
    }

    /// <summary>Tells whether an object has a value of this name, be it null.</summary>
    /// <param name="name">The name; upper and lower case are different, as in JSON.</param>
    public bool Has(string name)
    {
        foreach (JsonValue child in Children)
        {
            if (child.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a document out of its native handle and frees the handle.</summary>
    internal static unsafe JsonValue Take(DocumentHandle handle)
    {
        using (handle)
        {
            NativeError.Check(NativeMethods.tollgate_document_read(handle, out NativeDocumentView view, out NativeError* error), error);
            int next = 0;
            return Read(view.Pointer, ref next);
        }
    }

    // The library refuses documents that are too deep, so this ends far from the end of the stack.
    private static unsafe JsonValue Read(NativeNode* nodes, ref int next)
    {
        ref readonly NativeNode node = ref nodes[next++];
        var children = node.Count == 0 ? Nothing : new JsonValue[node.Count];
        for (int index = 0; index < children.Length; index++)
        {
            children[index] = Read(nodes, ref next);
        }

        return new JsonValue(node, children);
    }
}
