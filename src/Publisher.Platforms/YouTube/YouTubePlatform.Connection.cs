using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Publisher.Platforms.YouTube;

/// <summary>Connecting the channel that a person chooses on Google's own page; a token opens that one channel.</summary>
internal sealed partial class YouTubePlatform
{
    private const string UploadScope = "https://www.googleapis.com/auth/youtube.upload";

    /// <summary>Change, delete, list. Narrower than managing the whole YouTube account.</summary>
    private const string ManageScope = "https://www.googleapis.com/auth/youtube.force-ssl";

    /// <summary>Where the sandbox stands, given beside the app fields; YouTube itself has one address.</summary>
    private const string ServerField = "server";

    private static readonly Uri SignIn = new("https://accounts.google.com/");

    private static readonly Uri TokenHost = new("https://oauth2.googleapis.com/");

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("clientId", new Words("Client ID", "Client-ID"), new Words(
            "From Google Cloud, Google Auth Platform, Clients", "Aus der Google Cloud, Google Auth Platform, Clients")),
        new("clientSecret", new Words("Client secret", "Clientschlüssel"), new Words("From the same page", "Von derselben Seite")) { IsSecret = true },
    ];

    public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var ticket = new Ticket(
            app.GetValueOrDefault("clientId", "").Trim(),
            app.GetValueOrDefault("clientSecret", "").Trim(),
            Uri.TryCreate(app.GetValueOrDefault(ServerField), UriKind.Absolute, out var server) ? server : Api,
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)));
        if (ticket.ClientId.Length == 0 || ticket.ClientSecret.Length == 0)
        {
            return Task.FromResult(new OAuthStart(null, default, new Problem("app.fields.missing")));
        }

        // Offline and consent: without both, Google gives no refresh token to somebody who agreed before.
        var query = $"response_type=code&client_id={Uri.EscapeDataString(ticket.ClientId)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&scope={Uri.EscapeDataString($"{UploadScope} {ManageScope}")}&state={Uri.EscapeDataString(state)}&access_type=offline&prompt=consent"
            + $"&code_challenge={Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Verifier)))}&code_challenge_method=S256";
        var address = new Uri(IsReal(ticket.Server) ? SignIn : ticket.Server, $"o/oauth2/v2/auth?{query}");
        return Task.FromResult(new OAuthStart(address, new Secret(JsonSerializer.Serialize(ticket))));
    }

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var app = JsonSerializer.Deserialize<Ticket>(ticket.Value) ?? throw new JsonException("The ticket is empty.");
        var answer = await TokenAsync(app.Server, new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = app.ClientId,
            ["client_secret"] = app.ClientSecret,
            ["redirect_uri"] = redirect.AbsoluteUri,
            ["code_verifier"] = app.Verifier,
        }, cancellationToken);
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (Granted(answer.Json(), app.ClientId, new Secret(app.ClientSecret)) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        // On Google's page a person may leave out single permissions.
        if (answer.Json().Text("scope")?.Split(' ') is { } granted && (!granted.Contains(UploadScope) || !granted.Contains(ManageScope)))
        {
            return ConnectResult.Refused(Codes.PermissionMissing);
        }

        return await ChannelsAsync(app.Server, credentials, cancellationToken);
    }

    /// <summary>A new access token; the refresh token stays the same until it ends.</summary>
    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        var old = account.Credentials;
        if (old.RefreshToken is not { } refresh || old.ClientId is not { } id || old.ClientSecret is not { } secret)
        {
            return new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        }

        var answer = await TokenAsync(account.Server, new()
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refresh.Value,
            ["client_id"] = id,
            ["client_secret"] = secret.Value,
        }, cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds a token: it is not shown, whatever is wrong with it.
            return Granted(answer.Json(), id, secret) is { } credentials
                ? new RefreshResult(credentials with { RefreshToken = credentials.RefreshToken ?? refresh, RefreshExpires = credentials.RefreshExpires ?? old.RefreshExpires }, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        return new RefreshResult(null, answer.As((int)answer.Status is 429 or >= 500 ? Meaning(answer, visible: false) : PublishResult.SignInNeeded(Codes.AccessRevoked)));
    }

    private async Task<Answer> TokenAsync(Uri server, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(IsReal(server) ? TokenHost : server, "token")) { Content = new FormUrlEncodedContent(form) };
        return await http.AskAsync(request, cancellationToken);
    }

    private Credentials? Granted(JsonElement? answer, string clientId, Secret clientSecret) => answer.Text("access_token") is { } token
        ? new Credentials
        {
            Token = new Secret(token),
            RefreshToken = answer.Text("refresh_token") is { } refresh ? new Secret(refresh) : null,
            Expires = time.GetUtcNow() + Seconds(answer, "expires_in"),
            // Said only where the consent screen is in testing, or the person chose an end.
            RefreshExpires = time.GetUtcNow() + Seconds(answer, "refresh_token_expires_in"),
            ClientId = clientId,
            ClientSecret = clientSecret,
        }
        : null;

    private async Task<ConnectResult> ChannelsAsync(Uri server, Credentials credentials, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, new Uri(server, "youtube/v3/channels?part=snippet&mine=true"), credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (Items(answer) is not { } channels)
        {
            return ConnectResult.Refused(
                Reason(answer) == "youtubeSignupRequired" ? "pages.none" : answer.Status == HttpStatusCode.Forbidden ? Codes.PermissionMissing : Codes.AnswerUnreadable);
        }

        var accounts = new List<Account>();
        foreach (var channel in channels)
        {
            if (channel.Text("id") is { Length: > 0 } id)
            {
                var snippet = channel.Get("snippet");
                var handle = snippet.Text("customUrl")?.TrimStart('@') ?? id;
                accounts.Add(new Account
                {
                    Platform = Info.Name,
                    Server = server,
                    Id = id,
                    Handle = handle,
                    DisplayName = snippet.Text("title") ?? handle,
                    Credentials = credentials,
                    Limits = Info.Limits,
                    RepeatSafeFor = Always,
                });
            }
        }

        return accounts.Count > 0 ? ConnectResult.Found(accounts) : ConnectResult.Refused("pages.none");
    }

    private static TimeSpan? Seconds(JsonElement? answer, string name) =>
        answer.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private sealed record Ticket(string ClientId, string ClientSecret, Uri Server, string Verifier);
}
