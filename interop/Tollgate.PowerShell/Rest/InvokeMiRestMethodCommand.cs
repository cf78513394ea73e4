// Invoke-MiRestMethod: one request to Azure, with the token that its host wants. The rules for tokens, repeats, pages and
// long-running operations are the native library's; here parameters become an address.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using Tollgate.Interop;

namespace Tollgate.PowerShell;

/// <summary>Sends a request to Azure with a token of the connected managed identity.</summary>
/// <remarks>
/// <para>The token is the one that the host wants: the services of Azure are known by their hosts, in each cloud by its own; for others
/// -ResourceId names the audience, and its token goes to the origin that -Uri names. A token of a service of Azure goes to hosts of that
/// service only, over https, and never along a redirect to another host. A host that can show a request to a customer, such as an app of
/// App Service or a service bus namespace, gets a token only when -ResourceId names the audience: see about_Tollgate.</para>
/// <para>As in Azure PowerShell an HTTP error status is in the output and is no error of the cmdlet. Before that, a request that
/// the service refuses for its rate (429), or that fails on its side (5xx), is sent again, up to four times, after the time the service asks
/// for, which shows as progress; but no POST or PATCH that may have been carried out. A token that has been revoked is renewed once. A warning is written when few requests remain for the subscription.</para>
/// </remarks>
/// <example>
/// <para>List the virtual machines of a resource group</para>
/// <code>$path = "/subscriptions/$subscriptionId/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines?api-version=2022-03-01"
/// (Invoke-MiRestMethod -Path $path -Method GET).Content | ConvertFrom-Json</code>
/// <para>Asks Azure Resource Manager by a path, as with Invoke-AzRestMethod.</para>
/// </example>
/// <example>
/// <para>Every page of a listing</para>
/// <code>Invoke-MiRestMethod -Path '/subscriptions?api-version=2022-12-01' -Paginate | ForEach-Object { ($_.Content | ConvertFrom-Json).value }</code>
/// <para>Returns one response for each page as it arrives, so that a long listing needs no more memory than a page.</para>
/// </example>
/// <example>
/// <para>Send a hashtable as JSON</para>
/// <code>$path = "/subscriptions/$subscriptionId/resourceGroups/rg?api-version=2021-04-01"
/// Invoke-MiRestMethod -Path $path -Method PUT -Payload @{ location = 'westeurope'; tags = @{ team = 'blue' } }</code>
/// <para>The order of what is in a hashtable is nobody's; [ordered] keeps it.</para>
/// </example>
/// <example>
/// <para>Start a machine and wait for it</para>
/// <code>$path = "/subscriptions/$subscriptionId/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm/start?api-version=2022-03-01"
/// Invoke-MiRestMethod -Path $path -Method POST -WaitForCompletion</code>
/// <para>Sends the request and looks at the operation until it has ended.</para>
/// </example>
/// <example>
/// <para>Download a blob</para>
/// <code>Invoke-MiRestMethod -Uri 'https://account.blob.core.windows.net/container/blob' -OutFile './blob.bin'</code>
/// <para>Streams the content to a file, which appears when it is complete.</para>
/// </example>
/// <returns cref="MiHttpResponse">The response; with -Paginate one for each page.</returns>
/// <seealso>Get-MiAccessToken</seealso>
/// <seealso>Get-MiResource</seealso>
/// <seealso>Connect-MiAccount</seealso>
[Cmdlet(VerbsLifecycle.Invoke, "MiRestMethod", SupportsShouldProcess = true, DefaultParameterSetName = ByPath, HelpUri = HelpPages.BaseUrl + "Invoke-MiRestMethod.md")]
[OutputType(typeof(MiHttpResponse))]
public sealed class InvokeMiRestMethodCommand : JobCmdlet
{
    private const string ByPath = "ByPath";
    private const string ByUri = "ByURI";
    private const string ByParameters = "ByParameters";

    private string? address;

    /// <summary>The path and query below the address of Azure Resource Manager, the api-version included. The host is not part of it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPath)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? Path { get; set; }

    /// <summary>The whole address of a service of Azure.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByUri)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public Uri? Uri { get; set; }

    /// <summary>The audience of the token, for services that are not known by their host: an identifier such as https://servicebus.azure.net or api://id. One of a service of Azure goes to hosts of that service only, any other to the origin that -Uri names. Default: found from the host.</summary>
    [Parameter(ParameterSetName = ByUri)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public Uri? ResourceId { get; set; }

    /// <summary>The id of the subscription. Default: that of the context.</summary>
    [Parameter(ParameterSetName = ByParameters)]
    [ArgumentCompleter(typeof(SubscriptionIdCompleter))]
    public string? SubscriptionId { get; set; }

    /// <summary>The name of the resource group. Default: none, the request is about the subscription.</summary>
    [Parameter(ParameterSetName = ByParameters)]
    [ArgumentCompleter(typeof(ResourceGroupNameCompleter))]
    public string? ResourceGroupName { get; set; }

    /// <summary>The resource provider, for example Microsoft.Compute. Default: none.</summary>
    [Parameter(ParameterSetName = ByParameters)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ResourceProviderName { get; set; }

    /// <summary>The resource types, from the outermost in, for example virtualMachines, extensions. Default: none.</summary>
    [Parameter(ParameterSetName = ByParameters)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string[]? ResourceType { get; set; }

    /// <summary>The names that go with the types: as many, or one fewer to list the innermost. Default: none.</summary>
    [Parameter(ParameterSetName = ByParameters)]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The API version of the provider, for example 2022-03-01.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByParameters)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ApiVersion { get; set; }

    /// <summary>The HTTP method. Default: GET.</summary>
    [Parameter]
    [ValidateSet("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")]
    public string Method { get; set; } = "GET";

    /// <summary>The content to send: a text as it is, usually JSON; or a hashtable, a [pscustomobject] or a list of these, which are sent as JSON. Empty, it announces a length of 0. A list of texts is refused, for it may be the lines of a file. Default: none.</summary>
    [Parameter]
    [JsonContent]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? Payload { get; set; }

    /// <summary>A file whose content is sent as it is. Excludes -Payload. Default: none.</summary>
    [Parameter]
    public string? InFile { get; set; }

    /// <summary>The type of the content. Default: application/json for -Payload, none for a file.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoNameCompleter))]
    public string? ContentType { get; set; }

    /// <summary>Further headers, as a dictionary of names and values, for example @{ 'x-ms-blob-type' = 'BlockBlob' }. Authorization cannot be among them; requests to storage get x-ms-version and x-ms-date where these do not name them. Default: none.</summary>
    [Parameter]
    public IDictionary? Headers { get; set; }

    /// <summary>A file that takes the content of a successful response as it arrives. It appears, or is replaced, when it is complete. What is larger than 256 MiB needs it. Content that comes packed (Content-Encoding gzip or deflate) is unpacked, unless -Headers names Accept-Encoding. Excludes -Paginate. Default: none, the content is in the output.</summary>
    [Parameter]
    public string? OutFile { get; set; }

    /// <summary>Waits until the long-running operation that the request starts has completed, and returns its result.</summary>
    [Parameter]
    public SwitchParameter WaitForCompletion { get; set; }

    /// <summary>Where the state of the operation is read from: AzureAsyncLocation, Location, OriginalUri or Operation-Location. Default: where the response points.</summary>
    [Parameter]
    [ValidateSet("AzureAsyncLocation", "Location", "OriginalUri", "Operation-Location")]
    public string? PollFrom { get; set; }

    /// <summary>Where the result of the operation is read from: final-state-via of its API description, AzureAsyncLocation, Location, OriginalUri or Operation-Location. Default: as is usual for the method.</summary>
    [Parameter]
    [ValidateSet("AzureAsyncLocation", "Location", "OriginalUri", "Operation-Location")]
    public string? FinalResultFrom { get; set; }

    /// <summary>Follows the link to the next page (nextLink, @odata.nextLink or odata.nextLink, in the response or in its properties), and returns one response for each page; a further page that is refused is an error, and so is one that was there already. A warning tells of a next page that has no link. Excludes -OutFile.</summary>
    [Parameter]
    public SwitchParameter Paginate { get; set; }

    /// <summary>Sends no request again: a 429 or 5xx is returned as it arrives. A token that has been revoked is renewed once all the same.</summary>
    [Parameter]
    public SwitchParameter NoRetry { get; set; }

    /// <summary>The time allowed for each response, in seconds, repeats and the wait for an operation included. Default: as long as it takes.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    private protected override object? ErrorTarget => address ?? Path ?? (object?)Uri;

    /// <inheritdoc/>
    internal override bool MayBeEmpty(string parameter) => parameter is nameof(Payload) or nameof(Headers);

    /// <inheritdoc/>
    internal override bool KeepsSpaces(string parameter) => parameter is nameof(Payload) or nameof(InFile) or nameof(OutFile);

    private string Verb => Method.ToUpperInvariant();

    private bool Writes => Verb is "POST" or "PUT" or "PATCH" or "DELETE";

    /// <inheritdoc/>
    private protected override bool ConfirmRun()
    {
        address = BuildUrl(RequireContext());
        return !Writes || ShouldProcess(Path ?? new Uri(address).AbsolutePath, Verb);
    }

    /// <inheritdoc/>
    private protected override void ResolveJobParameters(IDictionary<string, object> parameters)
    {
        foreach ((string name, string? path) in new[] { (nameof(InFile), FullPath(InFile, nameof(InFile))), (nameof(OutFile), FullPath(OutFile, nameof(OutFile))) })
        {
            if (path is not null)
            {
                parameters[name] = path;
            }
        }
    }

    /// <inheritdoc/>
    private protected override void ProcessHere()
    {
        MiContext context = RequireContext();
        var cycle = new PageCycleDetector();
        string? next = address;
        while (next is not null)
        {
            using RestResponse response = SendRequest(Request(context, next));
            WriteObject(new MiHttpResponse(response));
            next = cycle.Advance(response.NextLink);
        }
    }

    private RestRequest Request(MiContext context, string uri) => new()
    {
        Token = context.Account.Identity.Request(ResourceId?.OriginalString, timeoutSeconds: TimeoutSeconds),
        Method = Verb,
        Uri = uri,
        Realms = context.Environment.AudienceHosts,
        Body = Payload,
        BodyFile = FullPath(InFile, nameof(InFile)),
        ContentType = ContentType,
        Headers = [.. RequestHeaders.Read(Headers)],
        OutFile = FullPath(OutFile, nameof(OutFile)),
        Paginate = Paginate,
        // A further page is no operation.
        Wait = WaitForCompletion && uri == address,
        PollFrom = OperationLinkNames.Parse(PollFrom),
        FinalFrom = OperationLinkNames.Parse(FinalResultFrom),
        Retry = !NoRetry,

        // The first response is written whatever its status. A listing that ends early must not look complete.
        Strict = uri != address,
    };

    private string BuildUrl(MiContext context)
    {
        if (Uri is not null)
        {
            return Uri.IsAbsoluteUri ? Uri.AbsoluteUri : throw ArgumentErrors.Invalid(nameof(Uri), $"'{Uri}' is no whole address: it begins with https://");
        }

        string path = Path ?? ResourcePath(context);
        if (Array.Exists(["//", "https:", "http:"], host => path.StartsWith(host, StringComparison.OrdinalIgnoreCase)))
        {
            throw ArgumentErrors.Invalid(nameof(Path), $"'{path}' names a host, and only a path is wanted; -Uri takes a whole address");
        }

        return $"{context.Environment.RequireResourceManager()}/{path.TrimStart('/')}";
    }

    private string ResourcePath(MiContext context)
    {
        string subscription = SubscriptionId ?? context.Subscription?.Id
            ?? throw ArgumentErrors.Invalid(
                nameof(SubscriptionId),
                context.Subscription is MiSubscription { Name: string known } ? $"the context knows its subscription by the name '{known}' only: give -SubscriptionId, or choose one with Set-MiContext -Subscription"
                : $"the context has no subscription: give -SubscriptionId, or choose one with Set-MiContext -Subscription{(context.MissingSubscription is MissingSubscription missing ? "; " + missing.Cause : string.Empty)}");
        string path = "/subscriptions/" + Escape(subscription);
        path += ResourceGroupName is null ? string.Empty : "/resourceGroups/" + Escape(ResourceGroupName);
        path += ResourceProviderName is null ? string.Empty : "/providers/" + Escape(ResourceProviderName);
        int types = ResourceType?.Length ?? 0;
        int names = Name?.Length ?? 0;
        if (names > types || types - names > 1 || (types > 0 && ResourceProviderName is null))
        {
            throw ArgumentErrors.Invalid(nameof(ResourceType), "Invalid resource type/name: -ResourceType needs -ResourceProviderName, and as many names as types, or one fewer to list them");
        }

        for (int index = 0; index < types; index++)
        {
            path += "/" + Escape(ResourceType![index]) + (index < names ? "/" + Escape(Name![index]) : string.Empty);
        }

        return path + "?api-version=" + Escape(ApiVersion!);
    }

    private string? FullPath(string? path, string parameter)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            string full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == "FileSystem" ? full : throw ArgumentErrors.Invalid(parameter, $"'{path}' is no path of the file system");
        }
        catch (SessionStateException unknown)
        {
            throw ArgumentErrors.Invalid(parameter, $"'{path}' is no path of the file system: {unknown.Message}");
        }
    }

    private static string Escape(string segment) => System.Uri.EscapeDataString(segment);
}
