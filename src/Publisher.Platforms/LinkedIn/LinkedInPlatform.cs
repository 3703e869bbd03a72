using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.LinkedIn;

/// <summary>
/// Posts to a LinkedIn page (or a member's profile) through the Posts API. Limits and oddities: docs/platforms/linkedin.md.
/// <para>
/// There is no key against posting twice. But the same content within about ten minutes is refused with
/// <see cref="Codes.Duplicate"/>, and <see cref="PublishResult.Post"/> then names the post that is already there. A caller that
/// repeats after an unclear attempt may take that post as its own where no other attempt holds the id; on a first attempt it
/// is somebody else's earlier post, and the content stays refused.
/// </para>
/// </summary>
internal sealed partial class LinkedInPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IPrepare, IRecall, IReadBack, IMeasure, ICorrect, IRetract, IRefreshTokens, IConnectByOAuth
{
    private const string Visibility = "visibility";
    private const string Everyone = "PUBLIC";
    private const string Resharing = "resharing";
    private const string ResharingOff = "off";

    /// <summary>Posts in one listing, the most LinkedIn gives.</summary>
    private const int Listed = 100;

    /// <summary>Smaller videos are refused.</summary>
    private const int SmallestVideo = 75_000;

    private static readonly Uri Api = new("https://api.linkedin.com/");

    private static readonly Uri Site = new("https://www.linkedin.com/");

    public PlatformInfo Info { get; } = new("linkedin", "LinkedIn")
    {
        Color = "#0a66c2",
        Readiness = new(
            new("A new app with the Community Management API only, a verified page, a privacy policy and a screencast for the review.", "Eine neue App allein mit der Community Management API, eine bestätigte Seite, eine Datenschutzerklärung und eine Bildschirmaufnahme für die Prüfung."),
            new("LinkedIn, at linkedin.com/developers, as a registered legal entity.", "LinkedIn, auf linkedin.com/developers, als eingetragene Organisation."),
            new("LinkedIn names no time: plan for weeks.", "LinkedIn nennt keine Frist: mit Wochen rechnen."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        LinkAsCard = true,
        // Measured after escaping, in UTF-16 units: the strictest reading of what is known.
        Length = (part, _) => Commentary(part).Length,
        Entities = LinkedInText.Entities,
        Limits = new Limits
        {
            Text = 3000,
            Images = 20,
            // No number of bytes is published; this one is ours.
            ImageBytes = 20_000_000,
            ImagePixels = 36_152_319,
            ImageTypes = ["image/jpeg", "image/png", "image/gif"],
            VideoBytes = 500_000_000,
            VideoShortest = TimeSpan.FromSeconds(3),
            VideoLongest = TimeSpan.FromMinutes(30),
            AltText = 4086,
            VideoAltText = false,
        },
        Options =
        [
            new OptionField(
                Visibility,
                new Words("Who can see it", "Wer es sehen kann"),
                [
                    new OptionChoice(Everyone, new Words("Everyone", "Alle")),
                    new OptionChoice("LOGGED_IN", new Words("LinkedIn members", "Mitglieder von LinkedIn")),
                    new OptionChoice("CONNECTIONS", new Words("Connections", "Kontakte")),
                ],
                Everyone),
            new OptionField(
                Resharing,
                new Words("Resharing", "Weiterteilen"),
                [
                    new OptionChoice("on", new Words("Allowed", "Erlaubt")),
                    new OptionChoice(ResharingOff, new Words("Switched off", "Abgeschaltet")),
                ],
                "on"),
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

            if (part.Option(Visibility) is { Length: > 0 } and not Everyone && !IsMember(post.AccountId))
            {
                yield return new Problem("visibility.members.only") { Part = part.Number };
            }

            if (part.Media.Any(media => media is { IsVideo: true, Length: < SmallestVideo }))
            {
                yield return new Problem("video.too.small", $"{SmallestVideo}") { Part = part.Number };
            }
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["author"] = account.Id,
            ["commentary"] = Commentary(part),
            ["visibility"] = part.Option(Visibility) is { Length: > 0 } visibility ? visibility : Everyone,
            ["distribution"] = new JsonObject
            {
                ["feedDistribution"] = "MAIN_FEED",
                ["targetEntities"] = new JsonArray(),
                ["thirdPartyDistributionChannels"] = new JsonArray(),
            },
            ["lifecycleState"] = "PUBLISHED",
            ["isReshareDisabledByAuthor"] = part.Option(Resharing) == ResharingOff,
        };

        if (Content(part, prepared) is { } content)
        {
            body["content"] = content;
        }

        using var request = Restli.Post(account.Server, "posts", body, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            var refusal = Restli.Read(answer, visible: true, time);
            return refusal.Code == Codes.Duplicate && Restli.PostUrn().Match(answer.Body) is { Success: true } there
                ? refusal with { Post = Remote(there.Value, account) }
                : refusal;
        }

        // The body is empty; the id stands in a header.
        return answer.Headers.TryGetValues("x-restli-id", out var ids) && ids.First() is { Length: > 0 } id
            ? answer.As(PublishResult.Published(Remote(id, account)))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    /// <summary>Looks through the page's newest posts. A member's own posts can't be read: there a person has to look.</summary>
    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        if (IsMember(account.Id))
        {
            return new RecallResult { IsComplete = false };
        }

        var path = $"posts?author={Uri.EscapeDataString(account.Id)}&q=author&count={Listed}&sortBy=LAST_MODIFIED";
        using var request = Restli.Get(account.Server, path, account.Credentials.Token, "FINDER");
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return new RecallResult { Failure = Restli.Read(answer, visible: false, time) };
        }

        if (answer.Json().Get("elements") is not { ValueKind: JsonValueKind.Array } elements)
        {
            return new RecallResult { Failure = answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)) };
        }

        var posts = elements.EnumerateArray().Select(Listing.Of).ToList();

        // Sorted by their last change, and nothing changes before it is made: once one is older than the window, none is missing.
        var reachesBack = posts.Count < Listed || posts[^1].Changed < window.From;
        return new RecallResult
        {
            IsComplete = reachesBack && posts.All(post => post.Created is not null),
            Matches = [.. posts
                .Where(post => post.IsLive && post.Created is { } created && window.Contains(created) && LittleText.Plain(post.Commentary) == part.Text)
                .Select(post => Remote(post.Id, account))],
        };
    }

    /// <summary>Changes the words of a post; what it shows beside them stays (posts-api, update).</summary>
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        var change = new JsonObject { ["patch"] = new JsonObject { ["$set"] = new JsonObject { ["commentary"] = Commentary(part) } } };
        using var request = Restli.Post(account.Server, $"posts/{Uri.EscapeDataString(id)}", change, account.Credentials.Token, "PARTIAL_UPDATE");
        var answer = await http.AskAsync(request, cancellationToken);
        // A page instead of the empty answer comes from something that stands before LinkedIn.
        return answer.IsSuccess ? answer.As(answer.Body.Length == 0 ? PublishResult.Published(Remote(id, account)) : PublishResult.Unclear(Codes.AnswerUnreadable))
            : answer.Status == System.Net.HttpStatusCode.NotFound ? answer.As(PublishResult.Rejected(Codes.PostGone))
            : Restli.Read(answer, visible: true, time);
    }

    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        using var request = Restli.Delete(account.Server, $"posts/{Uri.EscapeDataString(post.Id)}", account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess || answer.Status == System.Net.HttpStatusCode.NotFound
            ? RetractResult.Gone
            : new RetractResult(Restli.Read(answer, visible: false, time));
    }

    private static string Commentary(Part part) => LittleText.Escape(part.Text, LinkedInText.Entities(part.Text));

    /// <summary>Exactly one kind of content, or none. LinkedIn reads no linked page by itself: the card is ours.</summary>
    private static JsonObject? Content(Part part, Prepared prepared)
    {
        if (part.Media is [var only])
        {
            var media = new JsonObject { ["id"] = prepared.Files[0].Id };
            if (!only.IsVideo && only.AltText.Length > 0)
            {
                media["altText"] = only.AltText;
            }

            return new JsonObject { ["media"] = media };
        }

        if (part.Media.Count > 1)
        {
            var images = part.Media.Select((image, place) => new JsonObject { ["id"] = prepared.Files[place].Id, ["altText"] = image.AltText });
            return new JsonObject { ["multiImage"] = new JsonObject { ["images"] = new JsonArray([.. images]) } };
        }

        if (part.Card is not { } card)
        {
            return null;
        }

        var article = new JsonObject { ["source"] = card.Address.AbsoluteUri, ["title"] = card.Title, ["description"] = card.Description };
        if (card.Thumb is not null)
        {
            article["thumbnail"] = prepared.Files[0].Id;
        }

        return new JsonObject { ["article"] = article };
    }

    private static RemotePost Remote(string urn, Account account) =>
        new(urn, new Uri(IsReal(account.Server) ? Site : account.Server, $"feed/update/{urn}/"));

    private static bool IsMember(string id) => id.StartsWith("urn:li:person:", StringComparison.Ordinal);

    /// <summary>At any other address stands the sandbox, which answers for both of LinkedIn's hosts.</summary>
    private static bool IsReal(Uri server) => server == Api;

    /// <summary>A post as the page's listing shows it.</summary>
    private sealed record Listing(string Id, string Commentary, DateTimeOffset? Created, DateTimeOffset? Changed, bool IsLive)
    {
        public static Listing Of(JsonElement post) => new(
            post.Text("id") ?? "",
            post.Text("commentary") ?? "",
            Time(post.Get("createdAt")),
            Time(post.Get("lastModifiedAt")) ?? Time(post.Get("createdAt")),
            post.Text("lifecycleState") is not "PUBLISH_FAILED");

        private static DateTimeOffset? Time(JsonElement? value) =>
            value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var milliseconds)
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : null;
    }
}
