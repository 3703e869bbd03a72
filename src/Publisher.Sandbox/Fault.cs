using System.Collections.Immutable;

namespace Publisher.Sandbox;

/// <summary>A fault that is switched on. Kinds are listed in <see cref="Kinds"/>.</summary>
internal sealed record Fault
{
    /// <summary>Every kind that all platforms know, with what it does in words for the page.</summary>
    public static readonly (string Kind, string Does)[] Kinds =
    [
        ("status", "answers a status code instead of doing it"),
        ("status-after", "does it, but answers a status code"),
        ("delay", "waits before doing it"),
        ("cut-before", "breaks the connection before the post is visible"),
        ("cut-after", "breaks the connection after the post is visible"),
        ("504-then-visible", "answers 504, the post becomes visible later"),
        ("lagging-listing", "reads do not show the newest posts yet"),
        ("garbage", "does it, but answers 200 with nonsense"),
        ("wrong-type", "does nothing and answers 200 with a web page, as a proxy might"),
        ("expired-token", "says that the token has expired"),
        ("revoked-token", "says that access was revoked"),
    ];

    public string Platform { get; init; } = "*";

    /// <summary>An account's id or handle; null for every account.</summary>
    public string? Account { get; init; }

    public string Kind { get; init; } = "";

    /// <summary>create, media, read, change, token or all. Reads for lagging-listing, else create unless said.</summary>
    public string? On { get; init; }

    /// <summary>How often; null until cleared.</summary>
    public int? Times { get; init; }

    public int? Status { get; init; }

    /// <summary>How long to wait: the value of a Retry-After header, or what the platform has in its place.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Further headers of the answer, such as a rate limit's reset.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    public string? Body { get; init; }

    public int? DelayMs { get; init; }

    /// <summary>Seconds until visible (504-then-visible, default 20) or of lag (lagging-listing, default 30).</summary>
    public double? Seconds { get; init; }

    public string Calls => On ?? (Kind == "lagging-listing" ? "read" : "create");

    public bool Fits(string platform, SandboxAccount? account, CallKind kind)
        => (Platform == "*" || Platform == platform)
            && (string.IsNullOrEmpty(Account) || (account is not null && (account.Id == Account || account.Handle == Account)))
            && kind != CallKind.Page
            && (Calls == "all" || string.Equals(Calls, kind.ToString(), StringComparison.OrdinalIgnoreCase));
}

/// <summary>The faults that are on. Reading costs nothing while there are none.</summary>
internal sealed class Faults
{
    private readonly Lock _gate = new();
    private ImmutableArray<Fault> _all = [];

    public ImmutableArray<Fault> All => _all;

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _all = _all.Add(fault);
        }
    }

    public void Clear(string? platform = null)
    {
        lock (_gate)
        {
            _all = platform is null ? [] : _all.RemoveAll(f => f.Platform == platform);
        }
    }

    /// <summary>The faults that hit this call; each is counted down.</summary>
    public IReadOnlyList<Fault> Take(string platform, SandboxAccount? account, CallKind kind)
    {
        if (_all.IsEmpty)
        {
            return [];
        }

        lock (_gate)
        {
            var hits = _all.Where(f => f.Fits(platform, account, kind)).ToList();
            foreach (var hit in hits.Where(h => h.Times is not null))
            {
                _all = hit.Times > 1 ? _all.Replace(hit, hit with { Times = hit.Times - 1 }) : _all.Remove(hit);
            }

            return hits;
        }
    }
}
