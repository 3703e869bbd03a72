using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.YouTube;

/// <summary>
/// Publishes videos on a YouTube channel through the Data API v3. The file is brought beforehand as a private video; the visible call
/// shows it. That call names the video, so it may be repeated for ever and leaves one. Limits and oddities: docs/platforms/youtube.md.
/// </summary>
internal sealed partial class YouTubePlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IMeasure, ICorrect, IRetract, IDiscard, IRefreshTokens, IConnectByOAuth
{
    private const int LongestTitle = 100;
    private const int LongestTags = 500;
    private const string Private = "private";
    private const string Yes = "yes";

    private static readonly Uri Api = new("https://www.googleapis.com/");

    private static readonly Uri Site = new("https://www.youtube.com/");

    /// <summary>Repeating is safe without an end; a century is one that every clock can add.</summary>
    private static readonly TimeSpan Always = TimeSpan.FromDays(36500);

    public PlatformInfo Info { get; } = new("youtube", "YouTube")
    {
        Color = "#ff0000",
        Readiness = new(
            new("A project with two verified permissions, and the compliance audit: until it is passed every video stays private for ever.", "Ein Projekt mit zwei bestätigten Berechtigungen und das Compliance-Audit: bis es bestanden ist, bleibt jedes Video für immer privat."),
            new("Google, at console.cloud.google.com; the audit from YouTube.", "Google, auf console.cloud.google.com; das Audit von YouTube."),
            new("Verification about a week; for the audit no time is named: plan for weeks.", "Die Bestätigung etwa eine Woche; für das Audit ist keine Frist genannt: mit Wochen rechnen."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        PostHosts = ["youtube.com"],
        Length = (part, _) => part.Text.Length,
        Entities = YouTubeText.Entities,
        // New uploads reach the channel's list with some delay; how much is not documented.
        SettleTime = TimeSpan.FromMinutes(5),
        // developers.google.com/youtube/v3/docs/videos and .../videos/insert, 2026-09.
        Limits = new Limits
        {
            Text = 5000,
            TextBytes = 5000,
            Title = LongestTitle,
            // With more of them YouTube ignores every one.
            Hashtags = 60,
            NeedsMedia = true,
            Images = 0,
            VideoBytes = 274_877_906_944,
            VideoLongest = TimeSpan.FromHours(12),
            VideoTypes = ["video/mp4", "video/quicktime", "video/webm"],
            VideoAltText = false,
            // No number and no size is documented; each costs 400 of a day's 10,000 units.
            Captions = 20,
            CoverBytes = 2_000_000,
        },
        Options =
        [
            OptionField.ForTitle(LongestTitle),
            new("visibility", new Words("Who can see it", "Wer es sehen kann"),
            [
                new("public", new Words("Everyone", "Alle")),
                new("unlisted", new Words("Everyone with the link", "Alle mit dem Link")),
            ], "public"),
            new("category", new Words("Category", "Kategorie"),
            [
                new("25", new Words("News & politics", "Nachrichten & Politik")),
                new("22", new Words("People & blogs", "Menschen & Blogs")),
                new("26", new Words("How to & style", "Praktische Tipps & Styling")),
                new("27", new Words("Education", "Bildung")),
                new("28", new Words("Science & technology", "Wissenschaft & Technik")),
                new("29", new Words("Non-profits & activism", "Soziales Engagement")),
                new("19", new Words("Travel & events", "Reisen & Veranstaltungen")),
                new("17", new Words("Sports", "Sport")),
            ], "25"),
            new("made_for_kids", new Words("Made for children", "Speziell für Kinder"), NoOrYes, "no"),
            new("synthetic", new Words("Shows altered or synthetic scenes that look real", "Zeigt veränderte oder künstliche Szenen, die echt wirken"), NoOrYes, "no"),
            new("license", new Words("Licence", "Lizenz"),
            [
                new("youtube", new Words("Standard", "Standard")),
                new("creativeCommon", new Words("Creative Commons, attribution", "Creative Commons, Namensnennung")),
            ], "youtube"),
            new("tags", new Words("Tags, with commas between them", "Schlagwörter, durch Kommas getrennt"), [], "") { MaxLength = LongestTags },
        ],
    };

    private static IReadOnlyList<OptionChoice> NoOrYes { get; } = [new("no", new Words("No", "Nein")), new(Yes, new Words("Yes", "Ja"))];

    public IEnumerable<Problem> Check(Post post) => Info.Check(post).Concat(post.Parts.SelectMany(part => CheckPart(part).Select(problem => problem with { Part = part.Number })));

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var id = prepared.Files[0].Id;
        var privacy = Visibility(part);
        var video = Resource(part, privacy);
        video["id"] = id;
        using var request = Signed(HttpMethod.Put, "youtube/v3/videos?part=snippet,status", account, Answers.Content(video));
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.As(Meaning(answer, visible: true));
        }

        var json = answer.Json();
        var shown = json.Text("id") == id ? json.Get("status").Text("privacyStatus") : null;
        var live = PublishResult.Published(Remote(id, account));
        live = prepared.Files.Any(file => file.Data == NoCover) ? live with { Code = Codes.CoverMissing } : live;
        return answer.As(shown switch
        {
            null => PublishResult.Unclear(Codes.AnswerUnreadable),
            _ when shown == privacy => live,
            // A project that has not passed the audit: every upload stays private for ever, with an otherwise successful answer.
            Private => PublishResult.Rejected(Codes.AuditMissing),
            _ => live with { Code = Codes.VisibilityChanged },
        });
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Delete, $"youtube/v3/videos?id={Uri.EscapeDataString(post.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.Status == HttpStatusCode.NoContent || (answer.Status == HttpStatusCode.NotFound && Reason(answer) == "videoNotFound")
            ? RetractResult.Gone
            : new RetractResult(answer.As(Meaning(answer, visible: false)));
    }

    private IEnumerable<Problem> CheckPart(Part part)
    {
        var title = part.Title();
        // No unit is documented: the strictest reading is UTF-16 units, where a reader's characters still fit.
        if (title.Length > LongestTitle && Text.Graphemes.Count(title) <= LongestTitle)
        {
            yield return new Problem("title.too.long", $"{title.Length}", $"{LongestTitle}");
        }

        var tags = YouTubeText.Tags(part);
        if (YouTubeText.TagsLength(tags) is > LongestTags and var length)
        {
            var field = Info.Options.Single(option => option.Name == "tags");
            yield return new Problem("option.too.long", field.Title.English, field.Title.German, $"{length}", $"{LongestTags}");
        }

        if (tags.Append(title).Append(part.Text).Any(text => text.AsSpan().ContainsAny(YouTubeText.Refused)))
        {
            yield return new Problem("text.signs", string.Join(' ', YouTubeText.Refused.AsEnumerable()));
        }
    }

    /// <summary>
    /// Everything of the two parts, for the upload and for the visible call alike: an update erases what it leaves out, and so what
    /// somebody changed in between does not go out.
    /// </summary>
    private static JsonObject Resource(Part part, string privacy) => new()
    {
        ["snippet"] = new JsonObject
        {
            ["title"] = part.Title(),
            ["description"] = part.Text,
            ["tags"] = new JsonArray([.. YouTubeText.Tags(part).Select(tag => JsonValue.Create(tag))]),
            ["categoryId"] = part.Option("category") is { Length: > 0 } category ? category : "25",
            ["defaultLanguage"] = part.Language,
        },
        ["status"] = new JsonObject
        {
            ["privacyStatus"] = privacy,
            ["license"] = part.Option("license") is { Length: > 0 } license ? license : "youtube",
            ["embeddable"] = true,
            ["publicStatsViewable"] = true,
            ["selfDeclaredMadeForKids"] = part.Option("made_for_kids") == Yes,
            ["containsSyntheticMedia"] = part.Option("synthetic") == Yes,
        },
    };

    private static string Visibility(Part part) => part.Option("visibility") is { Length: > 0 } chosen ? chosen : "public";

    /// <summary>What a refusal means, by its reason (developers.google.com/youtube/v3/docs/errors). Lapsed and revoked tokens look alike; the refresh shows which it is.</summary>
    private PublishResult Meaning(Answer answer, bool visible) => (Status: (int)answer.Status, Reason: Reason(answer)) switch
    {
        { Status: 408 or >= 500 } => Broken(Codes.ServerError, answer, visible),
        { Status: < 400 } => Broken(Codes.AnswerUnreadable, answer, visible),
        { Reason: "youtubeSignupRequired" } => PublishResult.SignInNeeded(Codes.AccessRevoked),
        { Status: 401 } => PublishResult.Expired(),
        { Reason: "quotaExceeded" } => PublishResult.NotNow(Codes.QuotaReached, UntilReset(time.GetUtcNow())),
        { Reason: "uploadLimitExceeded" } => PublishResult.NotNow(Codes.QuotaReached, TimeSpan.FromHours(24)),
        { Status: 429 } or { Reason: "rateLimitExceeded" } => PublishResult.NotNow(Codes.RateLimited, answer.RetryAfter(time)),
        { Reason: "forbiddenPrivacySetting" } => PublishResult.Rejected(Codes.AuditMissing),
        { Reason: "forbiddenLicenseSetting" or "invalidCategoryId" } => PublishResult.Rejected(Codes.OptionRefused),
        { Status: 403 } => PublishResult.SignInNeeded(Codes.PermissionMissing),
        { Status: 404 or 410 } => PublishResult.NotNow(Codes.MediaGone),
        { Status: 413 } or { Reason: "mediaBodyRequired" } => PublishResult.Rejected(Codes.MediaRefused),
        { Status: 400 } => PublishResult.Rejected(Codes.ContentRefused),
        _ => PublishResult.Rejected(Codes.Refused),
    };

    private PublishResult Broken(string code, Answer answer, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code, answer.RetryAfter(time));

    private static string? Reason(Answer answer) => answer.Json().Get("error").Get("errors") is { ValueKind: JsonValueKind.Array } errors
        ? errors.EnumerateArray().Select(error => error.Text("reason")).FirstOrDefault()
        : null;

    /// <summary>A project's day ends at midnight in California: 08:00 UTC, in summer an hour earlier.</summary>
    private static TimeSpan UntilReset(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddHours(8);
        return (today > now ? today : today.AddDays(1)) - now;
    }

    private static RemotePost Remote(string id, Account account) =>
        new(id, new Uri(IsReal(account.Server) ? Site : account.Server, $"watch?v={Uri.EscapeDataString(id)}"));

    /// <summary>At any other address stands the sandbox, which answers for all of Google's hosts.</summary>
    private static bool IsReal(Uri server) => server == Api;

    private static HttpRequestMessage Signed(HttpMethod method, string path, Account account, HttpContent? content = null) =>
        Signed(method, new Uri(account.Server, path), account.Credentials.Token, content);

    private static HttpRequestMessage Signed(HttpMethod method, Uri address, Secret token, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return request;
    }
}
