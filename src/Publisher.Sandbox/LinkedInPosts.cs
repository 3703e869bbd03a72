using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Sandbox;

/// <summary>Posts of LinkedIn pages.</summary>
internal sealed partial class LinkedIn
{
    private const int MaxText = 3000;
    private const int MaxAlt = 4086;
    private const string CutNext = "cut:next";
    private static readonly TimeSpan DuplicateSpan = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, (string Urn, DateTimeOffset At)> _said = [];

    private static readonly Shape PostShape = Shape.Object(
        ("author!", Shape.Text), ("commentary!", Shape.Text), ("visibility!", Shape.OneOf("PUBLIC", "CONNECTIONS", "LOGGED_IN")), ("lifecycleState!", Shape.OneOf("PUBLISHED")),
        ("isReshareDisabledByAuthor", Shape.Flag),
        ("distribution!", Shape.Object(("feedDistribution!", Shape.OneOf("MAIN_FEED", "NONE")), ("targetEntities", Shape.List(Shape.Any)), ("thirdPartyDistributionChannels", Shape.List(Shape.Any)))),
        ("content", Shape.Object(
            ("media", Shape.Object(("id!", Shape.Text), ("altText", Shape.Text), ("title", Shape.Text))),
            ("article", Shape.Object(("source!", Shape.Text), ("title!", Shape.Text), ("description", Shape.Text), ("thumbnail", Shape.Text), ("thumbnailAltText", Shape.Text))),
            ("multiImage", Shape.Object(("images!", Shape.List(Shape.Object(("id!", Shape.Text), ("altText", Shape.Text)), 20, 2)), ("altText", Shape.Text))))));

    public override void Forget()
    {
        lock (Gate)
        {
            _said.Clear();
        }
    }

    private void AddPosts() => Add(
        new("POST", "rest/posts", CallKind.Create, Post) { Scope = "w_organization_social", Headers = RestHeaders, Accepts = ["application/json"], Shape = PostShape },
        new("GET", "rest/posts", CallKind.Read, FindPosts) { Scope = "r_organization_social", Headers = RestHeaders, Query = ["author", "q", "count", "start", "sortBy", "isDsc", "viewContext"] },
        new("GET", "rest/posts/{urn}", CallKind.Read, GetPost) { Scope = "r_organization_social", Headers = RestHeaders, Query = ["viewContext"] },
        new("GET", "rest/organizationalEntityShareStatistics", CallKind.Read, CountPosts)
        {
            Scope = "rw_organization_admin",
            Headers = RestHeaders,
            Query = ["q", "organizationalEntity", "shares", "ugcPosts", "timeIntervals"],
        },
        new("POST", "rest/posts/{urn}", CallKind.Change, ChangePost)
        {
            Scope = "w_organization_social",
            Headers = RestHeaders,
            Accepts = ["application/json"],
            Shape = Shape.Object(("patch!", Shape.Object(("$set!", Shape.Object(("commentary", Shape.Text), ("lifecycleState", Shape.Text), ("contentLandingPage", Shape.Text), ("contentCallToActionLabel", Shape.Text)))))),
        },
        new("DELETE", "rest/posts/{urn}", CallKind.Change, DeletePost) { Scope = "w_organization_social", Headers = RestHeaders });

    private static Answer Duplicate(string urn) => Answer.Json(new
    {
        message = $"Content is a duplicate of {urn}",
        errorDetailType = "com.linkedin.common.error.BadRequest",
        errorDetails = new
        {
            inputErrors = new[] { new { description = "Duplicate post is detected", input = new { inputPath = new { fieldPath = "" } }, code = "DUPLICATE_POST" } },
        },
        status = 422,
    }, 422);

    private static string? Text(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private Answer Post(Call call)
    {
        var author = Text(call.Json, "author");
        if (author != call.Account.Id)
        {
            return Error(403, "ACCESS_DENIED", "The member has no role that may post as " + author, 100);
        }

        var raw = Text(call.Json, "commentary")!;
        if (raw.Length > MaxText)
        {
            return Error(400, "FIELD_LENGTH_TOO_LONG", $"ERROR :: /commentary :: length of \"{raw.Length}\" is out of range \"0-{MaxText}\"", 100);
        }

        var content = call.Json.TryGetProperty("content", out var given) ? given : default;
        var (media, card, until, refusal) = ReadContent(call, content);
        if (refusal is not null)
        {
            return refusal;
        }

        if (raw.Length == 0 && media.Count == 0 && card is null)
        {
            return Error(422, "MISSING_REQUIRED_FIELD_FOR_VALUE", "ERROR :: /commentary :: a post needs text or content", 100);
        }

        var key = $"{author}|{raw}|{(content.ValueKind == JsonValueKind.Object ? content.GetRawText() : "")}";
        if (_said.TryGetValue(key, out var known) && known.At > World.Now - DuplicateSpan && Feed.Find(known.Urn) is not null)
        {
            Feed.Repeat(known.Urn);
            return Duplicate(known.Urn);
        }

        var kind = media.Any(m => m.Type.StartsWith("video/", StringComparison.Ordinal)) ? "ugcPost" : "share";
        var urn = $"urn:li:{kind}:{Feed.NextNumber(World.Now)}";
        Feed.Add(Shown(call, new SandboxPost
        {
            Platform = Key,
            Account = author,
            Id = urn,
            Path = $"feed/update/{urn}/",
            Text = "",
            Media = media,
            Card = card,
            Visibility = Text(call.Json, "visibility"),
            At = World.Now,
            VisibleFrom = until,
            Source = call.Json.GetRawText(),
        }, Notes.TryRemove(CutNext, out _) ? raw[..Math.Max(0, raw.LastIndexOf(' ', raw.Length / 2))] : raw));
        _said[key] = (urn, World.Now);
        return Answer.Empty(201).With("x-restli-id", urn).With("x-linkedin-id", urn).With("Location", "/posts/" + Uri.EscapeDataString(urn));
    }

    private SandboxPost Shown(Call call, SandboxPost post, string raw)
    {
        var (text, links, cutAt) = LittleText.Read(raw);
        if (cutAt is { } at)
        {
            Object(call, $"commentary: '{raw[at]}' at {at} is not escaped, the visible text ends there");
        }

        foreach (var mention in links.Where(l => l.Kind == "mention"))
        {
            var shown = text.Substring(mention.Start, mention.Length);
            if (Accounts.FirstOrDefault(a => a.Id == mention.Target) is { } mentioned && mentioned.DisplayName != shown)
            {
                Object(call, $"commentary: the mention says '{shown}', the page is called '{mentioned.DisplayName}'");
            }
        }

        var shownLinks = links.Select(l => l.Kind == "mention" ? l with { Target = "https://www.linkedin.com/company/" + l.Target.Split(':')[^1] } : l);
        return post with { Text = text, SentText = raw, Links = [.. shownLinks] };
    }

    private (List<SandboxMedia> Media, SandboxCard? Card, DateTimeOffset Until, Answer? Refusal) ReadContent(Call call, JsonElement content)
    {
        var media = new List<SandboxMedia>();
        var until = World.Now;
        Answer? refusal = null;
        if (content.ValueKind != JsonValueKind.Object)
        {
            return (media, null, until, null);
        }

        if (content.EnumerateObject().Count() != 1)
        {
            Object(call, "content holds exactly one kind");
            return (media, null, until, Error(422, "INVALID_VALUE_FOR_FIELD", "ERROR :: /content :: union type must have exactly one member", 100));
        }

        void Take(JsonElement item)
        {
            var (upload, problem) = FindMedia(call, Text(item, "id")!);
            var alt = Text(item, "altText");
            refusal ??= problem ?? (alt?.Length > MaxAlt ? Error(400, "FIELD_LENGTH_TOO_LONG", "ERROR :: /content/altText :: too long", 100) : null);
            if (upload is not null)
            {
                media.Add(upload.ToMedia(alt));
                until = upload.Ready > until ? upload.Ready.Value : until;
            }
        }

        if (content.TryGetProperty("media", out var single))
        {
            Take(single);
        }
        else if (content.TryGetProperty("multiImage", out var multi))
        {
            multi.GetProperty("images").EnumerateArray().ToList().ForEach(Take);
            if (refusal is null && media.Any(m => !m.Type.StartsWith("image/", StringComparison.Ordinal)))
            {
                refusal = Error(400, "INVALID_URN_TYPE", "ERROR :: /content/multiImage :: only images", 100);
            }
        }
        else
        {
            var article = content.GetProperty("article");
            var (thumbnail, problem) = Text(article, "thumbnail") is { } urn ? FindMedia(call, urn) : (null, null);
            var isAddress = Uri.TryCreate(Text(article, "source"), UriKind.Absolute, out _);
            refusal = problem ?? (isAddress ? null : Error(400, "INVALID_VALUE_FOR_FIELD", "ERROR :: /content/article/source :: not an address", 100));
            return (media, new SandboxCard(Text(article, "source")!, Text(article, "title")!, Text(article, "description") ?? "", thumbnail?.Sha256), until, refusal);
        }

        return (media, null, until, refusal);
    }

    private (Upload? Upload, Answer? Refusal) FindMedia(Call call, string urn)
    {
        if (!Uploads.TryGetValue(urn, out var upload))
        {
            return (null, Error(400, "INVALID_URN_ID", $"ERROR :: {urn} does not exist", 100));
        }

        if (upload.Account != call.Account.Id)
        {
            return (null, Error(403, "ACCESS_DENIED", $"{urn} belongs to another owner", 100));
        }

        // An image may still be processed, the post then shows up later; a video must be ready.
        return upload.Ready is null ? (null, Error(400, "MEDIA_ASSET_WAITING_UPLOAD", $"ERROR :: {urn} is waiting for its upload", 100))
            : upload.IsVideo && upload.Ready > World.Now ? (null, Error(400, "MEDIA_ASSET_PROCESSING", $"ERROR :: {urn} is still processed", 100))
            : (upload, null);
    }

    private Answer FindPosts(Call call)
    {
        if (NeedMethod(call, "FINDER") is { } refusal)
        {
            return refusal;
        }

        var count = int.TryParse(call.Asked("count"), out var asked) ? asked : 10;
        var start = int.TryParse(call.Asked("start"), out var from) ? from : 0;
        if (call.Asked("q") != "author" || count is < 1 or > 100 || start < 0 || call.Asked("sortBy") is not (null or "LAST_MODIFIED" or "CREATED"))
        {
            Object(call, "the finder is q=author, count 1 to 100, sortBy LAST_MODIFIED or CREATED");
            return Error(400, "ILLEGAL_ARGUMENT", "Invalid finder parameters", 0);
        }

        if (call.Asked("author") != call.Account.Id)
        {
            return Error(403, "ACCESS_DENIED", "No role for " + call.Asked("author"), 100);
        }

        // Processing hides a post from readers, not from its author.
        var posts = Feed.Newest(call.Account.Id, DateTimeOffset.MaxValue).Where(p => p.At <= World.Now - call.Lag);
        var sorted = call.Asked("sortBy") == "CREATED" ? posts : posts.OrderByDescending(p => p.EditedAt ?? p.At);
        var elements = sorted.Skip(start).Take(count).Select(View).ToArray();
        return Answer.Json(new { paging = new { start, count, links = Array.Empty<object>() }, elements });
    }

    private Answer GetPost(Call call)
        => Feed.Find(call["urn"]) is { DeletedAt: null } post && post.Account == call.Account.Id && post.At <= World.Now - call.Lag
            ? Answer.Json(View(post))
            : Error(404, "NOT_FOUND", $"Post with urn {call["urn"]} does not exist", 0);

    private Answer ChangePost(Call call)
    {
        if (NeedMethod(call, "PARTIAL_UPDATE") is { } refusal)
        {
            return refusal;
        }

        if (Feed.Find(call["urn"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return Error(404, "NOT_FOUND", $"Post with urn {call["urn"]} does not exist", 0);
        }

        if (Text(call.Json.GetProperty("patch").GetProperty("$set"), "commentary") is { } raw)
        {
            if (raw.Length > MaxText)
            {
                return Error(400, "FIELD_LENGTH_TOO_LONG", "ERROR :: /commentary :: too long", 100);
            }

            Feed.Change(post.Id, p => Shown(call, p, raw) with { EditedAt = World.Now });
        }

        return Answer.Empty(204);
    }

    private Answer DeletePost(Call call)
    {
        if (NeedMethod(call, "DELETE") is { } refusal)
        {
            return refusal;
        }

        // Idempotent: 204 also when it is gone already.
        if (Feed.Find(call["urn"]) is { DeletedAt: null } post)
        {
            if (post.Account != call.Account.Id)
            {
                return Error(403, "ACCESS_DENIED", "No role for this post", 100);
            }

            Feed.Change(post.Id, p => p with { DeletedAt = World.Now });
        }

        return Answer.Empty(204);
    }

    private object View(SandboxPost post)
    {
        var source = JsonNode.Parse(post.Source)!.AsObject();
        source.Remove("commentary");

        // Alternative text is write-only: it never comes back.
        if (source["content"]?["media"] is JsonObject media)
        {
            media.Remove("altText");
        }

        foreach (var image in source["content"]?["multiImage"]?["images"]?.AsArray() ?? [])
        {
            image!.AsObject().Remove("altText");
        }

        var isPublished = post.VisibleFrom <= World.Now;
        source["id"] = post.Id;
        source["commentary"] = post.SentText;
        source["lifecycleState"] = isPublished ? "PUBLISHED" : "PUBLISH_REQUESTED";
        source["createdAt"] = post.At.ToUnixTimeMilliseconds();
        source["publishedAt"] = post.VisibleFrom.ToUnixTimeMilliseconds();
        source["lastModifiedAt"] = (post.EditedAt ?? post.At).ToUnixTimeMilliseconds();
        source["lifecycleStateInfo"] = new JsonObject { ["isEditedByAuthor"] = post.EditedAt is not null };
        return source;
    }
}
