using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Publisher.Platforms.PeerTube;

/// <summary>Signing in with a password, which is not kept, and choosing one of the account's channels. There is no other way in for applications.</summary>
internal sealed partial class PeerTubePlatform
{
    public IReadOnlyList<FormField> Fields { get; } =
    [
        new("server", new Words("Server", "Server"), new Words("Such as tube.example.org", "Etwa tube.example.org")),
        new("username", new Words("User name or e-mail address", "Benutzername oder E-Mail-Adresse"), new Words("As at sign-in on the server", "Wie bei der Anmeldung am Server")),
        new("password", new Words("Password", "Passwort"), new Words("Used once for signing in, not kept", "Nur einmal zur Anmeldung, nicht gespeichert")) { IsSecret = true },
        new("otp", new Words("Second factor", "Zweiter Faktor"), new Words("Six digits; empty where the account has none", "Sechs Ziffern; leer, wenn das Konto keinen hat")) { IsOptional = true },
    ];

    public async Task<ConnectResult> ConnectAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        var typed = values.GetValueOrDefault("server", "").Trim();
        if (ServerAddress(typed) is not { } server)
        {
            return ConnectResult.Refused("server.address", typed);
        }

        using var asking = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "api/v1/oauth-clients/local"));
        var client = (await http.AskAsync(asking, cancellationToken)).Json();
        if (client.Text("client_id") is not { } id || client.Text("client_secret") is not { } secret)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        var answer = await TokenAsync(
            server,
            new()
            {
                ["client_id"] = id,
                ["client_secret"] = secret,
                ["grant_type"] = "password",
                ["response_type"] = "code",
                ["username"] = values.GetValueOrDefault("username", "").Trim(),
                ["password"] = values.GetValueOrDefault("password", ""),
            },
            values.GetValueOrDefault("otp", "").Trim(),
            cancellationToken);
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(Error(answer) switch
            {
                "missing_two_factor" => "second.factor.needed",
                "account_blocked" => Codes.AccountSuspended,
                _ when answer.Status == HttpStatusCode.TooManyRequests => Codes.RateLimited,
                _ when answer.IsServerError => Codes.ServerError,
                _ => "sign.in.refused",
            });
        }

        if (Granted(answer.Json(), id, new Secret(secret)) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        return await ChannelsAsync(server, credentials, cancellationToken);
    }

    /// <summary>Every refresh gives a new pair and ends the old one.</summary>
    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        var old = account.Credentials;
        if (old.RefreshToken is not { } refresh || old.ClientId is not { } id || old.ClientSecret is not { } secret)
        {
            return new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        }

        var answer = await TokenAsync(
            account.Server,
            new() { ["client_id"] = id, ["client_secret"] = secret.Value, ["grant_type"] = "refresh_token", ["refresh_token"] = refresh.Value },
            "",
            cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds the tokens: it is not shown, whatever is wrong with it.
            return Granted(answer.Json(), id, secret) is { RefreshToken: not null } credentials
                ? new RefreshResult(credentials, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        var meaning = Meaning(answer, visible: false);
        return new RefreshResult(null, answer.As(answer.IsServerError || meaning.Code == Codes.RateLimited ? meaning : PublishResult.SignInNeeded(Codes.AccessRevoked)));
    }

    /// <summary>
    /// Ends the session, and the refresh token with it (docs.joinpeertube.org/api-rest-reference.html, revokeOAuthToken). Only an access token that lives
    /// can ask for that: a lapsed one is exchanged first, and where that is refused nothing opens the account any more.
    /// </summary>
    public async Task<PublishResult?> RevokeAsync(Account account, CancellationToken cancellationToken)
    {
        var answer = await EndSessionAsync(account.Server, account.Credentials.Token, cancellationToken);
        if (answer.Status == HttpStatusCode.Unauthorized)
        {
            var renewed = await RefreshAsync(account, cancellationToken);
            if (renewed.Credentials is not { } credentials)
            {
                return renewed.Failure is { Outcome: Outcome.SignInNeeded } ? null : renewed.Failure;
            }

            answer = await EndSessionAsync(account.Server, credentials.Token, cancellationToken);
        }

        return answer.IsSuccess ? null : PublishResult.NotNow(answer.IsServerError ? Codes.ServerError : Codes.Refused) with { Status = (int)answer.Status };
    }

    private async Task<Answer> EndSessionAsync(Uri server, Secret token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "api/v1/users/revoke-token"));
        request.Headers.Authorization = new("Bearer", token.Value);
        return await http.AskAsync(request, cancellationToken);
    }

    private async Task<Answer> TokenAsync(Uri server, Dictionary<string, string> form, string secondFactor, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "api/v1/users/token")) { Content = new FormUrlEncodedContent(form) };
        if (secondFactor.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("x-peertube-otp", secondFactor);
        }

        return await http.AskAsync(request, cancellationToken);
    }

    private Credentials? Granted(JsonElement? answer, string clientId, Secret clientSecret) => answer.Text("access_token") is { } token
        ? new Credentials
        {
            Token = new Secret(token),
            RefreshToken = answer.Text("refresh_token") is { } refresh ? new Secret(refresh) : null,
            Expires = Number(answer, "expires_in") is { } life ? time.GetUtcNow().AddSeconds(life) : null,
            RefreshExpires = Number(answer, "refresh_token_expires_in") is { } refreshLife ? time.GetUtcNow().AddSeconds(refreshLife) : null,
            ClientId = clientId,
            ClientSecret = clientSecret,
        }
        : null;

    private async Task<ConnectResult> ChannelsAsync(Uri server, Credentials credentials, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "api/v1/users/me"));
        request.Headers.Authorization = new("Bearer", credentials.Token.Value);
        var me = (await http.AskAsync(request, cancellationToken)).Json();
        if (me.Get("videoChannels") is not { ValueKind: JsonValueKind.Array } channels)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        var limits = LimitsOf(await ConfigAsync(server, cancellationToken), me);
        var accounts = new List<Account>();
        foreach (var channel in channels.EnumerateArray())
        {
            if (Number(channel, "id") is { } id && channel.Text("name") is { } name)
            {
                accounts.Add(new Account
                {
                    Platform = Info.Name,
                    Server = server,
                    Id = id.ToString(CultureInfo.InvariantCulture),
                    Handle = $"{name}@{channel.Text("host") ?? server.Host}",
                    DisplayName = channel.Text("displayName") is { Length: > 0 } display ? display : name,
                    Credentials = credentials,
                    Limits = limits,
                    RepeatSafeFor = Always,
                });
            }
        }

        return accounts.Count > 0 ? ConnectResult.Found(accounts) : ConnectResult.Refused("pages.none");
    }

    /// <summary>The kinds of file the server takes, and its quotas: -1 is none. How much of them is used changes with every upload and is told by a refusal.</summary>
    private Limits LimitsOf(JsonElement? config, JsonElement? me)
    {
        var stock = Info.Limits;
        var endings = config.Get("video").Get("file").Get("extensions") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(ending => ending.ValueKind == JsonValueKind.String).Select(ending => ending.GetString()!.TrimStart('.')).ToHashSet(StringComparer.OrdinalIgnoreCase)
            : null;
        return stock with
        {
            VideoTypes = endings is null ? stock.VideoTypes : [.. stock.VideoTypes.Where(type => endings.Contains(Extension(type)))],
            VideoBytes = new[] { "videoQuota", "videoQuotaDaily" }.Select(quota => Number(me, quota)).Where(bytes => bytes > 0).Append(stock.VideoBytes).Min()!.Value,
        };
    }

    /// <summary>"tube.example.org" and "https://tube.example.org/c/press" name the same server.</summary>
    private static Uri? ServerAddress(string typed)
    {
        var named = typed.Contains("://", StringComparison.Ordinal) ? typed : "https://" + typed[(typed.LastIndexOf('@') + 1)..];
        return typed.Length > 0 && Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            // Below a path only a test stands; a person who copies an address from the browser means the server.
            ? new Uri(address.IsLoopback ? named.TrimEnd('/') + "/" : address.GetLeftPart(UriPartial.Authority) + "/")
            : null;
    }
}
