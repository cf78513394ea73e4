// Tab after an account or a tenant: those of this session's contexts.
using System;
using System.Collections.Generic;
using System.Linq;

namespace Tollgate.PowerShell;

/// <summary>Offers the ids of the accounts of this session's contexts.</summary>
public sealed class AccountIdCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names =>
        (RunspaceContexts.Here?.Contexts.All ?? []).Select(context => context.Account.Id).Distinct(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Offers the tenants of this session's contexts, by id and by default domain.</summary>
public sealed class TenantCompleter : NameCompleter
{
    private protected override IEnumerable<string> Names =>
        (RunspaceContexts.Here?.Contexts.All ?? [])
            .SelectMany(context => new[] { context.Tenant?.Id, context.Tenant?.DefaultDomain })
            .OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
