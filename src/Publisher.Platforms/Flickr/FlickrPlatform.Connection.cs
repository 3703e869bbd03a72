using System.Collections.Specialized;
using System.Text.Json;
using System.Web;

namespace Publisher.Platforms.Flickr;

/// <summary>Connecting by OAuth 1.0a: a request token, a person's consent, and the access token, which lives until it is revoked.</summary>
internal sealed partial class FlickrPlatform
{
    /// <summary>Where the sandbox stands, given beside the app fields; Flickr itself has one address.</summary>
    private const string ServerField = "server";

    private static readonly TimeSpan FreeVideo = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ProVideo = TimeSpan.FromMinutes(10);

    /// <summary>Opening a photo to everyone may be repeated at any time.</summary>
    private static readonly TimeSpan Always = TimeSpan.FromDays(36_500);

    public IReadOnlyList<FormField> AppFields { get; } =
    [
        new("clientId", new Words("Key", "Schlüssel"), new Words("From the app's page in Flickr's App Garden", "Von der Seite der App im App Garden von Flickr")),
        new("clientSecret", new Words("Secret", "Geheimnis"), new Words("From the same page", "Von derselben Seite")) { IsSecret = true },
    ];

    public async Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken)
    {
        var keys = new OAuthKeys(app.GetValueOrDefault("clientId", "").Trim(), app.GetValueOrDefault("clientSecret", "").Trim());
        var server = Uri.TryCreate(app.GetValueOrDefault(ServerField), UriKind.Absolute, out var given) ? given : Api;
        if (keys.Client.Length == 0 || keys.ClientSecret.Length == 0)
        {
            return new OAuthStart(null, default, new Problem("app.fields.missing"));
        }

        // OAuth 1.0a has no state of its own: the address to come back to carries it.
        var back = new UriBuilder(redirect) { Query = $"{redirect.Query.TrimStart('?')}&state={Uri.EscapeDataString(state)}".TrimStart('&') }.Uri;
        var (form, problem) = await TokenAsync(server, "request_token", keys, ("oauth_callback", back.AbsoluteUri), cancellationToken);
        if (problem is not null)
        {
            return new OAuthStart(null, default, problem);
        }

        var ticket = new Ticket(server, keys.Client, keys.ClientSecret, form["oauth_token"]!, form["oauth_token_secret"]!);
        // The right to delete brings those to read and to write with it.
        var address = new Uri(At(server, Site), $"services/oauth/authorize?oauth_token={Uri.EscapeDataString(ticket.Token)}&perms=delete");
        return new OAuthStart(address, new Secret(JsonSerializer.Serialize(ticket)));
    }

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var (server, client, clientSecret, token, tokenSecret) = JsonSerializer.Deserialize<Ticket>(ticket.Value) ?? throw new JsonException("The ticket is empty.");
        var (form, problem) = await TokenAsync(server, "access_token", new OAuthKeys(client, clientSecret, token, tokenSecret), ("oauth_verifier", code), cancellationToken);
        if (problem is not null)
        {
            return new ConnectResult([], problem);
        }

        if (form["user_nsid"] is not { Length: > 0 } id)
        {
            return ConnectResult.Refused(Codes.AnswerUnreadable);
        }

        var keys = new OAuthKeys(client, clientSecret, form["oauth_token"]!, form["oauth_token_secret"]!);
        var handle = form["username"] is { Length: > 0 } username ? username : id;
        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = server,
            Id = id,
            Handle = handle,
            DisplayName = form["fullname"] is { Length: > 0 } name ? name : handle,
            Credentials = keys.ToCredentials(),
            Limits = await LimitsAsync(server, keys, cancellationToken),
            RepeatSafeFor = Always,
        });
    }

    private async Task<(NameValueCollection Form, Problem? Problem)> TokenAsync(
        Uri server, string kind, OAuthKeys keys, (string Name, string Value) own, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(At(server, Site), $"services/oauth/{kind}")), [], keys, cancellationToken, own);
        var form = HttpUtility.ParseQueryString(answer.Body.Trim());
        var isGranted = answer.IsSuccess && form["oauth_token"] is { Length: > 0 } && form["oauth_token_secret"] is { Length: > 0 };
        return (form, (isGranted, answer) switch
        {
            (true, _) => null,
            (_, { IsServerError: true }) => new Problem(Codes.ServerError),
            (_, { IsSuccess: false }) => new Problem("sign.in.refused"),
            _ => new Problem(form["oauth_problem"] is null ? Codes.AnswerUnreadable : "sign.in.refused"),
        });
    }

    /// <summary>What this account may upload. Where Flickr does not say, what everyone may.</summary>
    private async Task<Limits> LimitsAsync(Uri server, OAuthKeys keys, CancellationToken cancellationToken)
    {
        var user = (await ReadAsync("flickr.people.getUploadStatus", [], keys, server, cancellationToken)).Json().Get("user");
        var stock = Info.Limits;
        return stock with
        {
            ImageBytes = FlickrReply.Number(user.Get("filesize").Get("maxbytes")) is > 0 and var image ? image : stock.ImageBytes,
            VideoBytes = FlickrReply.Number(user.Get("videosize").Get("maxbytes")) is > 0 and var video ? video : stock.VideoBytes,
            VideoLongest = Is(user, "ispro") ? ProVideo : stock.VideoLongest,
        };
    }

    private sealed record Ticket(Uri Server, string ClientId, string ClientSecret, string Token, string TokenSecret);
}
