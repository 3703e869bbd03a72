using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Publisher.Platforms.X;

/// <summary>Signing in with OAuth 2.0 and PKCE, and keeping the token: each refresh gives a new pair and kills the old one.</summary>
internal sealed partial class XPlatform
{
    private const string Scopes = "tweet.read tweet.write users.read media.write offline.access";

    /// <summary>Where the sandbox stands, given beside the app fields; X itself has one address.</summary>
    private const string ServerField = "server";

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("clientId", new Words("Client ID", "Client-ID"), new Words(
            "From the app's page in X's developer portal, under Keys and tokens, OAuth 2.0", "Von der Seite der App im Entwicklerportal von X, unter Keys and tokens, OAuth 2.0")),
        new("clientSecret", new Words("Client secret", "Client-Secret"), new Words(
            "From the same page; empty for a public client", "Von derselben Seite; leer bei einem öffentlichen Client")) { IsSecret = true, IsOptional = true },
    ];

    public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var ticket = new Ticket(
            Uri.TryCreate(app.GetValueOrDefault(ServerField), UriKind.Absolute, out var server) ? server : Api,
            app.GetValueOrDefault("clientId", "").Trim(),
            app.GetValueOrDefault("clientSecret", "").Trim(),
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)));
        if (ticket.ClientId.Length == 0)
        {
            return Task.FromResult(new OAuthStart(null, default, new Problem("app.fields.missing")));
        }

        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Verifier)));
        var query = $"i/oauth2/authorize?response_type=code&client_id={Uri.EscapeDataString(ticket.ClientId)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&scope={Uri.EscapeDataString(Scopes)}&state={Uri.EscapeDataString(state)}&code_challenge={challenge}&code_challenge_method=S256";
        var entrance = ticket.Server == Api ? new Uri("https://x.com/") : ticket.Server;
        return Task.FromResult(new OAuthStart(new Uri(entrance, query), new Secret(JsonSerializer.Serialize(ticket))));
    }

    /// <summary>The code lives for 30 seconds.</summary>
    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var app = JsonSerializer.Deserialize<Ticket>(ticket.Value) ?? throw new JsonException("The ticket is empty.");
        var answer = await TokenAsync(app.Server, app.ClientId, app.ClientSecret, new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirect.AbsoluteUri,
            ["code_verifier"] = app.Verifier,
        }, cancellationToken);
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (Granted(answer, app.ClientId, app.ClientSecret) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Server, "2/users/me"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credentials.Token.Value);
        var me = await http.AskAsync(request, cancellationToken);
        var user = me.Json().Get("data");
        if (user.Text("id") is not { } id || user.Text("username") is not { } handle)
        {
            return ConnectResult.Refused(me.Status switch
            {
                HttpStatusCode.PaymentRequired => Codes.NoCredit,
                HttpStatusCode.TooManyRequests => Codes.RateLimited,
                HttpStatusCode.Forbidden => Codes.PermissionMissing,
                _ => Codes.AnswerUnreadable,
            });
        }

        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = app.Server,
            Id = id,
            Handle = handle,
            DisplayName = user.Text("name") is { Length: > 0 } name ? name : handle,
            Credentials = credentials,
            Limits = Info.Limits,
        });
    }

    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        var old = account.Credentials;
        if (old.RefreshToken is not { } refresh || old.ClientId is not { } clientId)
        {
            return new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        }

        var secret = old.ClientSecret?.Value ?? "";
        var answer = await TokenAsync(account.Server, clientId, secret, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh.Value }, cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds the tokens: it is not shown, whatever is wrong with it.
            return Granted(answer, clientId, secret) is { } credentials
                ? new RefreshResult(credentials with { RefreshToken = credentials.RefreshToken ?? refresh }, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        return new RefreshResult(null, answer.As(answer.Status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => PublishResult.SignInNeeded(Codes.AccessRevoked),
            _ => Later(Meaning(answer, visible: false)),
        }));
    }

    /// <summary>The refresh token first: as long as that one works, it opens the account anew.</summary>
    public async Task<PublishResult?> RevokeAsync(Account account, CancellationToken cancellationToken)
    {
        var held = account.Credentials;
        foreach (var token in new[] { held.RefreshToken, held.Token }.OfType<Secret>())
        {
            var answer = await OAuthAsync("revoke", account.Server, held.ClientId ?? "", held.ClientSecret?.Value ?? "", new() { ["token"] = token.Value }, cancellationToken);
            if (!answer.IsSuccess)
            {
                return PublishResult.NotNow(answer.IsServerError ? Codes.ServerError : Codes.Refused) with { Status = (int)answer.Status };
            }
        }

        return null;
    }

    private Task<Answer> TokenAsync(Uri server, string clientId, string clientSecret, Dictionary<string, string> form, CancellationToken cancellationToken) =>
        OAuthAsync("token", server, clientId, clientSecret, form, cancellationToken);

    private async Task<Answer> OAuthAsync(string action, Uri server, string clientId, string clientSecret, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        if (clientSecret.Length == 0)
        {
            form["client_id"] = clientId;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"2/oauth2/{action}")) { Content = new FormUrlEncodedContent(form) };
        if (clientSecret.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));
        }

        return await http.AskAsync(request, cancellationToken);
    }

    private Credentials? Granted(Answer answer, string clientId, string clientSecret)
    {
        var json = answer.Json();
        return json.Text("access_token") is not { } token ? null : new Credentials
        {
            Token = new Secret(token),
            RefreshToken = json.Text("refresh_token") is { } refresh ? new Secret(refresh) : null,
            Expires = json.Get("expires_in") is { ValueKind: JsonValueKind.Number } life && life.TryGetInt32(out var seconds) ? time.GetUtcNow().AddSeconds(seconds) : null,
            ClientId = clientId,
            ClientSecret = clientSecret.Length > 0 ? new Secret(clientSecret) : null,
        };
    }

    private sealed record Ticket(Uri Server, string ClientId, string ClientSecret, string Verifier);
}
