using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Pinterest;

/// <summary>
/// Makes pins on one board through Pinterest's API v5. A channel is a board: its id is "person/board". Limits as of the description
/// 5.23 (github.com/pinterest/api-description) and help.pinterest.com/en/article/review-pin-specs. More: docs/platforms/pinterest.md.
/// </summary>
internal sealed partial class PinterestPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IMeasure, ICorrect, IRetract, IRefreshTokens, IConnectByOAuth
{
    private const int MostTitle = 100;
    private const int MostAlt = 500;
    private const int MostLink = 2048;
    private const string Destination = "link";

    /// <summary>What an app on trial hears: its pins belong into the test environment (developers.pinterest.com/docs/key-concepts/access-tiers).</summary>
    private const int TrialAccess = 29;

    private static readonly Uri Api = new("https://api.pinterest.com/");

    private static readonly Uri Site = new("https://www.pinterest.com/");

    public PlatformInfo Info { get; } = new("pinterest", "Pinterest")
    {
        Color = "#e60023",
        Readiness = new(
            new("A business account with a public board, and an app with Standard access, shown in a screen recording.", "Ein Unternehmenskonto mit öffentlicher Pinnwand und eine App mit Standard access, in einer Bildschirmaufnahme gezeigt."),
            new("Pinterest, at developers.pinterest.com.", "Pinterest, auf developers.pinterest.com."),
            new("Pinterest names no time: plan for weeks.", "Pinterest nennt keine Frist: mit Wochen rechnen."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        // No unit is published; UTF-16 units are the strictest reading.
        Length = (part, _) => part.Text.Length,
        Entities = PinterestText.Entities,
        // Pictures travel inside the visible call, a third larger than they are.
        CallLimit = TimeSpan.FromMinutes(2),
        Limits = new Limits
        {
            Text = 800,
            Title = MostTitle,
            NeedsMedia = true,
            Images = 5,
            ImageBytes = 20_000_000,
            VideoBytes = 2_000_000_000,
            VideoShortest = TimeSpan.FromSeconds(4),
            VideoLongest = TimeSpan.FromMinutes(15),
            VideoNarrowest = 0.5,
            VideoWidest = 1.91,
            VideoTypes = ["video/mp4", "video/quicktime", "video/x-m4v"],
            AltText = MostAlt,
            CoverMoment = true,
        },
        Options =
        [
            OptionField.ForTitle(MostTitle),
            new(Destination, new Words("Where the pin leads (the first link of the text where empty)", "Wohin der Pin führt (sonst der erste Link im Text)"), [], "") { MaxLength = MostLink },
        ],
    };

    public IEnumerable<Problem> Check(Post post)
    {
        foreach (var problem in Info.Check(post))
        {
            yield return problem;
        }

        foreach (var part in post.Parts)
        {
            // What the general check counts as a reader does is counted here as strictly as the text.
            if (part.Title() is var title && title.Length > MostTitle && Graphemes.Count(title) <= MostTitle)
            {
                yield return new Problem("title.too.long", $"{title.Length}", $"{MostTitle}") { Part = part.Number };
            }

            if (AltText(part) is var alt && alt.Length > MostAlt && part.Media.All(media => Graphemes.Count(media.AltText) <= MostAlt))
            {
                yield return new Problem("alt.too.long", $"{alt.Length}", $"{MostAlt}") { Part = part.Number };
            }

            if (part.Option(Destination) is { Length: > 0 } chosen && !IsWeb(chosen))
            {
                yield return new Problem("link.not.web") { Part = part.Number };
            }

            if (part.Media.Where(media => !media.IsVideo).DistinctBy(media => (media.Width, media.Height)).Count() > 1)
            {
                yield return new Problem("images.sizes.differ") { Part = part.Number };
            }
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var pin = new JsonObject { ["board_id"] = Board(account), ["media_source"] = Source(part, prepared) };
        foreach (var (name, text) in new[] { ("title", part.Title()), ("description", part.Text), ("link", Link(part)), ("alt_text", AltText(part)) })
        {
            if (text.Length > 0)
            {
                pin[name] = text;
            }
        }

        using var request = Signed(HttpMethod.Post, "pins", account);
        request.Content = new PinContent(pin, files, [.. part.Media.Where(media => !media.IsVideo)]);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.As(Meaning(answer, visible: true));
        }

        return answer.Json().Text("id") is { Length: > 0 } id
            ? answer.As(PublishResult.Published(Remote(id, account)))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Delete, $"pins/{Uri.EscapeDataString(post.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        // A body that is no JSON comes from something that stands before Pinterest.
        return answer.Status == HttpStatusCode.NoContent || (answer.Status == HttpStatusCode.NotFound && answer.Json() is not null)
            ? RetractResult.Gone
            : new RetractResult(answer.As(Meaning(answer, visible: false)));
    }

    /// <summary>The picture or pictures themselves, left open for <see cref="PinContent"/> to fill, or the video brought before.</summary>
    private static JsonObject Source(Part part, Prepared prepared)
    {
        if (part.Media is [{ IsVideo: true } video, ..])
        {
            // Without a cover a video pin is refused. Whole seconds are named.
            var second = (int)(video.CoverAt ?? TimeSpan.Zero).TotalSeconds;
            return new JsonObject { ["source_type"] = "video_id", ["media_id"] = prepared.Files[0].Id, ["cover_image_key_frame_time"] = second };
        }

        var pictures = part.Media.Select(picture => new JsonObject { ["content_type"] = picture.Type, ["data"] = "" }).ToArray();
        if (pictures is not [var only])
        {
            return new JsonObject { ["source_type"] = "multiple_image_base64", ["items"] = new JsonArray([.. pictures]) };
        }

        only["source_type"] = "image_base64";
        return only;
    }

    /// <summary>A pin has one alt text, however many pictures it shows: then each is told by its place.</summary>
    private static string AltText(Part part) => part.Media is [var only]
        ? only.AltText
        : string.Join("; ", part.Media.Select((media, place) => (media.AltText, Place: place + 1)).Where(told => told.AltText.Length > 0).Select(told => $"{told.Place}: {told.AltText}"));

    private static string Link(Part part) => part.Option(Destination) is { Length: > 0 } chosen
        ? chosen
        : PinterestText.Entities(part.Text).FirstOrDefault(entity => entity.Kind == EntityKind.Link)?.Value ?? "";

    private static bool IsWeb(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.Host.Contains('.');

    /// <summary>What a refusal means, by status; the numbers beside it are not published, but for the one that says that the app is on trial.</summary>
    private PublishResult Meaning(Answer answer, bool visible) => answer.Status switch
    {
        // Lapsed and revoked look alike; the refresh shows which it is.
        HttpStatusCode.Unauthorized => PublishResult.Expired(),
        HttpStatusCode.Forbidden when IsOnTrial(answer) => PublishResult.NotNow(Codes.AuditMissing),
        HttpStatusCode.Forbidden => PublishResult.SignInNeeded(Codes.PermissionMissing),
        HttpStatusCode.NotFound => PublishResult.Rejected(Codes.OptionRefused),
        HttpStatusCode.BadRequest => PublishResult.Rejected(Codes.ContentRefused),
        HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType => PublishResult.Rejected(Codes.MediaRefused),
        HttpStatusCode.TooManyRequests => PublishResult.NotNow(Codes.RateLimited, Wait(answer)),
        // A proxy that gave up waiting knows nothing of what became of the call.
        HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, visible),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.Rejected(Codes.Refused),
        _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
    };

    private static bool IsOnTrial(Answer answer) => answer.Json().Get("code")?.ToString() == $"{TrialAccess}";

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    /// <summary>Seconds until the window ends.</summary>
    private TimeSpan? Wait(Answer answer) => answer.RetryAfter(time)
        ?? (answer.Headers.TryGetValues("x-ratelimit-reset", out var values) && int.TryParse(values.First(), out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : null);

    private static string Board(Account account) => account.Id[(account.Id.IndexOf('/') + 1)..];

    private static RemotePost Remote(string id, Account account) => new(id, new Uri(IsReal(account.Server) ? Site : account.Server, $"pin/{id}/"));

    /// <summary>At any other address stands the sandbox, which answers for all of Pinterest's hosts.</summary>
    private static bool IsReal(Uri server) => server == Api;

    private static HttpRequestMessage Signed(HttpMethod method, string path, Account account, HttpContent? content = null) =>
        Signed(method, path, account.Server, account.Credentials.Token, content);

    private static HttpRequestMessage Signed(HttpMethod method, string path, Uri server, Secret token, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(server, $"v5/{path}")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return request;
    }
}
