using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Posts on X.</summary>
internal sealed partial class X
{
    private const int MaxWeight = 280;
    private static readonly TimeSpan DuplicateSpan = TimeSpan.FromHours(24);
    private static readonly string[] PostFields = ["tweet.fields", "expansions", "media.fields", "user.fields", "place.fields", "poll.fields"];
    private readonly Dictionary<string, (string Id, DateTimeOffset At)> _said = [];

    public override void Forget()
    {
        lock (Gate)
        {
            _said.Clear();
        }
    }

    private static Answer Duplicate() => Problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.");

    private static Answer ReplyRefused()
        => Problem(403, "Forbidden", "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.");

    private static bool IsReply(Call call)
    {
        try
        {
            using var document = JsonDocument.Parse(call.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("reply", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void AddPosts() => Add(
        new("POST", "2/tweets", CallKind.Create, Post)
        {
            Scope = "tweet.write",
            Accepts = ["application/json"],
            Shape = Shape.Object(
                ("text", Shape.Text),
                ("media", Shape.Object(("media_ids!", Shape.List(Shape.Text, 4, 1)), ("tagged_user_ids", Shape.List(Shape.Text, 10)))),
                ("reply", Shape.Object(("in_reply_to_tweet_id!", Shape.Text), ("exclude_reply_user_ids", Shape.List(Shape.Text)), ("auto_populate_reply_metadata", Shape.Flag))),
                ("reply_settings", Shape.OneOf("following", "mentionedUsers", "subscribers", "verified")),
                ("made_with_ai", Shape.Flag), ("paid_partnership", Shape.Flag), ("nullcast", Shape.Flag), ("share_with_followers", Shape.Flag)),
        },
        new("GET", "2/tweets/{id}", CallKind.Read, GetPost) { Scope = "tweet.read", Query = PostFields },
        new("GET", "2/tweets", CallKind.Read, GetPosts) { Scope = "tweet.read", Query = ["ids", .. PostFields] },
        new("GET", "2/users/{id}/tweets", CallKind.Read, ListPosts)
        {
            Scope = "tweet.read",
            Query = ["max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id", "exclude", .. PostFields],
        },
        new("DELETE", "2/tweets/{id}", CallKind.Change, DeletePost) { Scope = "tweet.write" });

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private Answer Post(Call call)
    {
        var text = call.Json.TryGetProperty("text", out var given) ? given.GetString()! : "";
        var ids = call.Json.TryGetProperty("media", out var media) ? media.GetProperty("media_ids").EnumerateArray().Select(i => i.GetString()!).ToArray() : [];
        var parent = call.Json.TryGetProperty("reply", out var reply) ? reply.GetProperty("in_reply_to_tweet_id").GetString() : null;
        var (uploads, refusal) = Chosen(call, ids);
        refusal ??= CheckText(text, ids.Length) ?? (parent is not null && Feed.Find(parent) is not { DeletedAt: null }
            ? Problem(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.")
            : null);
        if (refusal is not null)
        {
            return refusal;
        }

        var key = $"{call.Account.Id}|{parent}|{string.Join(',', uploads.Select(u => u.Sha256))}|{text.Trim()}";
        if (_said.TryGetValue(key, out var known) && known.At > World.Now - DuplicateSpan && Feed.Find(known.Id) is { DeletedAt: null })
        {
            Feed.Repeat(known.Id);
            return Duplicate();
        }

        var post = Read(call.Account, text.Trim(), uploads) with { ReplyTo = parent };
        Feed.Add(post);
        _said[key] = (post.Id, World.Now);
        return Answer.Json(new { data = new { id = post.Id, text = Wire(post).Text, edit_history_tweet_ids = new[] { post.Id } } }, 201);
    }

    private static Answer? CheckText(string text, int media)
    {
        if (string.IsNullOrWhiteSpace(text) && media == 0)
        {
            return Invalid("text: a post must not be empty");
        }

        return text.AsSpan().IndexOfAny('\uFFFE', '\uFEFF', '\uFFFF') >= 0 ? Invalid("text: contains characters that are not allowed")
            : XText.Weight(text) > MaxWeight ? Problem(403, "Forbidden", "Your Tweet text is too long.")
            : Cashtag().Count(text) > 1 ? Problem(403, "Forbidden", "A post may have at most one cashtag.")
            : null;
    }

    private (List<Upload> Uploads, Answer? Refusal) Chosen(Call call, string[] ids)
    {
        var uploads = ids.Select(i => Uploads.TryGetValue(i, out var upload) && upload.Account == call.Account.Id && upload.Sha256 is not null ? upload : null).ToList();
        if (uploads.Contains(null) || uploads.Any(u => u!.Ready is null || u.Ready > World.Now))
        {
            return ([], Invalid("media.media_ids: your media IDs are invalid."));
        }

        var isMoving = uploads.Any(u => u!.Note is "tweet_video" or "tweet_gif" or "amplify_video");
        var isWrongCategory = uploads.Any(u => u!.Note is "tweet_image" ? !u.IsImage : u.Note is "tweet_gif" ? u.Type != "image/gif" : !u.IsVideo);
        return (isMoving && uploads.Count > 1) || isWrongCategory
            ? ([], Invalid("media.media_ids: either 1 to 4 images, or 1 GIF, or 1 video, each uploaded in its own category"))
            : (uploads.OfType<Upload>().ToList(), null);
    }

    private SandboxPost Read(SandboxAccount account, string text, List<Upload> uploads)
    {
        var id = Feed.NextNumber(World.Now);
        var links = XText.Addresses(text).Select(a => (a.Start, a.Length, Target: text.Substring(a.Start, a.Length)))
            .Select(a => new SandboxLink(a.Start, a.Length, "link", a.Target.Contains("://", StringComparison.Ordinal) ? a.Target : "http://" + a.Target)).ToList();
        bool IsFree(int start) => !links.Any(l => start >= l.Start && start < l.Start + l.Length);
        links.AddRange(TextMarks.Mentions(text).Where(m => IsFree(m.Start) && m.Name.Length <= 15).ToList().Select(m => new SandboxLink(m.Start, m.Name.Length + 1, "mention", "https://x.com/" + m.Name)));
        links.AddRange(TextMarks.Hashtags(text).Where(h => IsFree(h.Start)).ToList().Select(h => new SandboxLink(h.Start, h.Length, "tag", "https://x.com/hashtag/" + Uri.EscapeDataString(h.Word))));
        return new SandboxPost
        {
            Platform = Key,
            Account = account.Id,
            Id = id,
            Path = $"{account.Handle}/status/{id}",
            Text = text,
            SentText = text,
            Links = [.. links.OrderBy(l => l.Start)],
            Media = [.. uploads.Select(u => u.ToMedia(u.Alt))],
            At = World.Now,
            VisibleFrom = World.Now,
            Visibility = "public",
            Source = JsonSerializer.Serialize(new { media = uploads.Select(u => MediaKey(u)) }),
        };
    }

    // What the API gives back: every address is a t.co link, media adds one at the end.
    private (string Text, List<object> Urls) Wire(SandboxPost post)
    {
        var text = post.Text;
        var shift = 0;
        var urls = new List<object>();
        foreach (var link in post.Links.Where(l => l.Kind == "link"))
        {
            var tco = XText.Short(link.Target);
            var start = link.Start + shift;
            text = text.Remove(start, link.Length).Insert(start, tco);
            shift += tco.Length - link.Length;
            urls.Add(new { start, end = start + tco.Length, url = tco, expanded_url = link.Target, display_url = link.Target[(link.Target.IndexOf("://", StringComparison.Ordinal) + 3)..] });
        }

        if (post.Media.Count > 0)
        {
            var kind = post.Media[0].Type.StartsWith("video/", StringComparison.Ordinal) ? "video" : "photo";
            var expanded = $"https://x.com/{post.Path}/{kind}/1";
            var tco = XText.Short(expanded);
            var start = text.Length == 0 ? 0 : text.Length + 1;
            text = text.Length == 0 ? tco : $"{text} {tco}";
            urls.Add(new { start, end = start + tco.Length, url = tco, expanded_url = expanded, display_url = "pic.x.com/" + tco[^10..] });
        }

        return (text, urls);
    }

    private Dictionary<string, object?> Tweet(Call call, SandboxPost post)
    {
        var (text, urls) = Wire(post);
        var tweet = new Dictionary<string, object?> { ["id"] = post.Id, ["text"] = text, ["edit_history_tweet_ids"] = new[] { post.Id } };
        foreach (var field in (call.Asked("tweet.fields") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            object? value = field switch
            {
                "created_at" => Stamp(post.At),
                "author_id" => post.Account,
                "entities" => urls.Count > 0 ? new { urls } : null,
                "referenced_tweets" => post.ReplyTo is null ? null : new[] { new { type = "replied_to", id = post.ReplyTo } },
                "conversation_id" => post.ReplyTo ?? post.Id,
                "public_metrics" => new { retweet_count = 0, reply_count = 0, like_count = 0, quote_count = 0, bookmark_count = 0, impression_count = 0 },
                "attachments" => post.Media.Count == 0 ? null : JsonSerializer.Deserialize<Dictionary<string, string[]>>(post.Source) is { } kept ? new { media_keys = kept["media"] } : null,
                "lang" => "und",
                "possibly_sensitive" => false,
                _ => null,
            };
            if (value is not null)
            {
                tweet[field] = value;
            }
        }

        return tweet;
    }

    private SandboxPost? Visible(Call call, string id) => Feed.Find(id) is { DeletedAt: null } post && post.VisibleFrom <= World.Now - call.Lag ? post : null;

    private static object Missing(string id) => new
    {
        value = id,
        detail = $"Could not find tweet with id: [{id}].",
        title = "Not Found Error",
        resource_type = "tweet",
        parameter = "id",
        resource_id = id,
        type = "https://api.x.com/2/problems/resource-not-found",
    };

    private Answer GetPost(Call call)
        => Visible(call, call["id"]) is { } post ? Answer.Json(new { data = Tweet(call, post) }) : Answer.Json(new { errors = new[] { Missing(call["id"]) } });

    private Answer GetPosts(Call call)
    {
        var ids = (call.Asked("ids") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length is 0 or > 100)
        {
            Object(call, "ids must name 1 to 100 posts");
            return Invalid("ids: 1 to 100 are needed");
        }

        var found = ids.Select(i => Visible(call, i)).OfType<SandboxPost>().ToList();
        var missing = ids.Except(found.Select(f => f.Id)).Select(Missing).ToArray();
        var body = new Dictionary<string, object>();
        if (found.Count > 0)
        {
            body["data"] = found.Select(f => Tweet(call, f)).ToArray();
        }

        if (missing.Length > 0)
        {
            body["errors"] = missing;
        }

        return Answer.Json(body);
    }

    private Answer ListPosts(Call call)
    {
        var max = 10;
        if (call.Asked("max_results") is { } asked && (!int.TryParse(asked, out max) || max is < 5 or > 100))
        {
            Object(call, "max_results goes from 5 to 100");
            return Invalid($"The `max_results` query parameter value [{asked}] is not between 5 and 100");
        }

        foreach (var name in new[] { "start_time", "end_time" }.Where(n => call.Asked(n) is { } t && !RfcTime().IsMatch(t)))
        {
            Object(call, $"{name} must be YYYY-MM-DDTHH:mm:ssZ");
            return Invalid($"{name}: not a valid time");
        }

        DateTimeOffset? Time(string name) => call.Asked(name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
        var (from, to) = (Time("start_time"), Time("end_time"));
        var page = Feed.Newest(call["id"], World.Now - call.Lag)
            .Where(p => (from is null || p.At >= from) && (to is null || p.At < to))
            .Where(p => call.Asked("since_id") is not { } since || string.CompareOrdinal(p.Id, since) > 0)
            .Where(p => (call.Asked("until_id") ?? call.Asked("pagination_token")) is not { } until || string.CompareOrdinal(p.Id, until) < 0)
            .Where(p => call.Asked("exclude")?.Contains("replies", StringComparison.Ordinal) != true || p.ReplyTo is null)
            .Take(max + 1).ToList();
        if (page.Count == 0)
        {
            return Answer.Json(new { meta = new { result_count = 0 } });
        }

        var shown = page.Take(max).ToList();
        var meta = new Dictionary<string, object> { ["result_count"] = shown.Count, ["newest_id"] = shown[0].Id, ["oldest_id"] = shown[^1].Id };
        if (page.Count > max)
        {
            meta["next_token"] = shown[^1].Id;
        }

        return Answer.Json(new { data = shown.Select(p => Tweet(call, p)).ToArray(), meta });
    }

    private Answer DeletePost(Call call)
    {
        if (Feed.Find(call["id"]) is not { DeletedAt: null } post)
        {
            return Answer.Json(new { errors = new[] { Missing(call["id"]) }, title = "Not Found Error", detail = "Could not find the post.", type = "https://api.x.com/2/problems/resource-not-found", status = 404 }, 404);
        }

        if (post.Account != call.Account.Id)
        {
            return Problem(403, "Forbidden", "You are not authorized to delete this Tweet.");
        }

        Feed.Change(post.Id, p => p with { DeletedAt = World.Now });
        return Answer.Json(new { data = new { deleted = true } });
    }

    [GeneratedRegex(@"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")]
    private static partial Regex Cashtag();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$")]
    private static partial Regex RfcTime();
}
