using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Publisher.Sandbox;

/// <summary>A token a platform has given out.</summary>
internal sealed class Grant
{
    public required string Token { get; init; }

    public required string Account { get; init; }

    /// <summary>access, refresh or another kind the platform knows.</summary>
    public required string Kind { get; init; }

    public string Scope { get; init; } = "";

    public DateTimeOffset? Expires { get; set; }

    public bool Revoked { get; set; }

    public bool Allows(string? scope)
        => scope is null || Scope == "*" || Scope.Split(' ').Any(s => s == scope || scope.StartsWith(s + ":", StringComparison.Ordinal));
}

/// <summary>The tokens of one platform.</summary>
internal sealed class Tokens
{
    private readonly ConcurrentDictionary<string, Grant> _grants = new();
    private readonly ConcurrentDictionary<string, bool> _locked = new();

    public IEnumerable<Grant> All => _grants.Values;

    public IEnumerable<string> Locked => _locked.Keys;

    public Grant? Find(string? token) => token is not null && _grants.TryGetValue(token, out var grant) ? grant : null;

    /// <summary>Access of this account was revoked, so its password opens nothing either.</summary>
    public bool IsLocked(string account) => _locked.ContainsKey(account);

    public void Lock(string account) => _locked[account] = true;

    public void Put(Grant grant) => _grants[grant.Token] = grant;

    public void Seed(Grant grant) => _grants.TryAdd(grant.Token, grant);

    public Grant Issue(string prefix, string account, string kind, string scope, DateTimeOffset? expires)
    {
        var grant = new Grant { Token = prefix + RandomNumberGenerator.GetHexString(40, lowercase: true), Account = account, Kind = kind, Scope = scope, Expires = expires };
        _grants[grant.Token] = grant;
        return grant;
    }

    /// <summary>
    /// Does to an account's tokens what an administrator or the passing of time would: expire (what opens the account), lapse (what opens it anew
    /// too), revoke or restore.
    /// </summary>
    public void Change(string account, string action, DateTimeOffset now)
    {
        if (action == "revoke")
        {
            Lock(account);
        }
        else if (action == "restore")
        {
            _locked.TryRemove(account, out _);
        }

        foreach (var grant in _grants.Values.Where(g => g.Account == account))
        {
            switch (action)
            {
                case "expire" when grant.Kind == "access":
                case "lapse":
                    grant.Expires = now;
                    break;
                case "revoke":
                    grant.Revoked = true;
                    break;
                case "restore":
                    grant.Revoked = false;
                    grant.Expires = grant.Expires is { } expires && expires <= now ? now.AddHours(1) : grant.Expires;
                    break;
            }
        }
    }
}
