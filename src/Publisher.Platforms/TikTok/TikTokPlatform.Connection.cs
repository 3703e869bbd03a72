using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Publisher.Platforms.TikTok;

/// <summary>Connecting an account through Login Kit, and keeping the token, which lives a day.</summary>
internal sealed partial class TikTokPlatform
{
    private const string Scopes = "user.info.basic,video.publish,video.list";

    /// <summary>Where the sandbox stands, given beside the app fields; TikTok itself has one address.</summary>
    private const string ServerField = "server";

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("clientId", new Words("Client key", "Client-Key"), new Words(
            "From the app's page at developers.tiktok.com, Credentials", "Von der Seite der App auf developers.tiktok.com, Credentials")),
        new("clientSecret", new Words("Client secret", "Client-Secret"), new Words("From the same page", "Von derselben Seite")) { IsSecret = true },
    ];

    public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var ticket = new Ticket(
            app.GetValueOrDefault("clientId", "").Trim(),
            app.GetValueOrDefault("clientSecret", "").Trim(),
            Uri.TryCreate(app.GetValueOrDefault(ServerField), UriKind.Absolute, out var server) ? server : Api,
            // Offered to apps of a desktop or of this machine only.
            redirect.IsLoopback ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)) : null);
        if (ticket.ClientId.Length == 0 || ticket.ClientSecret.Length == 0)
        {
            return Task.FromResult(new OAuthStart(null, default, new Problem("app.fields.missing")));
        }

        var query = $"client_key={Uri.EscapeDataString(ticket.ClientId)}&response_type=code&scope={Uri.EscapeDataString(Scopes)}"
            + $"&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}&state={Uri.EscapeDataString(state)}"
            // TikTok wants the digest in hexadecimal, not as RFC 7636 has it (developers.tiktok.com/doc/login-kit-desktop).
            + (ticket.Verifier is null ? "" : $"&code_challenge={Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Verifier)))}&code_challenge_method=S256");
        var address = new Uri(IsReal(ticket.Server) ? Site : ticket.Server, $"v2/auth/authorize/?{query}");
        return Task.FromResult(new OAuthStart(address, new Secret(JsonSerializer.Serialize(ticket))));
    }

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var app = JsonSerializer.Deserialize<Ticket>(ticket.Value) ?? throw new JsonException("The ticket is empty.");
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirect.AbsoluteUri };
        if (app.Verifier is not null)
        {
            form["code_verifier"] = app.Verifier;
        }

        var answer = await TokenAsync(app.Server, app.ClientId, app.ClientSecret, form, cancellationToken);
        if (IsRefused(answer))
        {
            return ConnectResult.Refused(answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (Granted(answer, app.ClientId, app.ClientSecret) is not { } credentials || answer.Json().Text("open_id") is not { Length: > 0 } id)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        var (creator, failure) = await CreatorAsync(app.Server, credentials.Token, cancellationToken);
        if (creator is not { Name.Length: > 0 })
        {
            return ConnectResult.Refused(failure?.Code is Codes.PermissionMissing or Codes.RateLimited or Codes.ServerError or Codes.AccountSuspended ? failure.Code : Codes.AnswerUnreadable);
        }

        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = app.Server,
            Id = id,
            Handle = creator.Name,
            DisplayName = creator.Nickname.Length > 0 ? creator.Nickname : creator.Name,
            Credentials = credentials,
            Limits = Info.Limits with { VideoLongest = creator.Longest ?? Info.Limits.VideoLongest },
        });
    }

    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        if (account.Credentials is not { RefreshToken: { } refresh, ClientId: { } id, ClientSecret: { } secret })
        {
            return new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        }

        var answer = await TokenAsync(account.Server, id, secret.Value, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh.Value }, cancellationToken);
        if (!IsRefused(answer))
        {
            // The answer holds tokens: it is not shown, whatever is wrong with it.
            return Granted(answer, id, secret.Value) is { } credentials
                ? new RefreshResult(credentials with { RefreshToken = credentials.RefreshToken ?? refresh, RefreshExpires = credentials.RefreshExpires ?? account.Credentials.RefreshExpires }, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        return new RefreshResult(null, answer.As((int)answer.Status is 429 or 408 or >= 500 ? Later(Meaning(answer, visible: false)) : PublishResult.SignInNeeded(Codes.AccessRevoked)));
    }

    /// <summary>A refusal may come with the status of a success.</summary>
    private static bool IsRefused(Answer answer) => !answer.IsSuccess || answer.Json().Text("error") is { Length: > 0 };

    private async Task<Answer> TokenAsync(Uri server, string id, string secret, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        form["client_key"] = id;
        form["client_secret"] = secret;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "v2/oauth/token/")) { Content = new FormUrlEncodedContent(form) };
        return await http.AskAsync(request, cancellationToken);
    }

    private Credentials? Granted(Answer answer, string id, string secret)
    {
        var json = answer.Json();
        var now = time.GetUtcNow();
        return json.Text("access_token") is not { Length: > 0 } token ? null : new Credentials
        {
            Token = new Secret(token),
            RefreshToken = json.Text("refresh_token") is { Length: > 0 } refresh ? new Secret(refresh) : null,
            Expires = now + Seconds(json, "expires_in"),
            RefreshExpires = now + Seconds(json, "refresh_expires_in"),
            ClientId = id,
            ClientSecret = new Secret(secret),
        };
    }

    private static TimeSpan? Seconds(JsonElement? answer, string name) =>
        answer.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private sealed record Ticket(string ClientId, string ClientSecret, Uri Server, string? Verifier);
}
