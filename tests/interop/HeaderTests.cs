// The .NET side says what the header says: the same numbers under the same names, the same functions, the same layout.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using Tollgate.Interop.Native;
using Xunit;

namespace Tollgate.Interop.Tests;

public class HeaderTests
{
    public static TheoryData<Type, string> Enums => new()
    {
        { typeof(TollgateStatus), string.Empty },
        { typeof(OperationPhase), "PHASE_" },
        { typeof(OperationLevel), "LEVEL_" },
        { typeof(TokenOrigin), "ORIGIN_" },
        { typeof(TokenSelector), "SELECTOR_" },
        { typeof(AccountCheckResult), "CHECK_" },
        { typeof(JsonKind), "NODE_" },
        { typeof(OperationLink), "LINK_" },
        { typeof(LookupKind), "LOOKUP_" },
    };

    public static TheoryData<string, string> Structs => new()
    {
        { "tollgate_text", nameof(NativeText) },
        { "tollgate_variable", nameof(NativeVariable) },
        { "tollgate_token_request", nameof(NativeTokenRequest) },
        { "tollgate_progress", nameof(NativeProgress) },
        { "tollgate_event", nameof(NativeEvent) },
        { "tollgate_token_view", nameof(NativeTokenView) },
        { "tollgate_entry", nameof(NativeEntry) },
        { "tollgate_listing_view", nameof(NativeListingView) },
        { "tollgate_gate_view", nameof(NativeGateView) },
        { "tollgate_check", nameof(NativeCheck) },
        { "tollgate_diagnosis_view", nameof(NativeDiagnosisView) },
        { "tollgate_node", nameof(NativeNode) },
        { "tollgate_document_view", nameof(NativeDocumentView) },
        { "tollgate_header", nameof(NativeHeader) },
        { "tollgate_response_view", nameof(NativeResponseView) },
        { "tollgate_realm", nameof(NativeRealm) },
        { "tollgate_rest_request", nameof(NativeRestRequest) },
        { "tollgate_lookup_request", nameof(NativeLookupRequest) },
        { "tollgate_error_view", nameof(NativeErrorView) },
    };

    [Theory]
    [MemberData(nameof(Enums))]
    public void Every_number_has_the_name_it_has_in_the_header(Type type, string prefix)
    {
        string[] others = [.. Enums.Select(row => (string)((object[])row)[1]).Where(other => other.Length > 0), "ABI_VERSION"];
        IEnumerable<KeyValuePair<string, int>> declared = Header.Numbers.Where(number => prefix.Length > 0
            ? number.Key.StartsWith(prefix, StringComparison.Ordinal)
            : !others.Any(other => number.Key.StartsWith(other, StringComparison.Ordinal)));

        Assert.Equal(
            declared.Select(number => (Pascal(number.Key[prefix.Length..]), number.Value)).Order(),
            Enum.GetNames(type).Select(name => (name, Convert.ToInt32(Enum.Parse(type, name), CultureInfo.InvariantCulture))).Order());
    }

    [Theory]
    [MemberData(nameof(Structs))]
    public void Every_structure_lies_in_memory_as_the_header_says(string native, string managed)
    {
        Type type = typeof(NativeText).Assembly.GetType($"Tollgate.Interop.Native.{managed}", throwOnError: true)!;
        HeaderStruct declared = Header.Structs[native];

        Assert.Equal(
            declared.Fields.Select(field => (FieldName(field.Name), field.Offset)),
            type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
                .Select(field => (field.Name, Marshal.OffsetOf(type, field.Name).ToInt32())));
        Assert.Equal(declared.Size, Marshal.SizeOf(type));
    }

    [Fact]
    public void Every_structure_of_the_header_is_compared() =>
        Assert.Equal(Header.Structs.Keys.Order(), Structs.Select(row => (string)((object[])row)[0]).Order());

    [Fact]
    public void The_imports_are_the_functions_of_the_header() => Assert.Equal(Header.Functions.Order(), Imports().Order());

    [Fact]
    public void The_version_is_the_header_s() => Assert.Equal((int)NativeLibraryLoader.AbiVersion, Header.Numbers["ABI_VERSION"]);

    [Fact]
    public void The_library_exports_every_import()
    {
        nint library = NativeLibrary.Load(NativePlatform.PathBeside(AppContext.BaseDirectory));

        Assert.All(Imports(), name => Assert.True(NativeLibrary.TryGetExport(library, name, out _), name));
    }

    private static string[] Imports() =>
    [
        .. typeof(NativeMethods).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(method => method.GetCustomAttribute<DllImportAttribute>()?.Value == NativeMethods.Library)
            .Select(method => method.Name),
    ];

    private static string FieldName(string name) => name switch
    {
        "ptr" => "Pointer",
        "len" => "Length",
        _ => Pascal(name),
    };

    private static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
}
