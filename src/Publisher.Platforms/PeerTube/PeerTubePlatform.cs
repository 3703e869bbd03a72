using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.PeerTube;

/// <summary>
/// Publishes videos on any PeerTube server. The file is brought beforehand as a private video; the visible call shows it. That call names
/// the video, so it may be repeated for ever and leaves one. Limits and oddities: docs/platforms/peertube.md.
/// </summary>
internal sealed partial class PeerTubePlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IMeasure, ICorrect, IRetract, IDiscard, IRefreshTokens, IRevoke, IConnectByForm
{
    /// <summary>Numbers of github.com/Chocobozzz/PeerTube, server/core/initializers/constants.ts (8.x, 2026-11); servers do not announce them.</summary>
    private const int ShortestText = 3;

    private const int LongestName = 120;
    private const int MostTags = 5;
    private const int ShortestTag = 2;
    private const int LongestTag = 30;

    /// <summary>The privacy in which a video waits for its time.</summary>
    private const int Private = 3;

    private const string None = "none";

    /// <summary>Repeating is safe without an end; a century is one that every clock can add.</summary>
    private static readonly TimeSpan Always = TimeSpan.FromDays(36500);

    public PlatformInfo Info { get; } = new("peertube", "PeerTube")
    {
        Color = "#f1680d",
        Readiness = new(
            new("A user with a channel on a server of your choice, best one for Publisher alone.", "Ein Nutzerkonto mit Kanal auf einem Server Ihrer Wahl, am besten eines nur für Publisher."),
            new("Whoever runs the server.", "Wer den Server betreibt."),
            new("Minutes, once the user exists.", "Minuten, sobald es das Nutzerkonto gibt."),
            new("No known fee; a server of your own costs its hosting.", "Keine bekannte Gebühr; ein eigener Server kostet seinen Betrieb.")),
        // The server's own validators count UTF-16 units.
        Length = (part, _) => part.Text.Length,
        Entities = PeerTubeText.Entities,
        Limits = new Limits
        {
            Text = 10_000,
            Title = LongestName,
            NeedsMedia = true,
            Images = 0,
            // What a server takes of an upload in pieces. Its quotas are read when an account is connected.
            VideoBytes = 50_000_000_000,
            VideoTypes = ["video/mp4", "video/webm", "video/quicktime"],
            VideoAltText = false,
            // Every language of the server's own list; the size is what a server names at api/v1/config where nobody changed it.
            Captions = 20,
            CaptionsBytes = 20_000_000,
            CoverBytes = 4_000_000,
        },
        Options =
        [
            OptionField.ForTitle(LongestName),
            new("visibility", new Words("Who can see it", "Wer es sehen kann"),
            [
                new("public", new Words("Everyone", "Alle")),
                new("unlisted", new Words("Everyone with the link", "Alle mit dem Link")),
                new("internal", new Words("Members of the server", "Mitglieder des Servers")),
            ], "public"),
            new("category", new Words("Category", "Kategorie"),
            [
                new(None, new Words("None", "Keine")),
                new("11", new Words("News & politics", "Nachrichten & Politik")),
                new("12", new Words("How to", "Anleitungen")),
                new("13", new Words("Education", "Bildung")),
                new("14", new Words("Activism", "Aktivismus")),
                new("15", new Words("Science & technology", "Wissenschaft & Technik")),
                new("5", new Words("Sports", "Sport")),
                new("6", new Words("Travels", "Reisen")),
                new("16", new Words("Animals", "Tiere")),
            ], "11"),
            new("licence", new Words("Licence", "Lizenz"),
            [
                new(None, new Words("None", "Keine")),
                new("1", new Words("Attribution", "Namensnennung")),
                new("2", new Words("Attribution, share alike", "Namensnennung, gleiche Bedingungen")),
                new("3", new Words("Attribution, no derivatives", "Namensnennung, keine Bearbeitung")),
                new("4", new Words("Attribution, non-commercial", "Namensnennung, nicht kommerziell")),
                new("7", new Words("Public domain", "Gemeinfrei")),
            ], None),
            new("comments", new Words("Comments", "Kommentare"),
            [
                new("1", new Words("Allowed", "Erlaubt")),
                new("3", new Words("Shown after approval", "Nach Freigabe")),
                new("2", new Words("Switched off", "Abgeschaltet")),
            ], "1"),
            new("tags", new Words("Tags, with commas between them", "Schlagwörter, durch Kommas getrennt"), [], "") { MaxLength = 160 },
            new("transcoding", new Words("Transcoding", "Umwandlung"),
            [
                new("wait", new Words("Show it once it is done", "Erst danach zeigen")),
                new("at.once", new Words("Show the original until then", "Bis dahin das Original zeigen")),
            ], "wait"),
        ],
    };

    public IEnumerable<Problem> Check(Post post) => Info.Check(post).Concat(post.Parts.SelectMany(part => CheckPart(part).Select(problem => problem with { Part = part.Number })));

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var video = prepared.Files[0];
        using var request = Signed(HttpMethod.Put, $"api/v1/videos/{Uri.EscapeDataString(video.Id)}", account, Form(Description(part, Privacy(part))));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.As(answer.Status == HttpStatusCode.NoContent
            ? PublishResult.Published(Remote(video.Id, video.Data, account))
            : Meaning(answer, visible: true));
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Delete, $"api/v1/videos/{Uri.EscapeDataString(post.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        // A page instead of an answer comes from something that stands before the server.
        return answer.Status == HttpStatusCode.NoContent || (answer.Status == HttpStatusCode.NotFound && answer.Json() is not null)
            ? RetractResult.Gone
            : new RetractResult(answer.As(Meaning(answer, visible: false)));
    }

    private static IEnumerable<Problem> CheckPart(Part part)
    {
        var title = part.Title();
        if (title.Length is > 0 and < ShortestText)
        {
            yield return new Problem("title.too.short", $"{title.Length}", $"{ShortestText}");
        }
        // Counted in UTF-16 units as on the server, where a reader's characters still fit.
        else if (title.Length > LongestName && Text.Graphemes.Count(title) <= LongestName)
        {
            yield return new Problem("title.too.long", $"{title.Length}", $"{LongestName}");
        }

        if (part.Text.Length is > 0 and < ShortestText)
        {
            yield return new Problem("text.too.short", $"{part.Text.Length}", $"{ShortestText}");
        }

        var tags = PeerTubeText.Tags(part);
        if (tags.Length > MostTags)
        {
            yield return new Problem("hashtags.too.many", $"{tags.Length}", $"{MostTags}");
        }

        foreach (var tag in tags.Where(tag => tag.Length is < ShortestTag or > LongestTag))
        {
            yield return new Problem("tag.length", tag, $"{ShortestTag}", $"{LongestTag}");
        }
    }

    /// <summary>What is approved of a video, for its upload and for the visible call alike: what somebody changed in between does not go out.</summary>
    private static JsonObject Description(Part part, int privacy)
    {
        var description = new JsonObject
        {
            ["name"] = part.Title(),
            ["privacy"] = privacy,
            ["language"] = part.Language.Split('-')[0],
            ["commentsPolicy"] = Number(part.Option("comments")) ?? 1,
        };

        if (part.Text.Length > 0)
        {
            description["description"] = part.Text;
        }

        foreach (var choice in new[] { "category", "licence" })
        {
            if (Number(part.Option(choice)) is { } number)
            {
                description[choice] = number;
            }
        }

        if (PeerTubeText.Tags(part) is { Length: > 0 } tags)
        {
            description["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]);
        }

        return description;
    }

    private static MultipartFormDataContent Form(JsonObject fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            if (value is JsonArray list)
            {
                list.ToList().ForEach(item => Add($"{name}[]", item));
            }
            else
            {
                Add(name, value);
            }
        }

        return form;

        void Add(string name, JsonNode? value) => form.Add(new StringContent($"{value}"), $"\"{name}\"");
    }

    private static int Privacy(Part part) => part.Option("visibility") switch
    {
        "unlisted" => 2,
        "internal" => 4,
        _ => 1,
    };

    private static int? Number(string chosen) => int.TryParse(chosen, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What a refusal means. The same words stand for a lapsed and for a revoked token; the refresh shows which it is.</summary>
    private PublishResult Meaning(Answer answer, bool visible) => answer.Status switch
    {
        HttpStatusCode.BadRequest => PublishResult.Rejected(Codes.ContentRefused),
        HttpStatusCode.Unauthorized => PublishResult.Expired(),
        HttpStatusCode.Forbidden when Error(answer) == "account_blocked" => PublishResult.SignInNeeded(Codes.AccountSuspended),
        HttpStatusCode.Forbidden => PublishResult.SignInNeeded(Codes.PermissionMissing),
        HttpStatusCode.NotFound => PublishResult.NotNow(Codes.MediaGone),
        HttpStatusCode.Conflict => PublishResult.NotNow(Codes.MediaNotReady),
        HttpStatusCode.RequestEntityTooLarge when Error(answer) == "quota_reached" => PublishResult.Rejected(Codes.QuotaReached),
        HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity => PublishResult.Rejected(Codes.MediaRefused),
        HttpStatusCode.TooManyRequests => PublishResult.NotNow(Codes.RateLimited, Wait(answer)),
        // A proxy that gave up waiting knows nothing of what became of the call.
        HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, answer, visible),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.Rejected(Codes.Refused),
        _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, answer, visible),
    };

    private PublishResult Broken(string code, Answer answer, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code, answer.RetryAfter(time));

    /// <summary>The error's name: a field of older servers, the last word of an address in newer ones.</summary>
    private static string? Error(Answer answer) => answer.Json() is { } json
        ? json.Text("code") ?? (json.Text("type") is { } type ? type[(type.LastIndexOf('/') + 1)..] : null)
        : null;

    private TimeSpan? Wait(Answer answer)
    {
        if (answer.RetryAfter(time) is { } wait)
        {
            return wait;
        }

        if (!answer.Headers.TryGetValues("X-RateLimit-Reset", out var values) || !long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            || reset > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>People watch under the short form of the id; the long one leads there too.</summary>
    private static RemotePost Remote(string id, string? shortId, Account account) => new(id, new Uri(account.Server, $"w/{shortId ?? id}"));

    private static HttpRequestMessage Signed(HttpMethod method, string path, Account account, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(account.Server, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Credentials.Token.Value);
        return request;
    }
}
