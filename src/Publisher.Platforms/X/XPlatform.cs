using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.X;

/// <summary>
/// Posts through X's API v2, paid per call. Limits: docs.x.com/x-api/media/quickstart/best-practices and
/// docs.x.com/fundamentals/counting-characters (2026-11) for an account without Premium. More: docs/platforms/x.md.
/// </summary>
internal sealed partial class XPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IRetract, IRefreshTokens, IRevoke, IConnectByOAuth
{
    private static readonly Uri Api = new("https://api.x.com/");

    public PlatformInfo Info { get; } = new("x", "X")
    {
        Color = "#0f1419",
        Readiness = new(
            new("An app with permission to read and write, and prepaid credit.", "Eine App mit Lese- und Schreibrecht und vorausbezahltes Guthaben."),
            new("X, at console.x.com.", "X, auf console.x.com."),
            new("About an hour; no review is known.", "Etwa eine Stunde; eine Prüfung ist nicht bekannt."),
            new("0.015 USD a post, 0.20 USD with a link.", "0,015 USD je Post, 0,20 USD mit Link.")),
        Server = Api,
        Limits = new Limits
        {
            Text = 280,
            LinkLength = 23,
            Parts = 25,
            Images = 4,
            ImageBytes = 5_000_000,
            ImageTypes = ["image/jpeg", "image/png", "image/webp"],
            // X takes 8 GB; this is what fits into the documented thousand segments of the documented size.
            VideoBytes = MostSegments * (long)SegmentBytes,
            VideoShortest = TimeSpan.FromSeconds(0.5),
            VideoLongest = TimeSpan.FromMinutes(20),
            VideoTypes = ["video/mp4", "video/quicktime"],
            VideoNarrowest = 1.0 / 3,
            VideoWidest = 3,
            AltText = 1000,
            VideoAltText = false,
            // One call for each; no number and no size is documented (docs.x.com/x-api/media/create-media-subtitles, 2026-11).
            Captions = 20,
        },
        Length = (part, _) => XText.Length(part.Text),
        Entities = XText.Entities,
        HandleExample = "office",
        Options =
        [
            new("replies", new Words("Who may reply", "Wer antworten darf"),
            [
                new("everyone", new Words("Everyone", "Alle")),
                new("following", new Words("Accounts this one follows", "Konten, denen dieses folgt")),
                new("mentionedUsers", new Words("Only those mentioned", "Nur Erwähnte")),
                new("subscribers", new Words("Subscribers", "Abonnenten")),
                new("verified", new Words("Verified accounts", "Verifizierte Konten")),
            ], "everyone"),
            new("made_with_ai", new Words("Made with AI", "Mit KI erstellt"), NoOrYes, "no"),
            new("paid_partnership", new Words("Paid partnership", "Bezahlte Partnerschaft"), NoOrYes, "no"),
        ],
    };

    private static IReadOnlyList<OptionChoice> NoOrYes { get; } = [new("no", new Words("No", "Nein")), new("yes", new Words("Yes", "Ja"))];

    public IEnumerable<Problem> Check(Post post)
    {
        foreach (var problem in Info.Check(post))
        {
            yield return problem;
        }

        foreach (var part in post.Parts)
        {
            if (XText.HasInvalid(part.Text))
            {
                yield return new Problem("text.invalid.characters") { Part = part.Number };
            }

            if (XText.Cashtags(part.Text).Count() > 1)
            {
                yield return new Problem("cashtags.too.many", "1") { Part = part.Number };
            }

            // docs.x.com/x-api/getting-started/pricing, 2026-11.
            if (Info.Entities(part.Text).Any(entity => entity.Kind == EntityKind.Link))
            {
                yield return new Problem("link.costs", "0.200", "0.015", "USD") { Part = part.Number, IsNote = true };
            }
        }

        if (post.Parts.Count > 1)
        {
            yield return new Problem("thread.may.be.refused") { IsNote = true };
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject();
        if (part.Text.Length > 0)
        {
            body["text"] = part.Text;
        }

        if (prepared.Files.Count > 0)
        {
            body["media"] = new JsonObject { ["media_ids"] = new JsonArray([.. prepared.Files.Take(part.Media.Count).Select(file => JsonValue.Create(file.Id))]) };
        }

        if (part.Parent is { } parent)
        {
            body["reply"] = new JsonObject { ["in_reply_to_tweet_id"] = parent.Id };
        }

        if (part.Option("replies") is { Length: > 0 } replies && replies != "everyone")
        {
            body["reply_settings"] = replies;
        }

        foreach (var flag in new[] { "made_with_ai", "paid_partnership" }.Where(flag => part.Option(flag) == "yes"))
        {
            body[flag] = true;
        }

        using var request = Signed(HttpMethod.Post, "2/tweets", account, Answers.Content(body));
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.As(Meaning(answer, visible: true));
        }

        // A success may carry errors beside the post; only the id says that there is one.
        return answer.Json().Get("data").Text("id") is { Length: > 0 } id
            ? answer.As(PublishResult.Published(new RemotePost(id, Permalink(account, id))))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Delete, $"2/tweets/{Uri.EscapeDataString(post.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        var json = answer.Json();
        var isGone = (answer.IsSuccess && json.Get("data").Get("deleted") is { ValueKind: JsonValueKind.True })
            || (answer.Status == HttpStatusCode.NotFound && json is not null);
        return isGone ? RetractResult.Gone : new RetractResult(answer.As(Meaning(answer, visible: false)));
    }

    /// <summary>
    /// What a refusal means. Many things are a 403, told apart by their English words, which are part of the interface
    /// (docs.x.com/x-api/fundamentals/response-codes-and-errors).
    /// </summary>
    private PublishResult Meaning(Answer answer, bool visible)
    {
        var words = answer.Json() is { } json ? $"{json.Text("title")} {json.Text("detail")} {json.Text("type")} {json.Get("errors")}" : "";
        bool Says(string what) => words.Contains(what, StringComparison.OrdinalIgnoreCase);

        return answer.Status switch
        {
            HttpStatusCode.BadRequest when Says("media ID") => PublishResult.NotNow(Codes.MediaGone),
            HttpStatusCode.BadRequest => PublishResult.Rejected(Codes.ContentRefused),
            // Lapsed and revoked look alike; the refresh shows which it is.
            HttpStatusCode.Unauthorized => PublishResult.Expired(),
            HttpStatusCode.PaymentRequired => PublishResult.NotNow(Codes.NoCredit),
            HttpStatusCode.Forbidden when Says("duplicate") => PublishResult.Rejected(Codes.Duplicate),
            HttpStatusCode.Forbidden when Says("reply to this conversation") => PublishResult.Rejected(Codes.ReplyRefused),
            HttpStatusCode.Forbidden when Says("deleted or not visible") => PublishResult.Rejected(Codes.ParentGone),
            HttpStatusCode.Forbidden when Says("too long") => PublishResult.Rejected(Codes.TextTooLong),
            HttpStatusCode.Forbidden when Says("video longer") => PublishResult.Rejected(Codes.MediaRefused),
            HttpStatusCode.Forbidden when Says("suspended") || Says("locked") => PublishResult.SignInNeeded(Codes.AccountSuspended),
            HttpStatusCode.Forbidden when Says("client-forbidden") || Says("app permissions") || Says("scope") => PublishResult.SignInNeeded(Codes.PermissionMissing),
            HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests when Says("usage-capped") => PublishResult.NotNow(Codes.NoCredit),
            HttpStatusCode.Forbidden => PublishResult.Rejected(Codes.ContentRefused),
            HttpStatusCode.TooManyRequests => PublishResult.NotNow(Codes.RateLimited, Wait(answer)),
            HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, visible),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.Rejected(Codes.Refused),
            _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
        };
    }

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    /// <summary>The end of the window, in seconds since 1970.</summary>
    private TimeSpan? Wait(Answer answer)
    {
        if (answer.RetryAfter(time) is { } wait)
        {
            return wait;
        }

        if (!answer.Headers.TryGetValues("x-rate-limit-reset", out var values) || !long.TryParse(values.First(), out var reset))
        {
            return null;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>X does not return it; people find posts on x.com, not at the interface's address.</summary>
    private static Uri Permalink(Account account, string id) =>
        new(account.Server == Api ? new Uri("https://x.com/") : account.Server, $"{account.Handle}/status/{id}");

    private static HttpRequestMessage Signed(HttpMethod method, string path, Account account, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(account.Server, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Credentials.Token.Value);
        return request;
    }
}
