using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>OAuth 1.0a as Flickr has it: every call signed, and a sign-in in three steps.</summary>
internal sealed partial class Flickr
{
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, bool> _nonces = new();
    private readonly ConcurrentDictionary<string, RequestToken> _requested = new();

    protected override string? TokenOf(Call call) => Signature(call).GetValueOrDefault("oauth_token");

    protected override Answer? CheckHeaders(Call call, Route route)
    {
        if (route.Path == Rest && (Argument(call, "format") != "json" || Argument(call, "nojsoncallback") != "1"))
        {
            Object(call, "format=json and nojsoncallback=1 are missing: without them the answer is XML or script");
        }

        var signed = Signature(call);
        if (signed.Count == 0)
        {
            return Failure(call, 97, "Missing signature");
        }

        foreach (var name in new[] { "oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_signature_method", "oauth_signature" }.Where(name => !signed.ContainsKey(name)))
        {
            Object(call, $"{name} is missing");
            return Failure(call, 97, "Missing signature");
        }

        if (signed["oauth_signature_method"] != "HMAC-SHA1" || signed.GetValueOrDefault("oauth_version", "1.0") != "1.0")
        {
            Object(call, "only HMAC-SHA1 and version 1.0 are known");
            return Failure(call, 96, "Invalid signature");
        }

        if (Accounts.FirstOrDefault(a => a.ClientId == signed["oauth_consumer_key"]) is not { } client)
        {
            return Failure(call, 100, "Invalid API Key (Key not found)");
        }

        if (!long.TryParse(signed["oauth_timestamp"], out var seconds) || (World.Now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > ClockSlack)
        {
            return Answer.Text("oauth_problem=timestamp_refused", 401);
        }

        if (!_nonces.TryAdd($"{seconds} {signed["oauth_nonce"]}", true))
        {
            Object(call, "the nonce was used before");
            return Answer.Text("oauth_problem=nonce_used", 401);
        }

        var token = signed.GetValueOrDefault("oauth_token");
        if (token is not null && Tokens.Find(token) is null && !_requested.ContainsKey(token))
        {
            return Failure(call, 98, "Invalid auth token");
        }

        var expected = Expected(call, signed, client.ClientSecret!, token is null ? "" : SecretOf(token));
        if (signed["oauth_signature"] == expected)
        {
            return null;
        }

        Object(call, "the signature does not fit");
        return Failure(call, 96, "Invalid signature");
    }

    public override void Forget()
    {
        _nonces.Clear();
        _requested.Clear();
    }

    /// <summary>Every token has one, the same after a restart.</summary>
    private static string SecretOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))[..16];

    private static string? Argument(Call call, string name) => call.Asked(name) ?? call.Field(name);

    /// <summary>What stands in the header: OAuth name="value", ….</summary>
    private static Dictionary<string, string> Signature(Call call)
    {
        var header = call.Headers.Authorization.ToString();
        return !header.StartsWith("OAuth ", StringComparison.Ordinal) ? [] : header[6..].Split(',')
            .Select(pair => pair.Trim().Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[1].Trim('"')))
            .ToDictionary(group => group.Key, group => group.First());
    }

    /// <summary>The signature as RFC 5849 has it made; fields beside a file are signed too.</summary>
    private string Expected(Call call, Dictionary<string, string> signed, string clientSecret, string tokenSecret)
    {
        var pairs = new List<string>();
        void Sign(string name, string? value) => pairs.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value ?? "")}");
        call.Query.ToList().ForEach(q => q.Value.ToList().ForEach(value => Sign(q.Key, value)));
        call.Form.ToList().ForEach(f => f.Value.ToList().ForEach(value => Sign(f.Key, value)));
        signed.Where(s => s.Key is not "oauth_signature" and not "realm").ToList().ForEach(s => Sign(s.Key, s.Value));
        pairs.Sort(StringComparer.Ordinal);

        var address = $"{World.Address.Scheme}://{call.Headers.Host.ToString().ToLowerInvariant()}{call.RawTarget.Split('?')[0]}";
        var text = $"{call.Method}&{Uri.EscapeDataString(address)}&{Uri.EscapeDataString(string.Join('&', pairs))}";
#pragma warning disable CA5350 // The protocol asks for it.
        using var hash = new HMACSHA1(Encoding.ASCII.GetBytes($"{Uri.EscapeDataString(clientSecret)}&{Uri.EscapeDataString(tokenSecret)}"));
#pragma warning restore CA5350
        return Convert.ToBase64String(hash.ComputeHash(Encoding.ASCII.GetBytes(text)));
    }

    private Answer GiveRequestToken(Call call)
    {
        var signed = Signature(call);
        if (signed.GetValueOrDefault("oauth_callback") is not { } callback || !Uri.TryCreate(callback, UriKind.Absolute, out var back) || back.Scheme is not ("http" or "https"))
        {
            Object(call, "oauth_callback is no address");
            return Answer.Text("oauth_problem=parameter_absent&oauth_parameters_absent=oauth_callback", 401);
        }

        var token = NewToken();
        _requested[token] = new RequestToken(callback, signed["oauth_consumer_key"], World.Now);
        return Form($"oauth_callback_confirmed=true&oauth_token={token}&oauth_token_secret={SecretOf(token)}");
    }

    private Answer ShowConsent(Call call)
    {
        var (token, perms) = (call.Asked("oauth_token") ?? "", call.Asked("perms") ?? "");
        return _requested.TryGetValue(token, out var asked) && perms is "read" or "write" or "delete"
            ? Consent.Ask(this, call.Path, [("oauth_token", token), ("perms", perms)], asked!.Callback, perms)
            : Html.Page("Not possible", "<h1>Oops! Flickr doesn't recognise the request token</h1>", 400);
    }

    private Answer DecideConsent(Call call)
    {
        var isForeign = call.Headers["Sec-Fetch-Site"] == "cross-site";
        if (isForeign || !_requested.TryGetValue(call.Field("oauth_token") ?? "", out var asked) || Accounts.FirstOrDefault(a => a.Id == call.Field("account")) is not { } account)
        {
            return Html.Page("Not possible", "<h1>This consent is not complete</h1><p>Start again from the application.</p>", 400);
        }

        var token = call.Field("oauth_token")!;
        var glue = asked.Callback.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        if (call.Field("decision") != "allow")
        {
            // What Flickr does then is not documented; without a verifier nobody gets in.
            _requested.TryRemove(token, out _);
            return Answer.Redirect($"{asked.Callback}{glue}oauth_token={token}");
        }

        var verifier = RandomNumberGenerator.GetHexString(16, lowercase: true);
        _requested[token] = asked with { Account = account.Id, Verifier = verifier, Perms = call.Field("perms") ?? "read" };
        return Answer.Redirect($"{asked.Callback}{glue}oauth_token={token}&oauth_verifier={verifier}");
    }

    private Answer GiveAccessToken(Call call)
    {
        var signed = Signature(call);
        var isKnown = _requested.TryRemove(signed.GetValueOrDefault("oauth_token") ?? "", out var asked);
        if (asked?.GivenAt <= CodesLapsedAt)
        {
            return Answer.Text("oauth_problem=token_expired", 401);
        }

        if (!isKnown || asked!.Verifier is null || asked.Verifier != signed.GetValueOrDefault("oauth_verifier") || asked.Client != signed["oauth_consumer_key"])
        {
            return Answer.Text($"oauth_problem={(isKnown ? "verifier_invalid" : "token_rejected")}", 401);
        }

        var scope = asked.Perms switch { "delete" => "read write delete", "write" => "read write", _ => "read" };
        var account = Accounts.First(a => a.Id == asked.Account);
        var token = NewToken();
        Tokens.Put(new Grant { Token = token, Account = account.Id, Kind = "access", Scope = scope });
        return Form($"fullname={Uri.EscapeDataString(account.DisplayName)}&oauth_token={token}&oauth_token_secret={SecretOf(token)}"
            + $"&user_nsid={Uri.EscapeDataString(account.Id)}&username={Uri.EscapeDataString(account.Handle)}");
    }

    private static string NewToken() => $"7215772083{RandomNumberGenerator.GetInt32(1_000_000, 9_999_999)}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";

    private static Answer Form(string form) => Answer.Text(form);

    private sealed record RequestToken(string Callback, string Client, DateTimeOffset GivenAt)
    {
        public string? Account { get; init; }

        public string? Verifier { get; init; }

        public string Perms { get; init; } = "";
    }
}
