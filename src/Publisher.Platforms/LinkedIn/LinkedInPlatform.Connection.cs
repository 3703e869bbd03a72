using System.Text.Json;

namespace Publisher.Platforms.LinkedIn;

/// <summary>Connecting the pages a person administers, and refreshing where LinkedIn granted it. The standard flow has no PKCE.</summary>
internal sealed partial class LinkedInPlatform
{
    /// <summary>Post, read back what was posted, list the pages.</summary>
    private const string Scopes = "w_organization_social r_organization_social rw_organization_admin";

    /// <summary>Somebody with more pages than these lists hold lets an administrator of fewer connect.</summary>
    private const int PagesListed = 50;
    private const int MostLists = 4;

    /// <summary>Each name is a call, and a development app has a hundred a day for one member. The pages behind these are shown by their number.</summary>
    private const int MostNamed = 50;

    /// <summary>Where the sandbox stands, given beside the app fields; LinkedIn itself has one address.</summary>
    private const string ServerField = "server";

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("clientId", new Words("Client ID", "Client-ID"), new Words(
            "From the app's page in LinkedIn's developer portal, tab Auth", "Von der Seite der App im Entwicklerportal von LinkedIn, Reiter Auth")),
        new("clientSecret", new Words("Client secret", "Client-Secret"), new Words("From the same page", "Von derselben Seite")) { IsSecret = true },
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

        var query = $"response_type=code&client_id={Uri.EscapeDataString(ticket.ClientId)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&state={Uri.EscapeDataString(state)}&scope={Uri.EscapeDataString(Scopes)}";
        var address = new Uri(OAuth(ticket.Server), $"oauth/v2/authorization?{query}");
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
        }, cancellationToken);

        if (!answer.IsSuccess)
        {
            return ConnectResult.Refused(answer.IsServerError ? Codes.ServerError : "sign.in.refused");
        }

        if (Granted(answer.Json(), app.ClientId, new Secret(app.ClientSecret)) is not { } credentials)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        return await PagesAsync(app.Server, credentials, cancellationToken);
    }

    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        var old = account.Credentials;
        if (old.RefreshToken is not { } refresh || old.ClientId is not { } id || old.ClientSecret is not { } secret)
        {
            // Only approved apps are given refresh tokens; everybody else signs in again every 60 days.
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
            // The answer holds tokens: it is not shown, whatever is wrong with it.
            return Granted(answer.Json(), id, secret) is { } credentials
                ? new RefreshResult(credentials with { RefreshToken = credentials.RefreshToken ?? refresh, RefreshExpires = credentials.RefreshExpires ?? old.RefreshExpires }, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        return new RefreshResult(null, (int)answer.Status switch
        {
            429 or >= 500 => Restli.Read(answer, visible: false, time),
            _ => answer.As(PublishResult.SignInNeeded(Codes.AccessRevoked)),
        });
    }

    private async Task<Answer> TokenAsync(Uri server, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(OAuth(server), "oauth/v2/accessToken")) { Content = new FormUrlEncodedContent(form) };
        return await http.AskAsync(request, cancellationToken);
    }

    private Credentials? Granted(JsonElement? answer, string clientId, Secret clientSecret)
    {
        if (answer.Text("access_token") is not { } token)
        {
            return null;
        }

        var now = time.GetUtcNow();
        return new Credentials
        {
            Token = new Secret(token),
            RefreshToken = answer.Text("refresh_token") is { } refresh ? new Secret(refresh) : null,
            Expires = now + Seconds(answer, "expires_in"),
            RefreshExpires = now + Seconds(answer, "refresh_token_expires_in"),
            ClientId = clientId,
            ClientSecret = clientSecret,
        };
    }

    private async Task<ConnectResult> PagesAsync(Uri server, Credentials credentials, CancellationToken cancellationToken)
    {
        var urns = new List<string>();
        for (var list = 0; list < MostLists; list++)
        {
            var path = $"organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start={list * PagesListed}&count={PagesListed}";
            using var request = Restli.Get(server, path, credentials.Token, "FINDER");
            var answer = await http.AskAsync(request, cancellationToken);
            if (answer.Json().Get("elements") is not { ValueKind: JsonValueKind.Array } elements)
            {
                return ConnectResult.Refused(answer.Status == System.Net.HttpStatusCode.Forbidden ? Codes.PermissionMissing : Codes.AnswerUnreadable);
            }

            urns.AddRange(elements.EnumerateArray().Select(page => page.Text("organization")).OfType<string>());
            // One that is not full is the last (learn.microsoft.com/linkedin/shared/api-guide/concepts/pagination).
            if (elements.GetArrayLength() < PagesListed)
            {
                break;
            }
        }

        var accounts = new List<Account>();
        foreach (var urn in urns.Distinct(StringComparer.Ordinal))
        {
            accounts.Add(await PageAsync(urn, accounts.Count < MostNamed, server, credentials, cancellationToken));
        }

        return accounts.Count > 0 ? ConnectResult.Found(accounts) : ConnectResult.Refused("pages.none");
    }

    private async Task<Account> PageAsync(string urn, bool isNamed, Uri server, Credentials credentials, CancellationToken cancellationToken)
    {
        var id = urn[(urn.LastIndexOf(':') + 1)..];
        using var request = Restli.Get(server, $"organizations/{id}", credentials.Token);
        var page = isNamed ? (await http.AskAsync(request, cancellationToken)).Json() : null;
        var handle = page.Text("vanityName") ?? id;
        return new Account
        {
            Platform = Info.Name,
            Server = server,
            Id = urn,
            Handle = handle,
            DisplayName = page.Text("localizedName") ?? handle,
            Credentials = credentials,
            Limits = Info.Limits,
        };
    }

    private static TimeSpan? Seconds(JsonElement? answer, string name) =>
        answer.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private static Uri OAuth(Uri server) => IsReal(server) ? Site : server;

    private sealed record Ticket(string ClientId, string ClientSecret, Uri Server);
}
