using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Bluesky;

/// <summary>
/// Posts to the account's own Bluesky server (PDS). Limits and oddities: docs/platforms/bluesky.md. The post's key and time
/// are stored before the first try and the record is written only where there is none, so the same call may be repeated
/// for ever and leaves one post.
/// </summary>
internal sealed partial class BlueskyPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IReadBack, IMeasure, IRetract, IResolveMentions, IRefreshTokens, IRevoke, IConnectByForm
{
    public const string Warning = "labels";
    public const string NoWarning = "none";

    private const int ThumbBytes = 1_000_000;

    /// <summary>Repeating is safe without an end; a century is one that every clock can add.</summary>
    private static readonly TimeSpan Always = TimeSpan.FromDays(36500);

    public PlatformInfo Info { get; } = new("bluesky", "Bluesky")
    {
        Color = "#1185fe",
        Readiness = new(
            new("An account with a confirmed e-mail address, and an app password.", "Ein Konto mit bestätigter E-Mail-Adresse und ein App-Passwort."),
            new("The account's own settings at bsky.app.", "Die Einstellungen des Kontos auf bsky.app."),
            new("Minutes.", "Minuten."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        PostHosts = ["bsky.app"],
        LinkAsCard = true,
        Length = (part, _) => Graphemes.Count(part.Text),
        Entities = BlueskyText.Entities,
        HandleExample = "office.example.eu",
        // A record is read back from the server that holds it: complete at once.
        SettleTime = TimeSpan.Zero,
        Limits = new Limits
        {
            Text = 300,
            TextBytes = 3000,
            Parts = 25,
            Images = 4,
            ImageBytes = 2_000_000,
            ImageTypes = ["image/jpeg", "image/png", "image/webp"],
            VideoBytes = 300_000_000,
            VideoLongest = TimeSpan.FromMinutes(10),
            // Lexicon app.bsky.embed.video, 2026-09.
            Captions = 20,
            CaptionsBytes = 20_000,
            AltText = 2000,
        },
        Options =
        [
            new OptionField(
                Warning,
                new Words("Content warning", "Inhaltswarnung"),
                [
                    new OptionChoice(NoWarning, new Words("None", "Keine")),
                    new OptionChoice("graphic-media", new Words("Violent or disturbing pictures", "Gewalt oder verstörende Bilder")),
                    new OptionChoice("nudity", new Words("Nudity", "Nacktheit")),
                ],
                NoWarning),
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
            if (part.Card is not null && part.Media.Count > 0)
            {
                yield return new Problem("card.beside.media") { Part = part.Number };
            }

            if (part.Card?.Thumb is { Length: > ThumbBytes } thumb)
            {
                yield return new Problem("card.image.too.large", $"{thumb.Length}", $"{ThumbBytes}") { Part = part.Number };
            }
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["repo"] = account.Id,
            ["collection"] = PostRecord.Collection,
            ["rkey"] = part.Key,
            ["record"] = PostRecord.Of(part, prepared, Info.Entities(part.Text)),
            // "Only where there is none": the same record again is answered like the first time, any other is refused.
            ["swapRecord"] = null,
        };

        using var request = Xrpc.Post(account.Server, "com.atproto.repo.putRecord", body, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return Xrpc.Read(answer, visible: true, time);
        }

        return answer.Json() is { } json && json.Text("uri") is { } uri && json.Text("cid") is { } cid
            ? answer.As(PublishResult.Published(new RemotePost(uri, Permalink(account, part.Key), cid)))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    /// <summary>Asks for the one record this part can have become. Needs no token, so it also answers when access was lost.</summary>
    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var query = $"repo={Uri.EscapeDataString(account.Id)}&collection={PostRecord.Collection}&rkey={part.Key}";
        using var request = Xrpc.Get(account.Server, "com.atproto.repo.getRecord", query);
        var answer = await http.AskAsync(request, cancellationToken);
        var json = answer.Json();
        if (json.Text("error") == "RecordNotFound")
        {
            return new RecallResult { IsComplete = true, Answer = answer.As(PublishResult.NotNow(Codes.PostGone)).Answer };
        }

        if (!answer.IsSuccess)
        {
            return new RecallResult { Failure = Xrpc.Read(answer, visible: false, time) };
        }

        if (json is not { } record || record.Text("uri") is not { } uri || record.Get("value") is not { } value)
        {
            return new RecallResult { Failure = answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)) };
        }

        // Something else under our key was changed by somebody since: a person has to look. A copy of the installation that made it does not know its
        // time to the millisecond; that it was made when that one may have tried is enough, for nobody else has the key.
        var made = value.Text("createdAt");
        var isOurs = value.Text("text") == part.Text
            && (made == PostRecord.Time(part.CreatedAt) || (DateTimeOffset.TryParse(made, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && window.Contains(at)));
        return isOurs
            ? new RecallResult { IsComplete = true, Matches = [new RemotePost(uri, Permalink(account, part.Key), record.Text("cid"))] }
            : new RecallResult { IsComplete = false, Answer = answer.As(PublishResult.Unclear(Codes.Duplicate)).Answer };
    }

    /// <summary>Deleting what is gone succeeds.</summary>
    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["repo"] = account.Id,
            ["collection"] = PostRecord.Collection,
            ["rkey"] = post.Id[(post.Id.LastIndexOf('/') + 1)..],
        };

        using var request = Xrpc.Post(account.Server, "com.atproto.repo.deleteRecord", body, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess ? RetractResult.Gone : new RetractResult(Xrpc.Read(answer, visible: false, time));
    }

    public async Task<Mention?> ResolveAsync(string handle, Account account, CancellationToken cancellationToken)
    {
        // A handle is a domain name; anything else need not be asked for.
        if (!handle.Contains('.', StringComparison.Ordinal))
        {
            return null;
        }

        using var request = Xrpc.Get(account.Server, "com.atproto.identity.resolveHandle", $"handle={Uri.EscapeDataString(handle)}");
        var answer = await http.AskAsync(request, cancellationToken);
        if (answer.IsSuccess)
        {
            return answer.Json().Text("did") is { } did ? new Mention(handle, did) : null;
        }

        return (int)answer.Status is >= 400 and < 500 and not 429
            ? null
            : throw new HttpRequestException(HttpRequestError.InvalidResponse, "The handle could not be looked up.", null, answer.Status);
    }

    /// <summary>
    /// Bluesky's own page for posts of the real network, which is https throughout. A server on plain http is one of the
    /// sandbox or of a test, outside that network: there the address is the server's own.
    /// </summary>
    private static Uri Permalink(Account account, string key) => new(
        IsReal(account.Server) ? new Uri("https://bsky.app/") : account.Server,
        $"profile/{account.Id}/post/{key}");

    private static bool IsReal(Uri server) => server.Scheme == Uri.UriSchemeHttps;
}
