using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Statuses of a Mastodon server.</summary>
internal sealed partial class Mastodon
{
    private const int MaxCharacters = 500;
    private const int MaxMedia = 4;
    private static readonly string[] Visibilities = ["public", "unlisted", "private", "direct"];
    private readonly Dictionary<string, (string Id, DateTimeOffset At)> _keys = [];

    public override void Forget()
    {
        lock (Gate)
        {
            _keys.Clear();
        }
    }

    private static int Graphemes(string text) => TextMarks.Graphemes(text);

    // The server counts characters as people see them; an address counts 23, of a remote mention only the name.
    private static int Length(string text)
    {
        var counted = text;
        foreach (var (start, length, _) in TextMarks.Addresses(text).Reverse())
        {
            counted = counted.Remove(start, length).Insert(start, new string('x', 23));
        }

        return Graphemes(RemoteMention().Replace(counted, "@$1"));
    }

    private void AddStatuses() => Add(
        new("POST", "api/v1/statuses", CallKind.Create, Post)
        {
            Scope = "write:statuses",
            Headers = ["Idempotency-Key"],
            Accepts = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
            Shape = Shape.Object(
                ("status", Shape.OrNull(Shape.Text)), ("media_ids", Shape.List(Shape.Text)), ("in_reply_to_id", Shape.OrNull(Shape.Text)), ("sensitive", Shape.Flag),
                ("spoiler_text", Shape.OrNull(Shape.Text)), ("visibility", Shape.OneOf(Visibilities)), ("language", Shape.OrNull(Shape.Text)),
                ("quote_approval_policy", Shape.OneOf("public", "followers", "nobody"))),
            Fields = ["status", "media_ids[]", "in_reply_to_id", "sensitive", "spoiler_text", "visibility", "language", "quote_approval_policy"],
        },
        new("GET", "api/v1/statuses/{id}", CallKind.Read, call => Visible(call) is { } post ? Answer.Json(Status(post)) : NotFound()) { Open = true },
        new("GET", "api/v1/statuses/{id}/source", CallKind.Read, call => Visible(call) is { } post ? Answer.Json(new { id = post.Id, text = post.SentText, spoiler_text = post.Warning ?? "" }) : NotFound()) { Scope = "read:statuses" },
        new("GET", "api/v1/accounts/{id}/statuses", CallKind.Read, ListStatuses)
        {
            Open = true,
            Query = ["limit", "max_id", "since_id", "min_id", "exclude_reblogs", "exclude_replies", "only_media", "pinned", "tagged"],
        },
        new("PUT", "api/v1/statuses/{id}", CallKind.Change, Edit)
        {
            Scope = "write:statuses",
            Accepts = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
            Shape = Shape.Object(
                ("status", Shape.Text), ("media_ids", Shape.List(Shape.Text)), ("sensitive", Shape.Flag), ("spoiler_text", Shape.Text), ("language", Shape.Text),
                ("quote_approval_policy", Shape.OneOf("public", "followers", "nobody")),
                ("media_attributes", Shape.List(Shape.Object(("id!", Shape.Text), ("description", Shape.Text), ("focus", Shape.Text))))),
            Fields = ["status", "media_ids[]", "sensitive", "spoiler_text", "language", "quote_approval_policy"],
        },
        new("DELETE", "api/v1/statuses/{id}", CallKind.Change, Delete) { Scope = "write:statuses", Query = ["delete_media"] },
        new("GET", "{handle}/{id}", CallKind.Page, call => PostPage.Of(this, call["handle"].StartsWith('@') ? Feed.Find(call["id"]) : null)));

    private static string[] MediaIds(Call call)
    {
        if (call.Json.ValueKind != JsonValueKind.Object)
        {
            return call.Form["media_ids[]"].Where(v => v is not null).ToArray()!;
        }

        return call.Json.TryGetProperty("media_ids", out var ids) ? ids.EnumerateArray().Select(i => i.ToString()).ToArray() : [];
    }

    private Answer Post(Call call)
    {
        var key = call.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given ? call.Account.Id + "|" + given : null;
        if (key is not null && _keys.TryGetValue(key, out var known) && known.At > World.Now.AddHours(-1))
        {
            return Feed.Find(known.Id) is { DeletedAt: null } ? Answer.Json(Status(Feed.Repeat(known.Id))) : NotFound();
        }

        var text = Value(call, "status") ?? "";
        var warning = Value(call, "spoiler_text") ?? "";
        var (media, refusal) = Chosen(call, MediaIds(call), null);
        refusal ??= CheckText(text, warning, media.Count);
        var parent = Value(call, "in_reply_to_id") is { Length: > 0 } parentId ? parentId : null;
        if (refusal is null && parent is not null && Feed.Find(parent) is not { DeletedAt: null })
        {
            refusal = Error(404, "The post you are trying to reply to does not appear to exist.");
        }

        var visibility = Value(call, "visibility") ?? "public";
        var language = Value(call, "language");
        if (refusal is not null || !Visibilities.Contains(visibility) || (language is not null && !Language().IsMatch(language)))
        {
            return refusal ?? Error(422, "Validation failed: Visibility or language is not included in the list");
        }

        var id = Feed.NextNumber(World.Now);
        var post = Written(new SandboxPost
        {
            Platform = Key,
            Account = call.Account.Id,
            Id = id,
            Path = $"@{call.Account.Handle}/{id}",
            Text = text,
            At = World.Now,
            VisibleFrom = World.Now,
            ReplyTo = parent,
            Visibility = visibility,
        }, text, warning, language, media, IsTrue(Value(call, "sensitive")));
        Feed.Add(post);
        if (key is not null)
        {
            _keys[key] = (id, World.Now);
        }

        return Answer.Json(Status(post));
    }

    private static bool IsTrue(string? value) => value is "true" or "True" or "1";

    private SandboxPost Written(SandboxPost post, string text, string warning, string? language, List<Upload> media, bool isSensitive)
    {
        foreach (var upload in media)
        {
            Uploads[upload.Id] = upload with { Note = post.Id };
        }

        return post with
        {
            Text = text.Trim(),
            SentText = text,
            Warning = warning.Length > 0 ? warning : null,
            Language = language,
            Links = Links(text.Trim()),
            Media = [.. media.Select(m => m.ToMedia(m.Alt))],
            Source = JsonSerializer.Serialize(new { media = media.Select(m => m.Id), sensitive = isSensitive || warning.Length > 0 }),
        };
    }

    private static Answer? CheckText(string text, string warning, int media)
    {
        if (string.IsNullOrWhiteSpace(text) && media == 0)
        {
            return Error(422, "Validation failed: Text can't be blank");
        }

        return Length(text) + Graphemes(warning) > MaxCharacters ? Error(422, $"Validation failed: Text character limit of {MaxCharacters} exceeded") : null;
    }

    private (List<Upload> Media, Answer? Refusal) Chosen(Call call, string[] ids, string? ownStatus)
    {
        var media = ids.Select(i => Uploads.TryGetValue(i, out var upload) && upload.Account == call.Account.Id && (upload.Note is null || upload.Note == ownStatus) ? upload : null).ToList();
        var refusal = ids.Length > MaxMedia ? "Validation failed: Cannot attach more than 4 files"
            : media.Contains(null) ? "Validation failed: Media attachment not found or already attached to another post"
            : media.Count > 1 && media.Any(m => m!.IsVideo || m.Type == "image/gif") ? "Validation failed: Cannot attach a video to a post that already contains images"
            : media.Any(m => m!.Ready > World.Now) ? "Validation failed: Cannot attach files that have not finished processing. Try again in a moment!"
            : null;
        return (media.OfType<Upload>().ToList(), refusal is null ? null : Error(422, refusal));
    }

    private SandboxPost? Visible(Call call) => Feed.Find(call["id"]) is { DeletedAt: null } post && post.VisibleFrom <= World.Now - call.Lag ? post : null;

    private Answer ListStatuses(Call call)
    {
        if (Accounts.All(a => a.Id != call["id"]))
        {
            return NotFound();
        }

        var limit = int.TryParse(call.Asked("limit"), out var asked) ? Math.Clamp(asked, 1, 40) : 20;
        var posts = Feed.Newest(call["id"], World.Now - call.Lag)
            .Where(p => call.Asked("max_id") is not { } max || string.CompareOrdinal(p.Id, max) < 0)
            .Where(p => (call.Asked("since_id") ?? call.Asked("min_id")) is not { } since || string.CompareOrdinal(p.Id, since) > 0)
            .Where(p => !IsTrue(call.Asked("exclude_replies")) || p.ReplyTo is null)
            .Where(p => !IsTrue(call.Asked("only_media")) || p.Media.Count > 0)
            .Take(limit).ToList();
        var answer = Answer.Json(posts.Select(Status));
        return posts.Count < limit ? answer : answer.With("Link", $"<{Base}api/v1/accounts/{call["id"]}/statuses?limit={limit}&max_id={posts[^1].Id}>; rel=\"next\"");
    }

    private Answer Edit(Call call)
    {
        if (Feed.Find(call["id"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return NotFound();
        }

        if (call.Json.ValueKind == JsonValueKind.Object && call.Json.TryGetProperty("media_attributes", out var attributes))
        {
            foreach (var attribute in attributes.EnumerateArray())
            {
                if (attribute.TryGetProperty("description", out var description) && Uploads.TryGetValue(attribute.GetProperty("id").ToString(), out var upload) && upload.Note == post.Id)
                {
                    Uploads[upload.Id] = upload with { Alt = description.ToString() };
                }
            }
        }

        var text = Value(call, "status") ?? post.SentText;
        var warning = Value(call, "spoiler_text") ?? post.Warning ?? "";
        var (media, refusal) = Chosen(call, MediaIds(call), post.Id);
        refusal ??= CheckText(text, warning, media.Count);
        return refusal ?? Answer.Json(Status(Feed.Change(post.Id, p =>
            Written(p, text, warning, Value(call, "language") ?? p.Language, media, IsTrue(Value(call, "sensitive"))) with { EditedAt = World.Now })));
    }

    private Answer Delete(Call call)
    {
        if (Feed.Find(call["id"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return NotFound();
        }

        var status = Status(Feed.Change(post.Id, p => p with { DeletedAt = World.Now }));
        status["text"] = post.SentText;
        return Answer.Json(status);
    }

    private Dictionary<string, object?> Status(SandboxPost post)
    {
        using var source = JsonDocument.Parse(post.Source);
        var counts = SandboxCounts.Of(post.Id);
        var url = Base + post.Path;
        return new Dictionary<string, object?>
        {
            ["id"] = post.Id,
            ["created_at"] = Stamp(post.At),
            ["edited_at"] = post.EditedAt is { } edited ? Stamp(edited) : null,
            ["in_reply_to_id"] = post.ReplyTo,
            ["in_reply_to_account_id"] = Feed.Find(post.ReplyTo)?.Account,
            ["sensitive"] = source.RootElement.TryGetProperty("sensitive", out var sensitive) && sensitive.GetBoolean(),
            ["spoiler_text"] = post.Warning ?? "",
            ["visibility"] = post.Visibility,
            ["language"] = post.Language,
            ["uri"] = $"{Base}users/{post.Path.Split('/')[0].TrimStart('@')}/statuses/{post.Id}",
            ["url"] = url,
            ["replies_count"] = counts.Replies,
            ["reblogs_count"] = counts.Shares,
            ["favourites_count"] = counts.Likes,
            ["quotes_count"] = 0,
            ["content"] = Content(post),
            ["reblog"] = null,
            ["application"] = new { name = "Publisher", website = (string?)null },
            ["account"] = Person(Accounts.First(a => a.Id == post.Account)),
            ["media_attachments"] = source.RootElement.TryGetProperty("media", out var media)
                ? media.EnumerateArray().Select(m => Uploads.GetValueOrDefault(m.ToString())).OfType<Upload>().Select(Attachment).ToArray()
                : [],
            ["mentions"] = post.Links.Where(l => l.Kind == "mention").Select(l => new { id = Accounts.FirstOrDefault(a => l.Target == $"{Base}@{a.Handle}")?.Id ?? l.Target, username = l.Target.Split('@')[^1], acct = l.Target.Split('@')[^1], url = l.Target }).ToArray(),
            ["tags"] = post.Links.Where(l => l.Kind == "tag").Select(l => new { name = post.Text.Substring(l.Start + 1, l.Length - 1).ToLowerInvariant(), url = l.Target }).ToArray(),
            ["emojis"] = Array.Empty<object>(),
            ["card"] = null,
            ["poll"] = null,
        };
    }

    private List<SandboxLink> Links(string text)
    {
        var links = TextMarks.Addresses(text).Select(a => new SandboxLink(a.Start, a.Length, "link", a.Address)).ToList();
        bool IsFree(int start) => !links.Any(l => start >= l.Start && start < l.Start + l.Length);
        foreach (var (start, length, name, server) in TextMarks.Mentions(text).ToList())
        {
            var isLocal = server is null || server.Equals(SandboxAccounts.MastodonDomain, StringComparison.OrdinalIgnoreCase);
            var target = isLocal
                ? Accounts.FirstOrDefault(a => a.Handle.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } account ? $"{Base}@{account.Handle}" : null
                : $"https://{server}/@{name}";
            if (target is not null && IsFree(start))
            {
                links.Add(new SandboxLink(start, length, "mention", target));
            }
        }

        links.AddRange(TextMarks.Hashtags(text).Where(t => IsFree(t.Start)).ToList().Select(t => new SandboxLink(t.Start, t.Length, "tag", Base + "tags/" + Uri.EscapeDataString(t.Word.ToLower(CultureInfo.InvariantCulture)))));
        return [.. links.OrderBy(l => l.Start)];
    }

    private static string Content(SandboxPost post)
    {
        var html = RichText.Render(post.Text, post.Links, link => link.Kind == "link" ? "" : link.Kind == "tag" ? "mention hashtag" : "u-url mention");
        return post.Text.Length == 0 ? "" : "<p>" + html.Replace("\r", "", StringComparison.Ordinal).Replace("\n\n", "</p><p>", StringComparison.Ordinal).Replace("\n", "<br />", StringComparison.Ordinal) + "</p>";
    }

    [GeneratedRegex(@"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?)@[\p{L}\p{N}.-]+[\p{L}\p{N}]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RemoteMention();

    [GeneratedRegex("^[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex Language();
}
