using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Pixelfed;

/// <summary>
/// Posts to any Pixelfed server. Its API has Mastodon's names and other rules: a post needs a picture, a thread is a post with comments, and
/// 500 is also its word for "no". What a server allows is read when an account is connected. More: docs/platforms/pixelfed.md.
/// </summary>
internal sealed partial class PixelfedPlatform(HttpClient http, TimeProvider time, IMediaFiles files)
    : IPlatform, IPrepare, IRecall, IMeasure, ICorrect, IRetract, IRefreshTokens, IConnectByOAuth
{
    private const string Visibility = "visibility";
    private const string Everyone = "public";
    private const string Warning = "warning";
    private const string Sensitive = "sensitive";
    private const string Comments = "comments";
    private const string CommentsOff = "off";

    /// <summary>MAX_PHOTO_SIZE as shipped, in the server's kilobytes; it holds for videos too.</summary>
    private const long FileBytes = 15_000 * 1024;

    public PlatformInfo Info { get; } = new("pixelfed", "Pixelfed")
    {
        Color = "#eb0256",
        Readiness = new(
            new("An account with a confirmed e-mail address on a server that lets apps sign in; Publisher registers itself there.", "Ein Konto mit bestätigter E-Mail-Adresse auf einem Server, der Apps anmelden lässt; Publisher meldet sich dort selbst an."),
            new("Whoever runs the server.", "Wer den Server betreibt."),
            new("Minutes, once the account exists.", "Minuten, sobald es das Konto gibt."),
            new("No known fee; a server of your own costs its hosting.", "Keine bekannte Gebühr; ein eigener Server kostet seinen Betrieb.")),
        Length = (part, _) => PixelfedText.Length(part.Text),
        Entities = PixelfedText.Entities,
        HandleExample = "office@photos.example",
        // As shipped (docs.pixelfed.org/running-pixelfed/configuration, 2026-02): videos are off until an administrator allows them.
        Limits = new Limits
        {
            Text = 500,
            Parts = 10,
            NeedsMedia = true,
            Images = 4,
            ImageBytes = FileBytes,
            ImageTypes = ["image/jpeg", "image/png", "image/gif"],
            Videos = 0,
            VideoBytes = FileBytes,
            AltText = 1000,
        },
        Options =
        [
            new(Visibility, new Words("Visibility", "Sichtbarkeit"),
            [
                new(Everyone, new Words("Public", "Öffentlich")),
                new("unlisted", new Words("Quiet: not in public timelines", "Still: nicht in öffentlichen Zeitleisten")),
                new("private", new Words("Followers only", "Nur Folgende")),
            ], Everyone),
            new(Warning, new Words("Content warning", "Inhaltswarnung"), [], "") { MaxLength = 140 },
            new(Sensitive, new Words("Hide pictures behind a warning", "Bilder hinter einer Warnung verbergen"),
            [
                new("no", new Words("No", "Nein")),
                new("yes", new Words("Yes", "Ja")),
            ], "no"),
            new(Comments, new Words("Comments", "Kommentare"),
            [
                new("on", new Words("Allowed", "Erlaubt")),
                new(CommentsOff, new Words("Switched off", "Abgeschaltet")),
            ], "on"),
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
            if (PixelfedText.Dropped(part.Text) is { } dropped)
            {
                yield return new Problem("markup.lost", dropped) { Part = part.Number };
            }

            // The common check counts what people see as one character; the server counts more.
            var most = post.Limits.AltText;
            foreach (var alt in part.Media.Select(media => media.AltText).Where(alt => Graphemes.Count(alt) <= most && PixelfedText.Length(alt) > most))
            {
                yield return new Problem("alt.too.long", $"{PixelfedText.Length(alt)}", $"{most}") { Part = part.Number };
            }
        }

        // The later parts are comments, and nobody is exempt.
        if (post.Parts.Count > 1 && post.Parts[0].Option(Comments) == CommentsOff)
        {
            yield return new Problem("thread.may.be.refused");
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["status"] = part.Text, ["visibility"] = Asked(part) };
        if (prepared.Files.Count > 0)
        {
            body["media_ids"] = new JsonArray([.. prepared.Files.Select(file => JsonValue.Create(file.Id))]);
        }

        // Comments on comments are shown one level deep, so all parts hang below the first.
        if (part.Root is { } root)
        {
            body["in_reply_to_id"] = root.Id;
        }
        else if (part.Option(Comments) == CommentsOff)
        {
            body["comments_disabled"] = true;
        }

        var warning = part.Option(Warning);
        if (warning.Length > 0 || part.Option(Sensitive) == "yes")
        {
            // A warning is kept only beside this.
            body["sensitive"] = true;
        }

        if (warning.Length > 0)
        {
            body["spoiler_text"] = warning;
        }

        using var request = Signed(HttpMethod.Post, "api/v1/statuses", account, Answers.Content(body));
        // The server refuses a key it has seen within the hour, even where nothing came of the first call. So a call that arrives
        // late, after its repeat, makes no second post.
        request.Headers.Add("Idempotency-Key", part.Key);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.As(Refusal(answer, part));
        }

        return answer.Json() is { } status && Id(status, "id") is { Length: > 0 } id
            ? answer.As(Live(id, status, part, prepared))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Delete, $"api/v1/statuses/{Uri.EscapeDataString(post.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        return (int)answer.Status switch
        {
            // A body that is no JSON comes from something that stands before the server.
            200 or 404 when answer.Json() is not null => RetractResult.Gone,
            500 when IsUnknown(answer, "Status") => RetractResult.Gone,
            404 or 405 => new RetractResult(answer.As(PublishResult.Rejected(Codes.NotOffered))),
            _ => new RetractResult(answer.As(Meaning(answer, visible: false))),
        };
    }

    /// <summary>The post is live; that the server quietly changed it is said with it, for nobody would look otherwise.</summary>
    private static PublishResult Live(string id, JsonElement status, Part part, Prepared prepared)
    {
        var result = PublishResult.Published(new RemotePost(id, Address(status)));
        var attached = status.Get("media_attachments") is { ValueKind: JsonValueKind.Array } list ? list.GetArrayLength() : 0;
        if (attached < prepared.Files.Count)
        {
            return result with { Code = Codes.MediaMissing };
        }

        // A private or unlisted profile narrows what it was asked for.
        return status.Text("visibility") is { } got && got != Asked(part) ? result with { Code = Codes.VisibilityChanged } : result;
    }

    private static string Asked(Part part) => part.Option(Visibility) is { Length: > 0 } chosen ? chosen : Everyone;

    private static Uri? Address(JsonElement status) => Uri.TryCreate(status.Text("url") ?? status.Text("uri"), UriKind.Absolute, out var address) ? address : null;

    /// <summary>An id as text or number: versions differ.</summary>
    private static string? Id(JsonElement? element, string name) => element.Get(name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static HttpRequestMessage Signed(HttpMethod method, string path, Account account, HttpContent? content = null)
    {
        var request = Request(method, account.Server, path, content);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Credentials.Token.Value);
        return request;
    }

    /// <summary>Always asks for JSON: without it a refusal is a redirect to the sign-in page.</summary>
    private static HttpRequestMessage Request(HttpMethod method, Uri server, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(server, path)) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }
}
