using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Bluesky;

/// <summary>Signing in with an app password, and keeping the session. Signing in is limited to 300 a day: sessions are refreshed, not opened anew.</summary>
internal sealed partial class BlueskyPlatform
{
    /// <summary>Of the reference server. One that differs says so by ExpiredToken, and the refresh comes then.</summary>
    private static readonly TimeSpan AccessLife = TimeSpan.FromMinutes(120);

    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(90);

    public IReadOnlyList<FormField> Fields { get; } =
    [
        new("server", new Words("Server", "Server"), new Words("Where the account signs in", "Wo sich das Konto anmeldet")) { Default = "https://bsky.social" },
        new("handle", new Words("Handle", "Handle"), new Words("Such as office.example.org", "Etwa amt.example.org")),
        new("password", new Words("App password", "App-Passwort"), new Words(
            "Made in Bluesky under Settings, Privacy and security, App passwords",
            "In Bluesky angelegt unter Einstellungen, Datenschutz und Sicherheit, App-Passwörter")) { IsSecret = true },
    ];

    public async Task<ConnectResult> ConnectAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        var typed = values.GetValueOrDefault("server", "").Trim();
        if (!Uri.TryCreate(typed.TrimEnd('/') + "/", UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
        {
            return ConnectResult.Refused("server.address", typed);
        }

        var body = new JsonObject
        {
            ["identifier"] = values.GetValueOrDefault("handle", "").Trim().TrimStart('@'),
            ["password"] = values.GetValueOrDefault("password", "").Trim(),
        };

        using var request = Xrpc.Post(server, "com.atproto.server.createSession", body);
        var answer = await http.AskAsync(request, cancellationToken);
        var json = answer.Json();
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(json.Text("error") switch
            {
                "AuthFactorTokenRequired" => "app.password.needed",
                "AuthenticationRequired" or "InvalidRequest" => "sign.in.refused",
                "AccountTakedown" => Codes.AccountSuspended,
                "RateLimitExceeded" => Codes.RateLimited,
                _ => Codes.ServerError,
            });
        }

        if (json is not { } session || session.Text("did") is not { } did || session.Text("handle") is not { } handle || Pair(session) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        if (session.Get("active") is { ValueKind: JsonValueKind.False })
        {
            return ConnectResult.Refused(Codes.AccountSuspended);
        }

        var home = Home(session, server);
        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = home,
            Id = did,
            Handle = handle,
            DisplayName = await DisplayNameAsync(home, did, cancellationToken) ?? handle,
            Credentials = credentials,
            Limits = await LimitsAsync(home, cancellationToken),
            RepeatSafeFor = Always,
        });
    }

    /// <summary>Every refresh gives a new pair; the old one stays good for two hours, enough to save the new one first.</summary>
    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        if (account.Credentials.RefreshToken is not { } token)
        {
            return new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        }

        using var request = Xrpc.Post(account.Server, "com.atproto.server.refreshSession", new ByteArrayContent([]), token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds the tokens: it is not shown, whatever is wrong with it.
            return answer.Json() is { } session && Pair(session) is { } credentials
                ? new RefreshResult(credentials, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        var failure = Xrpc.Read(answer, visible: false, time);
        return new RefreshResult(null, failure.Code == PublishResult.TokenExpired
            ? failure with { Outcome = Outcome.SignInNeeded, Code = Codes.AccessRevoked }
            : failure);
    }

    /// <summary>Ends the session: nothing is refreshed any more, and the access token lapses within two hours. The app password stays until its owner deletes it.</summary>
    public async Task<PublishResult?> RevokeAsync(Account account, CancellationToken cancellationToken)
    {
        if (account.Credentials.RefreshToken is not { } token)
        {
            return PublishResult.NotNow(Codes.NotOffered);
        }

        using var request = Xrpc.Post(account.Server, "com.atproto.server.deleteSession", new ByteArrayContent([]), token);
        var answer = await http.AskAsync(request, cancellationToken);
        // A session that has ended can't be ended again, which is as good.
        return answer.IsSuccess || answer.Json().Text("error") is "ExpiredToken" or "InvalidToken" ? null : Xrpc.Read(answer, visible: false, time);
    }

    private Credentials? Pair(JsonElement session) => session.Text("accessJwt") is { } access && session.Text("refreshJwt") is { } refresh
        ? new Credentials
        {
            Token = new Secret(access),
            RefreshToken = new Secret(refresh),
            Expires = time.GetUtcNow() + AccessLife,
            RefreshExpires = time.GetUtcNow() + RefreshLife,
        }
        : null;

    /// <summary>The server that holds the account, named in its DID document; the entrance where it names none. https never leads to http.</summary>
    private static Uri Home(JsonElement session, Uri entrance)
    {
        if (session.Get("didDoc").Get("service") is not { ValueKind: JsonValueKind.Array } services)
        {
            return entrance;
        }

        foreach (var service in services.EnumerateArray())
        {
            if (service.Text("id")?.EndsWith("#atproto_pds", StringComparison.Ordinal) is true
                && Uri.TryCreate(service.Text("serviceEndpoint")?.TrimEnd('/') + "/", UriKind.Absolute, out var home)
                && (home.Scheme == Uri.UriSchemeHttps || (home.Scheme == Uri.UriSchemeHttp && !IsReal(entrance))))
            {
                return home;
            }
        }

        return entrance;
    }

    /// <summary>The name on the profile; an account need not have one.</summary>
    private async Task<string?> DisplayNameAsync(Uri home, string did, CancellationToken cancellationToken)
    {
        var query = $"repo={Uri.EscapeDataString(did)}&collection=app.bsky.actor.profile&rkey=self";
        using var request = Xrpc.Get(home, "com.atproto.repo.getRecord", query);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.Json().Get("value").Text("displayName") is { Length: > 0 } name ? name : null;
    }

    /// <summary>The limits of the record are the same everywhere; only the size of a file is the server's own, where it says so.</summary>
    private async Task<Limits> LimitsAsync(Uri home, CancellationToken cancellationToken)
    {
        using var request = Xrpc.Get(home, "com.atproto.server.describeServer", "");
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.Json().Get("blobUploadLimit") is { ValueKind: JsonValueKind.Number } limit && limit.TryGetInt64(out var bytes)
            ? Info.Limits with { ImageBytes = Math.Min(bytes, Info.Limits.ImageBytes) }
            : Info.Limits;
    }
}
