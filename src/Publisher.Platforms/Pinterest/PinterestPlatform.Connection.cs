using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Publisher.Platforms.Pinterest;

/// <summary>Connecting the boards of a person or business, and keeping the token. There is no PKCE.</summary>
internal sealed partial class PinterestPlatform
{
    private const string Scopes = "boards:read,boards:write,pins:read,pins:write,user_accounts:read";

    /// <summary>Where the sandbox stands, given beside the app fields; Pinterest itself has one address.</summary>
    private const string ServerField = "server";

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("clientId", new Words("App ID", "App-ID"), new Words(
            "From the app's page at developers.pinterest.com, My apps", "Von der Seite der App auf developers.pinterest.com, My apps")),
        new("clientSecret", new Words("App secret key", "App-Secret-Key"), new Words("From the same page", "Von derselben Seite")) { IsSecret = true },
    ];

    public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var ticket = new Ticket(
            app.GetValueOrDefault("clientId", "").Trim(),
            app.GetValueOrDefault("clientSecret", "").Trim(),
            Uri.TryCreate(app.GetValueOrDefault(ServerField), UriKind.Absolute, out var server) ? server : Api);
        if (ticket.ClientId.Length == 0 || ticket.ClientSecret.Length == 0)
        {
            return Task.FromResult(new OAuthStart(null, default, new Problem("app.fields.missing")));
        }

        var query = $"client_id={Uri.EscapeDataString(ticket.ClientId)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&response_type=code&scope={Uri.EscapeDataString(Scopes)}&state={Uri.EscapeDataString(state)}";
        var address = new Uri(IsReal(ticket.Server) ? Site : ticket.Server, $"oauth/?{query}");
        return Task.FromResult(new OAuthStart(address, new Secret(JsonSerializer.Serialize(ticket))));
    }

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var app = JsonSerializer.Deserialize<Ticket>(ticket.Value) ?? throw new JsonException("The ticket is empty.");
        var answer = await TokenAsync(app.Server, app.ClientId, app.ClientSecret, new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirect.AbsoluteUri,
        }, cancellationToken);
        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (Granted(answer, app.ClientId, app.ClientSecret) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        using var request = Signed(HttpMethod.Get, "user_account", app.Server, credentials.Token);
        var account = await http.AskAsync(request, cancellationToken);
        var person = account.Json();
        if (!account.IsSuccess || person.Text("id") is not { Length: > 0 } id || person.Text("username") is not { Length: > 0 } name)
        {
            return ConnectResult.Refused(Why(account));
        }

        var display = person.Text("business_name") is { Length: > 0 } business ? business : name;
        return await BoardsAsync(app.Server, credentials, board => new Account
        {
            Platform = Info.Name,
            Server = app.Server,
            Id = $"{id}/{board.Id}",
            Handle = name,
            DisplayName = $"{display}: {board.Name}",
            Credentials = credentials,
            Limits = Info.Limits,
        }, cancellationToken);
    }

    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        if (account.Credentials is not { RefreshToken: { } refresh, ClientId: { } id, ClientSecret: { } secret })
        {
            return new RefreshResult(null, PublishResult.SignInNeeded(Codes.AccessRevoked));
        }

        var answer = await TokenAsync(account.Server, id, secret.Value, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh.Value }, cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds tokens: it is not shown, whatever is wrong with it.
            return Granted(answer, id, secret.Value) is { } credentials
                ? new RefreshResult(credentials with { RefreshToken = credentials.RefreshToken ?? refresh, RefreshExpires = credentials.RefreshExpires ?? account.Credentials.RefreshExpires }, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        return new RefreshResult(null, answer.As((int)answer.Status switch
        {
            400 or 401 or 403 => PublishResult.SignInNeeded(Codes.AccessRevoked),
            _ => Later(Meaning(answer, visible: false)),
        }));
    }

    /// <summary>Every board readers can see; a person says which one the channel is.</summary>
    private async Task<ConnectResult> BoardsAsync(Uri server, Credentials credentials, Func<(string Id, string Name), Account> asAccount, CancellationToken cancellationToken)
    {
        var accounts = new List<Account>();
        var bookmark = "";
        for (var page = 0; page < MostPages; page++)
        {
            using var request = Signed(HttpMethod.Get, $"boards?privacy=PUBLIC&page_size={Listed}{bookmark}", server, credentials.Token);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess || answer.Json().Get("items") is not { ValueKind: JsonValueKind.Array } boards)
            {
                return ConnectResult.Refused(Why(answer));
            }

            accounts.AddRange(boards.EnumerateArray()
                .Where(board => board.Get("is_ads_only") is not { ValueKind: JsonValueKind.True })
                .Select(board => (Id: board.Text("id"), Name: board.Text("name")))
                .Where(board => board is { Id.Length: > 0, Name: not null })
                .Select(board => asAccount((board.Id!, board.Name!))));
            if (answer.Json().Text("bookmark") is not { Length: > 0 } next)
            {
                break;
            }

            bookmark = $"&bookmark={Uri.EscapeDataString(next)}";
        }

        return accounts.Count > 0 ? ConnectResult.Found(accounts) : ConnectResult.Refused("boards.none");
    }

    private static string Why(Answer answer) => (int)answer.Status switch
    {
        403 => Codes.PermissionMissing,
        429 => Codes.RateLimited,
        >= 500 => Codes.ServerError,
        _ => Codes.AnswerUnreadable,
    };

    private async Task<Answer> TokenAsync(Uri server, string id, string secret, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "v5/oauth/token")) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
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
            RefreshExpires = now + Seconds(json, "refresh_token_expires_in"),
            ClientId = id,
            ClientSecret = new Secret(secret),
        };
    }

    private static TimeSpan? Seconds(JsonElement? answer, string name) =>
        answer.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private sealed record Ticket(string ClientId, string ClientSecret, Uri Server);
}
