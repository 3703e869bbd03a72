using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Mastodon;

/// <summary>
/// Posts to any server with Mastodon's API. What a server allows is read when an account is connected; the limits here are Mastodon's
/// own (docs.joinmastodon.org/entities/Instance, 2026-07). More: docs/platforms/mastodon.md.
/// </summary>
internal sealed partial class MastodonPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IReadBack, IMeasure, ICorrect, IRetract, IRevoke, IConnectByOAuth
{
    private const int StockLinkLength = 23;

    public PlatformInfo Info { get; } = new("mastodon", "Mastodon")
    {
        Color = "#6364ff",
        Readiness = new(
            new("An account on a server of your choice; Publisher registers itself there.", "Ein Konto auf einem Server Ihrer Wahl; Publisher meldet sich dort selbst an."),
            new("Whoever runs the server.", "Wer den Server betreibt."),
            new("Minutes, once the account exists.", "Minuten, sobald es das Konto gibt."),
            new("No known fee; a server of your own costs its hosting.", "Keine bekannte Gebühr; ein eigener Server kostet seinen Betrieb.")),
        Limits = new Limits
        {
            Text = 500,
            LinkLength = StockLinkLength,
            Parts = 25,
            Images = 4,
            ImageBytes = 16_777_216,
            ImagePixels = 33_177_600,
            ImageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"],
            VideoBytes = 103_809_024,
            VideoTypes = ["video/mp4", "video/quicktime", "video/webm"],
            AltText = 1500,
        },
        Length = (part, limits) => MastodonText.Length(part.Text, part.Option("warning"), limits.LinkLength ?? StockLinkLength),
        Entities = MastodonText.Entities,
        HandleExample = "office@social.example",
        Options =
        [
            new("visibility", new Words("Visibility", "Sichtbarkeit"),
            [
                new("public", new Words("Public", "Öffentlich")),
                new("unlisted", new Words("Quiet: not in public timelines", "Still: nicht in öffentlichen Zeitleisten")),
                new("private", new Words("Followers only", "Nur Folgende")),
            ], "public"),
            new("warning", new Words("Content warning", "Inhaltswarnung"), [], "") { MaxLength = 200 },
            new("sensitive", new Words("Hide pictures behind a warning", "Bilder hinter einer Warnung verbergen"),
            [
                new("no", new Words("No", "Nein")),
                new("yes", new Words("Yes", "Ja")),
            ], "no"),
        ],
    };

    public IEnumerable<Problem> Check(Post post) => Info.Check(post);

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var body = BodyOf(part);
        body["visibility"] = part.Option("visibility") is { Length: > 0 } chosen ? chosen : "public";
        if (prepared.Files.Count > 0)
        {
            body["media_ids"] = new JsonArray([.. prepared.Files.Select(file => JsonValue.Create(file.Id))]);
        }

        if (part.Parent is { } parent)
        {
            body["in_reply_to_id"] = parent.Id;
        }

        using var request = Signed(HttpMethod.Post, "api/v1/statuses", account, Answers.Content(body));
        // Servers that honour the key answer a repeat with the first status; which do is a fact of the account, not of this class.
        request.Headers.Add("Idempotency-Key", part.Key);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return await ReadRefusalAsync(answer, part, prepared, account, cancellationToken);
        }

        return answer.Json() is { } status && status.Text("id") is { Length: > 0 } id
            ? answer.As(Live(id, status, part, prepared))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Delete, $"api/v1/statuses/{Uri.EscapeDataString(post.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.Status switch
        {
            // A body that is no JSON comes from something that stands before the server.
            HttpStatusCode.OK when answer.Json() is not null => RetractResult.Gone,
            HttpStatusCode.NoContent or HttpStatusCode.Gone => RetractResult.Gone,
            HttpStatusCode.NotFound when answer.Json() is not null => RetractResult.Gone,
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.NotFound => new RetractResult(answer.As(PublishResult.Rejected(Codes.NotOffered))),
            _ => new RetractResult(answer.As(Meaning(answer, visible: false))),
        };
    }

    /// <summary>What a status says, in a new one and in an edit: there what is left out would be taken away.</summary>
    private static JsonObject BodyOf(Part part)
    {
        var body = new JsonObject { ["status"] = part.Text };
        if (part.Option("warning") is { Length: > 0 } warning)
        {
            body["spoiler_text"] = warning;
        }

        if (part.Option("sensitive") == "yes")
        {
            body["sensitive"] = true;
        }

        if (Language(part.Language) is { Length: > 0 } language)
        {
            body["language"] = language;
        }

        return body;
    }

    /// <summary>The post is live; that a server quietly changed it is said with it, for nobody would look otherwise.</summary>
    private static PublishResult Live(string id, JsonElement status, Part part, Prepared prepared)
    {
        var result = PublishResult.Published(new RemotePost(id, Address(status)));
        var attached = status.Get("media_attachments") is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() : 0;
        if (attached < prepared.Files.Count)
        {
            return result with { Code = Codes.MediaMissing };
        }

        // An account its server has "limited" gets "unlisted" where it asked for "public".
        var asked = part.Option("visibility") is { Length: > 0 } chosen ? chosen : "public";
        return status.Text("visibility") is { } got && got != asked ? result with { Code = Codes.VisibilityChanged } : result;
    }

    /// <summary>A file that vanished or is not ready is refused with the same status as a wrong text, in the server's own language: the file itself tells.</summary>
    private async Task<PublishResult> ReadRefusalAsync(Answer answer, Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        if (answer.Status == HttpStatusCode.UnprocessableEntity)
        {
            foreach (var file in prepared.Files)
            {
                using var request = Signed(HttpMethod.Get, $"api/v1/media/{Uri.EscapeDataString(file.Id)}", account);
                var there = await http.AskAsync(request, cancellationToken);
                if (there.Status is HttpStatusCode.NotFound or HttpStatusCode.PartialContent)
                {
                    return answer.As(PublishResult.NotNow(there.Status == HttpStatusCode.NotFound ? Codes.MediaGone : Codes.MediaNotReady));
                }
            }
        }

        return answer.As(answer.Status switch
        {
            HttpStatusCode.NotFound when part.Parent is not null => PublishResult.Rejected(Codes.ParentGone),
            HttpStatusCode.UnprocessableEntity when Info.Length(part, account.Limits) > account.Limits.Text => PublishResult.Rejected(Codes.TextTooLong),
            _ => Meaning(answer, visible: true),
        });
    }

    /// <summary>What a refusal means, by status alone: the words are in the language of the server.</summary>
    private PublishResult Meaning(Answer answer, bool visible) => answer.Status switch
    {
        HttpStatusCode.Unauthorized => PublishResult.SignInNeeded(Codes.AccessRevoked),
        HttpStatusCode.Forbidden => PublishResult.SignInNeeded(Codes.PermissionMissing),
        HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge => PublishResult.Rejected(Codes.ContentRefused),
        HttpStatusCode.TooManyRequests => PublishResult.NotNow(Codes.RateLimited, Wait(answer)),
        // A proxy that gave up waiting knows nothing of what became of the call.
        HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, visible),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.Rejected(Codes.Refused),
        _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
    };

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    private TimeSpan? Wait(Answer answer)
    {
        if (answer.RetryAfter(time) is { } wait)
        {
            return wait;
        }

        if (!answer.Headers.TryGetValues("X-RateLimit-Reset", out var values) || !DateTimeOffset.TryParse(values.First(), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var reset))
        {
            return null;
        }

        var left = reset - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static Uri? Address(JsonElement status) =>
        Uri.TryCreate(status.Text("url") ?? status.Text("uri"), UriKind.Absolute, out var address) ? address : null;

    /// <summary>ISO 639-1, as the server's list has it; only Chinese is listed by script or country too.</summary>
    private static string Language(string tag) => tag.StartsWith("zh-", StringComparison.OrdinalIgnoreCase) ? tag : tag.Split('-')[0];

    private static HttpRequestMessage Signed(HttpMethod method, string path, Account account, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(account.Server, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Credentials.Token.Value);
        return request;
    }
}
