using System.Text.Json;

namespace Publisher.Platforms.Pixelfed;

/// <summary>Connecting an account: an app registered on its server, a person's consent, what the server allows, and a new token each year. There is no PKCE.</summary>
internal sealed partial class PixelfedPlatform
{
    /// <summary>Finer ones do not exist.</summary>
    private const string Scopes = "read write";

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("server", new Words("Server", "Server"), new Words("Such as pixels.example.org", "Etwa pixels.example.org")),
    ];

    public async Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var typed = app.GetValueOrDefault("server", "").Trim();
        if (ServerAddress(typed) is not { } server)
        {
            return new OAuthStart(null, default, new Problem("server.address", typed));
        }

        var form = new Dictionary<string, string> { ["client_name"] = "Publisher", ["redirect_uris"] = redirect.AbsoluteUri, ["scopes"] = Scopes };
        using var request = Request(HttpMethod.Post, server, "api/v1/apps", new FormUrlEncodedContent(form));
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess || answer.Json() is not { } client || Id(client, "client_id") is not { } id || client.Text("client_secret") is not { } secret)
        {
            return new OAuthStart(null, default, new Problem("server.refuses.apps", server.Host, $"{(int)answer.Status}"));
        }

        var query = $"oauth/authorize?response_type=code&client_id={Uri.EscapeDataString(id)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&scope={Uri.EscapeDataString(Scopes)}&state={Uri.EscapeDataString(state)}";
        return new OAuthStart(new Uri(server, query), new Secret(JsonSerializer.Serialize(new Ticket(server, id, secret))));
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
        }, cancellationToken);
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(IsRefused(answer) ? "sign.in.refused" : answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (Granted(answer.Json(), app.ClientId, app.ClientSecret) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        using var who = Request(HttpMethod.Get, app.Server, "api/v1/accounts/verify_credentials");
        who.Headers.Authorization = new("Bearer", credentials.Token.Value);
        var found = await http.AskAsync(who, cancellationToken);
        if (!found.IsSuccess || found.Json() is not { } person || Id(person, "id") is not { } accountId || person.Text("acct") is not { } name)
        {
            return ConnectResult.Refused(found.Status == System.Net.HttpStatusCode.Forbidden ? Codes.PermissionMissing : Codes.AnswerUnreadable);
        }

        using var about = Request(HttpMethod.Get, app.Server, "api/v1/instance");
        var instance = (await http.AskAsync(about, cancellationToken)).Json();
        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = app.Server,
            Id = accountId,
            Handle = name.Contains('@') ? name : $"{name}@{instance.Text("uri") ?? app.Server.Host}",
            DisplayName = person.Text("display_name") is { Length: > 0 } display ? display : name,
            Credentials = credentials,
            Limits = Read(instance.Get("configuration")),
        });
    }

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
            ["scope"] = Scopes,
        }, cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds the tokens: it is not shown, whatever is wrong with it.
            return Granted(answer.Json(), id, secret.Value) is { } credentials
                ? new RefreshResult(credentials with { RefreshToken = credentials.RefreshToken ?? refresh }, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        return new RefreshResult(null, answer.As(IsRefused(answer) ? PublishResult.SignInNeeded(Codes.AccessRevoked) : NotSeen(answer)));
    }

    private async Task<Answer> TokenAsync(Uri server, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, server, "oauth/token", new FormUrlEncodedContent(form));
        return await http.AskAsync(request, cancellationToken);
    }

    /// <summary>Whether a token was refused for good. The error handler may give such a refusal 500 too (unverified); then its sentence tells.</summary>
    private static bool IsRefused(Answer answer) =>
        (int)answer.Status is 400 or 401 or 403
        || ((int)answer.Status is 500 && Sentence(answer) is var said
            && (said.Contains("refresh token is invalid", StringComparison.Ordinal) || said.Contains("authorization grant", StringComparison.Ordinal) || said == "Client authentication failed"));

    private Credentials? Granted(JsonElement? answer, string clientId, string clientSecret) => answer.Text("access_token") is not { } token ? null : new Credentials
    {
        Token = new Secret(token),
        RefreshToken = answer.Text("refresh_token") is { } refresh ? new Secret(refresh) : null,
        Expires = Number(answer, "expires_in") is { } seconds ? time.GetUtcNow().AddSeconds(seconds) : null,
        ClientId = clientId,
        ClientSecret = new Secret(clientSecret),
    };

    /// <summary>What the server allows. How long an alt text may be it does not say.</summary>
    private Limits Read(JsonElement? configuration)
    {
        var stock = Info.Limits;
        var statuses = configuration.Get("statuses");
        var media = configuration.Get("media_attachments");
        var types = media.Get("supported_mime_types") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()!.Trim()).ToHashSet(StringComparer.Ordinal)
            : [.. stock.ImageTypes];
        return stock with
        {
            Text = (int?)Number(statuses, "max_characters") ?? stock.Text,
            Images = (int?)Number(statuses, "max_media_attachments") ?? stock.Images,
            ImageBytes = Number(media, "image_size_limit") ?? stock.ImageBytes,
            ImageTypes = [.. stock.ImageTypes.Append("image/webp").Where(types.Contains)],
            Videos = types.Contains("video/mp4") ? 1 : 0,
            VideoBytes = Number(media, "video_size_limit") ?? stock.VideoBytes,
        };
    }

    private static long? Number(JsonElement? element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value > 0 ? value : null;

    /// <summary>"pixels.example.org", "https://pixels.example.org/press" and "@press@pixels.example.org" all name the same server.</summary>
    private static Uri? ServerAddress(string typed)
    {
        var named = typed.Contains("://", StringComparison.Ordinal) ? typed : "https://" + typed[(typed.LastIndexOf('@') + 1)..];
        return typed.Length > 0 && Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            // Below a path only a test stands; a person who copies an address from the browser means the server.
            ? new Uri(address.IsLoopback ? named.TrimEnd('/') + "/" : address.GetLeftPart(UriPartial.Authority) + "/")
            : null;
    }

    private sealed record Ticket(Uri Server, string ClientId, string ClientSecret);
}
