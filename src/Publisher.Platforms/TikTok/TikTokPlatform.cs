using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.TikTok;

/// <summary>
/// Posts videos and photos through TikTok's Content Posting API, directly to the profile. Limits: developers.tiktok.com,
/// content-posting-api-reference-direct-post, -photo-post and -media-transfer-guide (2026-08). More: docs/platforms/tiktok.md.
/// <para>
/// A video is announced before and appears with its last byte, which is the visible call. Photos are fetched by TikTok from addresses of ours, and
/// there the announcement itself is it. Nothing can be changed or deleted afterwards.
/// </para>
/// </summary>
internal sealed partial class TikTokPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IMeasure, IFinishLater, IRefreshTokens, IConnectByOAuth
{
    private const int MostVideoText = 2200;
    private const int MostPhotoTitle = 90;
    private const string Privacy = "privacy";
    private const string Everyone = "PUBLIC_TO_EVERYONE";

    private static readonly Uri Api = new("https://open.tiktokapis.com/");

    private static readonly Uri Site = new("https://www.tiktok.com/");

    public PlatformInfo Info { get; } = new("tiktok", "TikTok")
    {
        Color = "#fe2c55",
        Readiness = new(
            new("An app with Direct Post, a verified domain for photos, and the audit: expect a refusal, the guideline excludes tools for one's own accounts.", "Eine App mit Direct Post, für Fotos eine bestätigte Domain, und das Audit: mit Ablehnung rechnen, die Richtlinie schließt Werkzeuge für eigene Konten aus."),
            new("TikTok, at developers.tiktok.com.", "TikTok, auf developers.tiktok.com."),
            new("About two weeks for the app; for the audit no time is known.", "Etwa zwei Wochen für die App; für das Audit ist keine Frist bekannt."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        PostHosts = ["tiktok.com"],
        FetchesImages = true,
        // The last piece of a video travels in the visible call.
        CallLimit = TimeSpan.FromMinutes(5),
        Length = (part, _) => part.Text.Length,
        Entities = TikTokText.Entities,
        HandleExample = "press.office",
        Limits = new Limits
        {
            // Of photos; a video's text is shorter, see Check.
            Text = 4000,
            NeedsMedia = true,
            Images = 35,
            ImageBytes = 20_000_000,
            ImageSide = 1920,
            ImagePixels = 1920 * 1080,
            ImageTypes = ["image/jpeg", "image/webp"],
            VideoBytes = 4_000_000_000,
            VideoLongest = TimeSpan.FromMinutes(10),
            VideoTypes = ["video/mp4", "video/quicktime", "video/webm"],
            ImageAltText = false,
            VideoAltText = false,
            CoverMoment = true,
        },
        Options =
        [
            new(Privacy, new Words("Who can see it", "Wer es sehen kann"),
            [
                new(Everyone, new Words("Everyone", "Alle")),
                new("FOLLOWER_OF_CREATOR", new Words("Followers", "Folgende")),
                new("MUTUAL_FOLLOW_FRIENDS", new Words("Friends", "Freunde")),
                new("SELF_ONLY", new Words("Only this account", "Nur dieses Konto")),
            ], Everyone),
            new(OptionField.TitleName, new Words("Title of photos", "Titel von Fotos"), [], "") { MaxLength = MostPhotoTitle },
            new("comments", new Words("Comments", "Kommentare"), OffOrOn, "off"),
            new("duet", new Words("Duet with a video", "Duett mit einem Video"), OffOrOn, "off"),
            new("stitch", new Words("Stitch of a video", "Stitch eines Videos"), OffOrOn, "off"),
            new("brand", new Words("Commercial content", "Kommerzieller Inhalt"),
            [
                new("none", new Words("None", "Keiner")),
                new("own", new Words("Promotes ourselves", "Wirbt für uns selbst")),
                new("paid", new Words("Paid partnership", "Bezahlte Partnerschaft")),
            ], "none"),
            new("made_with_ai", new Words("Video made with AI", "Video mit KI erstellt"), [new("no", new Words("No", "Nein")), new("yes", new Words("Yes", "Ja"))], "no"),
            new("music", new Words("Music chosen by TikTok under photos", "Von TikTok gewählte Musik zu Fotos"), OffOrOn, "off"),
        ],
    };

    private static IReadOnlyList<OptionChoice> OffOrOn { get; } = [new("off", new Words("Off", "Aus")), new("on", new Words("On", "An"))];

    public IEnumerable<Problem> Check(Post post)
    {
        foreach (var problem in Info.Check(post))
        {
            yield return problem;
        }

        foreach (var part in post.Parts)
        {
            if (IsVideo(part) && part.Text.Length > MostVideoText && part.Text.Length <= post.Limits.Text)
            {
                yield return new Problem("text.too.long", $"{part.Text.Length}", $"{MostVideoText}") { Part = part.Number };
            }

            if (!IsVideo(part) && part.Option(OptionField.TitleName) is { Length: > MostPhotoTitle } title)
            {
                yield return new Problem("title.too.long", $"{title.Length}", $"{MostPhotoTitle}") { Part = part.Number };
            }
        }
    }

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) =>
        IsVideo(part) ? SendLastPieceAsync(part, prepared.Files[0], account, cancellationToken) : PublishPhotosAsync(part, prepared, account, cancellationToken);

    private async Task<PublishResult> PublishPhotosAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var info = PostInfo(part);
        info["description"] = part.Text;
        info["disable_comment"] = part.Option("comments") != "on" || prepared.Files[0].Data == CommentsOff;
        info["auto_add_music"] = part.Option("music") == "on";
        if (part.Option(OptionField.TitleName) is { Length: > 0 } title)
        {
            info["title"] = title;
        }

        using var request = Signed("post/publish/content/init/", account, new JsonObject
        {
            ["post_mode"] = "DIRECT_POST",
            ["media_type"] = "PHOTO",
            ["post_info"] = info,
            ["source_info"] = new JsonObject
            {
                ["source"] = "PULL_FROM_URL",
                ["photo_images"] = new JsonArray([.. prepared.Files.Select(photo => JsonValue.Create(photo.Id))]),
                ["photo_cover_index"] = 0,
            },
        });
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.As(IsOk(answer) && answer.Json().Get("data").Text("publish_id") is { Length: > 0 } id ? Accepted(id) : Meaning(answer, visible: true));
    }

    /// <summary>What is said of a video and of photos alike.</summary>
    private static JsonObject PostInfo(Part part) => new()
    {
        ["privacy_level"] = Audience(part),
        ["brand_organic_toggle"] = part.Option("brand") == "own",
        ["brand_content_toggle"] = part.Option("brand") == "paid",
    };

    private static string Audience(Part part) => part.Option(Privacy) is { Length: > 0 } chosen ? chosen : Everyone;

    private static bool IsVideo(Part part) => part.Media is [{ IsVideo: true }, ..];

    /// <summary>Success is a word in the body, whatever the status says.</summary>
    private static bool IsOk(Answer answer) => answer.IsSuccess && answer.Json().Get("error").Text("code") == "ok";

    /// <summary>
    /// What a refusal means: by its word (developers.tiktok.com, tiktok-api-v2-error-handling and the reference of each call), by status where
    /// it has none that is known.
    /// </summary>
    private PublishResult Meaning(Answer answer, bool visible) => (answer.IsServerError ? null : answer.Json().Get("error").Text("code")) switch
    {
        // Lapsed and revoked look alike; the refresh shows which it is.
        "access_token_invalid" => PublishResult.Expired(),
        "scope_not_authorized" => PublishResult.SignInNeeded(Codes.PermissionMissing),
        "unaudited_client_can_only_post_to_private_accounts" => PublishResult.NotNow(Codes.AuditMissing),
        "url_ownership_unverified" => PublishResult.Rejected(Codes.MediaUnreachable),
        "privacy_level_option_mismatch" => PublishResult.Rejected(Codes.OptionRefused),
        "spam_risk_too_many_posts" or "spam_risk_too_many_pending_share" or "reached_active_user_cap" => PublishResult.NotNow(Codes.QuotaReached, Tomorrow()),
        "spam_risk_user_banned_from_posting" => PublishResult.SignInNeeded(Codes.AccountSuspended),
        "spam_risk" or "invalid_param" or "invalid_params" => PublishResult.Rejected(Codes.ContentRefused),
        "rate_limit_exceeded" => TooMany(answer),
        _ => answer.Status switch
        {
            HttpStatusCode.Unauthorized => PublishResult.Expired(),
            HttpStatusCode.TooManyRequests => TooMany(answer),
            // A proxy that gave up waiting knows nothing of what became of the call.
            HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, visible),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.Rejected(Codes.Refused),
            _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
        },
    };

    /// <summary>No wait is ever said; every limit counts by the minute.</summary>
    private PublishResult TooMany(Answer answer) => PublishResult.NotNow(Codes.RateLimited, answer.RetryAfter(time) ?? TimeSpan.FromMinutes(1));

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    /// <summary>Asking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private static PublishResult Later(PublishResult failure) => failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    private TimeSpan Tomorrow()
    {
        var now = time.GetUtcNow().UtcDateTime;
        return now.Date.AddDays(1) - now;
    }

    private static RemotePost Remote(string id, Account account) => new(id, new Uri(IsReal(account.Server) ? Site : account.Server, $"@{account.Handle}/video/{id}"));

    /// <summary>At any other address stands the sandbox, which answers for all of TikTok's hosts.</summary>
    private static bool IsReal(Uri server) => server == Api;

    private static HttpRequestMessage Signed(string path, Account account, JsonObject body) => Signed(path, account.Server, account.Credentials.Token, body);

    private static HttpRequestMessage Signed(string path, Uri server, Secret token, JsonObject body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"v2/{path}")) { Content = Answers.Content(body) };
        request.Content.Headers.ContentType!.CharSet = "UTF-8";
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        return request;
    }
}
