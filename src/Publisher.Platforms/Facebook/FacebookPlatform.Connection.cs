using System.Text.Json;
using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Facebook;

/// <summary>
/// Connecting the pages a person may post for. Their token has no end of its own when it comes from a long-lived token of the person
/// (developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived), so there is nothing to renew. The server's flow has no PKCE.
/// </summary>
internal sealed partial class FacebookPlatform
{
    /// <summary>List the pages, read back what was posted, post.</summary>
    private const string Scopes = "pages_show_list,pages_read_engagement,pages_manage_posts";

    /// <summary>Somebody with more pages than this many lists hold names the right ones when allowing access.</summary>
    private const int MostLists = 5;

    private static readonly string[] PostingTasks = ["CREATE_CONTENT", "MANAGE"];

    public IReadOnlyList<FormField> AppFields => App.Fields;

    public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken) =>
        Task.FromResult(App.Start(app, Api, server => new Uri(IsReal(server) ? Site : server, $"{Version}/dialog/oauth"), Scopes, redirect, state));

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var app = App.Open(ticket);
        var answer = await TokenAsync(app, $"redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}&code={Uri.EscapeDataString(App.Bare(code))}", cancellationToken);
        if (!answer.IsSuccess || answer.Json().Text("access_token") is not { Length: > 0 } first)
        {
            return App.Refused(answer);
        }

        answer = await TokenAsync(app, $"grant_type=fb_exchange_token&fb_exchange_token={Uri.EscapeDataString(first)}", cancellationToken);
        if (!answer.IsSuccess || answer.Json().Text("access_token") is not { Length: > 0 } lasting)
        {
            return App.Refused(answer);
        }

        return await PagesAsync(app, new Credentials { Token = new Secret(lasting), ClientId = app.Id, ClientSecret = new Secret(app.Secret) }, cancellationToken);
    }

    private async Task<ConnectResult> PagesAsync(App app, Credentials person, CancellationToken cancellationToken)
    {
        var found = new List<JsonElement>();
        var after = "";
        for (var list = 0; list < MostLists; list++)
        {
            var answer = await _graph.GetAsync($"me/accounts?fields=id,name,username,access_token,tasks&limit=100{after}", app.Server, person, cancellationToken);
            if (!answer.IsSuccess || answer.Json().Get("data") is not { ValueKind: JsonValueKind.Array } pages)
            {
                return GraphErrors.Read(answer, visible: false).Code == Codes.PermissionMissing ? ConnectResult.Refused(Codes.PermissionMissing) : App.Refused(answer);
            }

            found.AddRange(pages.EnumerateArray());
            if (answer.Json().Get("paging").Get("next") is null || answer.Json().Get("paging").Get("cursors").Text("after") is not { Length: > 0 } cursor)
            {
                break;
            }

            after = $"&after={Uri.EscapeDataString(cursor)}";
        }

        var accounts = found.Where(MayPost).Select(page => PageOf(page, app, person)).OfType<Account>().ToList();
        return accounts.Count > 0 ? ConnectResult.Found(accounts) : ConnectResult.Refused(found.Count > 0 ? Codes.PermissionMissing : "pages.none");
    }

    /// <summary>Here the secret has to stand in the address.</summary>
    private async Task<Answer> TokenAsync(App app, string query, CancellationToken cancellationToken)
    {
        var path = $"{Version}/oauth/access_token?client_id={Uri.EscapeDataString(app.Id)}&client_secret={Uri.EscapeDataString(app.Secret)}&{query}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Server, path));
        return await _http.AskAsync(request, cancellationToken);
    }

    /// <summary>Where tasks are not told, the first post tells.</summary>
    private static bool MayPost(JsonElement page) => page.Get("tasks") is not { ValueKind: JsonValueKind.Array } tasks
        || tasks.EnumerateArray().Any(task => task.ValueKind == JsonValueKind.String && PostingTasks.Contains(task.GetString()));

    private Account? PageOf(JsonElement page, App app, Credentials person)
    {
        if (page.Text("id") is not { Length: > 0 } id || page.Text("access_token") is not { Length: > 0 } token)
        {
            return null;
        }

        var handle = page.Text("username") is { Length: > 0 } name ? name : id;
        return new Account
        {
            Platform = Info.Name,
            Server = app.Server,
            Id = id,
            Handle = handle,
            DisplayName = page.Text("name") ?? handle,
            Credentials = person with { Token = new Secret(token) },
            Limits = Info.Limits,
        };
    }
}
