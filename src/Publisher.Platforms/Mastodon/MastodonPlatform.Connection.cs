using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Mastodon;

/// <summary>Connecting an account: an app registered on its server, a person's consent, and what the server says of itself.</summary>
internal sealed partial class MastodonPlatform
{
    /// <summary>The server keeps the key an hour; a quarter of it is left for clocks and the call itself.</summary>
    private static readonly TimeSpan KeyKept = TimeSpan.FromMinutes(45);

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("server", new Words("Server", "Server"), new Words("Such as social.example.org", "Etwa social.example.org")),
    ];

    public async Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var typed = app.GetValueOrDefault("server", "").Trim();
        if (ServerAddress(typed) is not { } server)
        {
            return new OAuthStart(null, default, new Problem("server.address", typed));
        }

        // Servers before 4.3 and many relatives have no such document.
        var offers = (await GetAsync(server, ".well-known/oauth-authorization-server", cancellationToken)).Json();
        var scopes = Scopes(offers);
        var body = new JsonObject { ["client_name"] = "Publisher", ["redirect_uris"] = redirect.AbsoluteUri, ["scopes"] = scopes };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "api/v1/apps")) { Content = Answers.Content(body) };
        var answer = await http.AskAsync(request, cancellationToken);
        if (answer.Json() is not { } client || client.Text("client_id") is not { } id || client.Text("client_secret") is not { } secret)
        {
            return new OAuthStart(null, default, new Problem("server.refuses.apps", server.Host, $"{(int)answer.Status}"));
        }

        var verifier = Has(offers, "code_challenge_methods_supported", "S256") ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)) : null;
        var query = $"oauth/authorize?response_type=code&client_id={Uri.EscapeDataString(id)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&scope={Uri.EscapeDataString(scopes)}&state={Uri.EscapeDataString(state)}"
            + (verifier is null ? "" : $"&code_challenge={Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))}&code_challenge_method=S256");
        return new OAuthStart(new Uri(server, query), new Secret(JsonSerializer.Serialize(new Ticket(server, id, secret, verifier))));
    }

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var (server, id, secret, verifier) = JsonSerializer.Deserialize<Ticket>(ticket.Value) ?? throw new JsonException("The ticket is empty.");
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = id,
            ["client_secret"] = secret,
            ["redirect_uri"] = redirect.AbsoluteUri,
        };
        if (verifier is not null)
        {
            form["code_verifier"] = verifier;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "oauth/token")) { Content = new FormUrlEncodedContent(form) };
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (answer.Json().Text("access_token") is not { } token)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        using var who = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "api/v1/accounts/verify_credentials"));
        who.Headers.Authorization = new("Bearer", token);
        var person = (await http.AskAsync(who, cancellationToken)).Json();
        if (person.Text("id") is not { } accountId || person.Text("acct") is not { } name)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        var (limits, version, domain) = await InstanceAsync(server, cancellationToken);
        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = server,
            Id = accountId,
            Handle = name.Contains('@') ? name : $"{name}@{domain}",
            DisplayName = person.Text("display_name") is { Length: > 0 } display ? display : name,
            Credentials = new Credentials { Token = new Secret(token), ClientId = id, ClientSecret = new Secret(secret) },
            Limits = limits,
            RepeatSafeFor = KeepsKeys(version) ? KeyKept : null,
        });
    }

    /// <summary>A token the server does not know any more is answered like one it has just taken back.</summary>
    public async Task<PublishResult?> RevokeAsync(Account account, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server, "oauth/revoke"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = account.Credentials.ClientId ?? "",
                ["client_secret"] = account.Credentials.ClientSecret?.Value ?? "",
                ["token"] = account.Credentials.Token.Value,
            }),
        };
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess ? null : PublishResult.NotNow(answer.IsServerError ? Codes.ServerError : Codes.Refused) with { Status = (int)answer.Status };
    }

    /// <summary>"social.example.org", "https://social.example.org/about" and "@press@social.example.org" all name the same server.</summary>
    private static Uri? ServerAddress(string typed)
    {
        var named = typed.Contains("://", StringComparison.Ordinal) ? typed : "https://" + typed[(typed.LastIndexOf('@') + 1)..];
        return typed.Length > 0 && Uri.TryCreate(named, UriKind.Absolute, out var address) && address.Scheme is "https" or "http"
            // Below a path only a test stands; a person who copies an address from the browser means the server.
            ? new Uri(address.IsLoopback ? named.TrimEnd('/') + "/" : address.GetLeftPart(UriPartial.Authority) + "/")
            : null;
    }

    /// <summary>The least that is enough, where the server knows such fine scopes.</summary>
    private static string Scopes(JsonElement? offers) => Has(offers, "scopes_supported", "write:statuses")
        ? "write:statuses write:media read:statuses " + (Has(offers, "scopes_supported", "profile") ? "profile" : "read:accounts")
        : "read write";

    /// <summary>
    /// Only Mastodon itself, and forks that keep its numbers, promise one status per key. Relatives say "4.2.1 (compatible; Name 1.0)" or count
    /// from 0.
    /// </summary>
    private static bool KeepsKeys(string version) => OwnVersion().IsMatch(version);

    private async Task<(Limits Limits, string Version, string Domain)> InstanceAsync(Uri server, CancellationToken cancellationToken)
    {
        if ((await GetAsync(server, "api/v2/instance", cancellationToken)).Json() is { } instance && instance.Get("configuration") is { } configuration)
        {
            return (Read(configuration), instance.Text("version") ?? "", instance.Text("domain") ?? server.Host);
        }

        var first = (await GetAsync(server, "api/v1/instance", cancellationToken)).Json();
        var limits = first.Get("configuration") is { } inFirst ? Read(inFirst) : Info.Limits;
        // Relatives announce only this one, under this name.
        limits = Number(first, "max_toot_chars") is { } characters ? limits with { Text = (int)characters } : limits;
        return (limits, first.Text("version") ?? "", server.Host);
    }

    private Limits Read(JsonElement configuration)
    {
        var statuses = configuration.Get("statuses");
        var media = configuration.Get("media_attachments");
        var types = media.Get("supported_mime_types") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()!).ToHashSet(StringComparer.Ordinal)
            : null;
        var stock = Info.Limits;
        return stock with
        {
            Text = (int)(Number(statuses, "max_characters") ?? stock.Text),
            LinkLength = (int)(Number(statuses, "characters_reserved_per_url") ?? StockLinkLength),
            Images = (int)(Number(statuses, "max_media_attachments") ?? stock.Images),
            ImageBytes = Number(media, "image_size_limit") ?? stock.ImageBytes,
            ImagePixels = Number(media, "image_matrix_limit") ?? stock.ImagePixels,
            ImageTypes = Known(stock.ImageTypes),
            VideoBytes = Number(media, "video_size_limit") ?? stock.VideoBytes,
            VideoTypes = Known(stock.VideoTypes),
            AltText = (int)(Number(media, "description_limit") ?? stock.AltText),
        };

        IReadOnlyList<string> Known(IReadOnlyList<string> all) => types is null ? all : [.. all.Where(types.Contains)];
    }

    private async Task<Answer> GetAsync(Uri server, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path));
        return await http.AskAsync(request, cancellationToken);
    }

    private static long? Number(JsonElement? element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value > 0 ? value : null;

    private static bool Has(JsonElement? offers, string list, string value) =>
        offers.Get(list) is { ValueKind: JsonValueKind.Array } values && values.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == value);

    [GeneratedRegex(@"^([3-9]|\d\d)\.\d+\.\d+([-+][A-Za-z0-9.+-]*)?$")]
    private static partial Regex OwnVersion();

    private sealed record Ticket(Uri Server, string ClientId, string ClientSecret, string? Verifier);
}
