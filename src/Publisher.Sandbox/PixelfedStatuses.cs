using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Posts and comments of a Pixelfed server, in the order in which its controller looks at a request.</summary>
internal sealed partial class Pixelfed
{
    private const int MaxCharacters = 500;
    private const int MaxWarning = 140;
    private const int MaxAlbum = 4;
    private const int MostBelow = 20;
    private readonly Dictionary<string, DateTimeOffset> _keys = [];

    public override void Forget()
    {
        lock (Gate)
        {
            _keys.Clear();
        }
    }

    private void AddStatuses() => Add(
        new("POST", "api/v1/statuses", CallKind.Create, Post)
        {
            Scope = "write",
            Headers = ["Idempotency-Key"],
            Accepts = Bodies,
            Shape = Shape.Object(
                ("status", Shape.OrNull(Shape.Text)), ("media_ids", Shape.List(Shape.Text)), ("in_reply_to_id", Shape.OrNull(Shape.Text)), ("sensitive", Shape.Flag),
                ("spoiler_text", Shape.Text), ("visibility", Shape.OneOf("public", "unlisted", "private")), ("place_id", Shape.Whole),
                ("collection_ids", Shape.List(Shape.Text, max: 3)), ("comments_disabled", Shape.Flag)),
            Fields = ["status", "media_ids[]", "in_reply_to_id", "sensitive", "spoiler_text", "visibility", "place_id", "collection_ids[]", "comments_disabled"],
        },
        new("GET", "api/v1/statuses/{id}", CallKind.Read, call => Visible(call) is { } post ? Answer.Json(Status(post)) : Error(404, "")) { Scope = "read" },
        new("GET", "api/v1/statuses/{id}/context", CallKind.Read, Context) { Scope = "read" },
        new("GET", "api/v1/accounts/{id}/statuses", CallKind.Read, List)
        {
            Scope = "read",
            Query = ["limit", "max_id", "since_id", "min_id", "only_media", "media_type", "pinned", "exclude_replies"],
        },
        new("DELETE", "api/v1/statuses/{id}", CallKind.Change, Delete) { Scope = "write" },
        new("GET", "p/{handle}/{id}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))));

    private static string[] MediaIds(Call call)
    {
        if (call.Json.ValueKind != JsonValueKind.Object)
        {
            return call.Form["media_ids[]"].OfType<string>().ToArray();
        }

        return call.Json.TryGetProperty("media_ids", out var ids) ? ids.EnumerateArray().Select(i => i.ToString()).ToArray() : [];
    }

    /// <summary>PHP's strip_tags: a &lt; before white space stays, any other takes everything up to the next &gt; or the end with it.</summary>
    private static string WithoutTags(string text) => Markup().Replace(text, "");

    private static Answer? Validate(Call call, string[] media) =>
        CodePoints(Value(call, "status") ?? "") > MaxCharacters ? Invalid("status", $"The status may not be greater than {MaxCharacters} characters.")
        : media.Length > MaxAlbum ? Invalid("media_ids", $"The media ids may not have more than {MaxAlbum} items.")
        : CodePoints(Value(call, "spoiler_text") ?? "") > MaxWarning ? Invalid("spoiler_text", $"The spoiler text may not be greater than {MaxWarning} characters.")
        : null;

    private Answer Post(Call call)
    {
        var media = MediaIds(call);
        if (Validate(call, media) is { } invalid)
        {
            return invalid;
        }

        // Kept before anything is made, so a call that fails further down has used it up as well.
        if (call.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given && !TryKeep(call.Account.Id + "|" + given))
        {
            return Error(400, "Duplicate idempotency key.");
        }

        var above = Value(call, "in_reply_to_id") is { Length: > 0 } id ? id : null;
        if (media.Length == 0 && above is null)
        {
            return Error(403, "Empty statuses are not allowed");
        }

        var (_, _, isOver) = Rates.Count(call.Account.Id, new RateLimit("create", 1000, TimeSpan.FromDays(1)), World.Now);
        if (isOver && World.Options.EnforceRateLimits)
        {
            return Error(429, "");
        }

        if (above is not null)
        {
            if (Feed.Find(above) is not { DeletedAt: null } parent)
            {
                return NoResults("Status", above);
            }

            if (Noted(parent).CommentsOff)
            {
                return Answer.Json("Comments have been disabled on this post", 422);
            }
        }

        var post = Written(call, above);
        if (above is not null)
        {
            Feed.Add(post);
        }

        return media.Length == 0 ? Answer.Json(Status(post)) : Attach(call, post, media);
    }

    private bool TryKeep(string key)
    {
        if (_keys.TryGetValue(key, out var at) && at > World.Now.AddHours(-1))
        {
            return false;
        }

        _keys[key] = World.Now;
        return true;
    }

    private SandboxPost Written(Call call, string? above)
    {
        var sent = Value(call, "status") ?? "";
        var text = WithoutTags(sent.Trim());
        var isSensitive = IsTrue(Value(call, "sensitive"));
        var id = Feed.NextNumber(World.Now);
        return new SandboxPost
        {
            Platform = Key,
            Account = call.Account.Id,
            Id = id,
            Path = $"p/{call.Account.Handle}/{id}",
            Text = text,
            SentText = sent,
            Warning = isSensitive ? Value(call, "spoiler_text") : null,
            Visibility = Value(call, "visibility") ?? "public",
            Links = Links(text),
            ReplyTo = above,
            At = World.Now,
            VisibleFrom = World.Now,
            Source = JsonSerializer.Serialize(new Note([], isSensitive, IsTrue(Value(call, "comments_disabled")))),
        };
    }

    /// <summary>Until its files are found a post is a draft that nobody sees; a comment is there already.</summary>
    private Answer Attach(Call call, SandboxPost post, string[] media)
    {
        var found = media.Select(id => Free(call, id)).ToList();
        if (found.TrueForAll(upload => upload is null))
        {
            return Error(400, "Invalid media_ids");
        }

        if (found.IndexOf(null) is >= 0 and var missing)
        {
            return NoResults("Media", media[missing]);
        }

        var files = found.OfType<Upload>().ToList();
        files.ForEach(upload => Uploads[upload.Id] = upload with { Note = post.Id });
        post = post with
        {
            Media = [.. files.Select(upload => upload.ToMedia(upload.Alt))],
            Source = JsonSerializer.Serialize(Noted(post) with { Media = media }),
        };
        Feed.Add(post);
        return Answer.Json(Status(post));
    }

    private SandboxPost? Visible(Call call) => Feed.Find(call["id"]) is { DeletedAt: null } post && post.VisibleFrom <= World.Now - call.Lag ? post : null;

    /// <summary>Only what stands below it at once: comments of comments are asked for one by one.</summary>
    private Answer Context(Call call)
    {
        if (Visible(call) is not { } post)
        {
            return Answer.Empty(404);
        }

        var below = Feed.All.Where(p => p.ReplyTo == post.Id && p.DeletedAt is null && p.VisibleFrom <= World.Now - call.Lag).Take(MostBelow).Select(Status).ToList();
        object[] above = Feed.Find(post.ReplyTo) is { DeletedAt: null } parent ? [Status(parent)] : [];
        return Answer.Json(new { ancestors = above, descendants = below });
    }

    /// <summary>Posts without the comments, newest first.</summary>
    private Answer List(Call call)
    {
        if (Accounts.All(a => a.Id != call["id"]))
        {
            return Error(404, "Account not found");
        }

        var limit = int.TryParse(call.Asked("limit"), out var asked) ? Math.Clamp(asked, 1, 40) : 20;
        return Answer.Json(Feed.Newest(call["id"], World.Now - call.Lag)
            .Where(p => p.ReplyTo is null && (call.Asked("max_id") is not { } max || string.CompareOrdinal(p.Id, max) < 0))
            .Take(limit).Select(Status).ToList());
    }

    private Answer Delete(Call call)
    {
        if (Feed.Find(call["id"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return NoResults("Status", call["id"]);
        }

        var status = Status(Feed.Change(post.Id, p => p with { DeletedAt = World.Now }));
        status["text"] = status["content"];
        status.Remove("content");
        return Answer.Json(status);
    }

    private Dictionary<string, object?> Status(SandboxPost post)
    {
        var note = Noted(post);
        var counts = SandboxCounts.Of(post.Id);
        return new Dictionary<string, object?>
        {
            ["id"] = post.Id,
            ["created_at"] = Stamp(post.At),
            ["edited_at"] = post.EditedAt is { } edited ? Stamp(edited) : null,
            ["in_reply_to_id"] = post.ReplyTo,
            ["in_reply_to_account_id"] = Feed.Find(post.ReplyTo)?.Account,
            ["sensitive"] = note.IsSensitive,
            ["spoiler_text"] = post.Warning ?? "",
            ["visibility"] = post.Visibility,
            ["language"] = "en",
            ["uri"] = Base + post.Path,
            ["url"] = Base + post.Path,
            ["replies_count"] = counts.Replies,
            ["reblogs_count"] = counts.Shares,
            ["favourites_count"] = counts.Likes,
            ["reblogged"] = false,
            ["favourited"] = false,
            ["muted"] = false,
            ["bookmarked"] = false,
            ["content"] = Content(post),
            ["reblog"] = null,
            ["application"] = new { name = "web", website = (string?)null },
            ["account"] = Person(Accounts.First(a => a.Id == post.Account)),
            ["media_attachments"] = note.Media.Select(id => Uploads.GetValueOrDefault(id)).OfType<Upload>().Select(upload => Attachment(upload)).ToArray(),
            ["mentions"] = Array.Empty<object>(),
            ["tags"] = post.Links.Where(l => l.Kind == "tag").Select(l => new { name = post.Text.Substring(l.Start + 1, l.Length - 1), url = l.Target }).ToArray(),
            ["emojis"] = Array.Empty<object>(),
            ["card"] = null,
            ["poll"] = null,
        };
    }

    private static Note Noted(SandboxPost post) => JsonSerializer.Deserialize<Note>(post.Source) ?? new Note([], false, false);

    private List<SandboxLink> Links(string text)
    {
        var links = TextMarks.Addresses(text).Select(a => new SandboxLink(a.Start, a.Length, "link", a.Address)).ToList();
        var tags = TextMarks.Hashtags(text).Select(t => new SandboxLink(t.Start, t.Length, "tag", Base + "discover/tags/" + Uri.EscapeDataString(t.Word.ToLower(CultureInfo.InvariantCulture))));
        var names = TextMarks.Mentions(text).Select(m => new SandboxLink(m.Start, m.Length, "mention", m.Server is null ? Base + m.Name : $"https://{m.Server}/@{m.Name}"));
        var addresses = links.ToList();
        links.AddRange(tags.Concat(names).Where(link => !addresses.Exists(address => link.Start >= address.Start && link.Start < address.Start + address.Length)));
        return [.. links.OrderBy(l => l.Start)];
    }

    /// <summary>The caption as it stands with links around its marks and a tag at each line's end. Nothing in it is encoded, unless it was edited.</summary>
    private static string Content(SandboxPost post)
    {
        var html = new StringBuilder();
        var at = 0;
        foreach (var link in post.Links.Where(link => link.Start >= at))
        {
            var shown = Kept(post.Text.Substring(link.Start, link.Length));
            html.Append(Kept(post.Text[at..link.Start]))
                .Append(CultureInfo.InvariantCulture, $"<a href=\"{link.Target}\" title=\"{shown}\" class=\"u-url\" rel=\"external nofollow noopener\" target=\"_blank\">{shown}</a>");
            at = link.Start + link.Length;
        }

        return html.Append(Kept(post.Text[at..])).Replace("\n", "<br />\n").ToString();

        string Kept(string text) => post.EditedAt is null ? text : Purified(text);
    }

    [GeneratedRegex(@"<(?![ \t\n\v\f\r])[^>]*(>|$)")]
    private static partial Regex Markup();

    private sealed record Note(string[] Media, bool IsSensitive, bool CommentsOff, int Edits = 0);
}
