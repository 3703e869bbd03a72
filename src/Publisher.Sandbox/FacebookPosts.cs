using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Posts of Facebook pages.</summary>
internal sealed partial class Facebook
{
    private const int MaxMessage = 63_206;

    private static readonly Shape PostShape = Shape.Object(
        ("message", Shape.Text), ("link", Shape.Text), ("published", Shape.Flag), ("attached_media", Shape.List(Shape.Object(("media_fbid!", Shape.Text)), min: 1)));

    private void AddPosts() => Add(
        new("POST", "v26.0/{page}/feed", CallKind.Create, Post) { Scope = "pages_manage_posts", Query = Proof, Accepts = ["application/json"], Shape = PostShape },
        new("GET", "v26.0/{page}/published_posts", CallKind.Read, List) { Scope = "pages_read_engagement", Query = [.. Proof, "fields", "limit", "since", "until", "after", "before"] },
        new("GET", "v26.0/{id}", CallKind.Read, Show) { Scope = "pages_read_engagement", Query = [.. Proof, "fields"] },
        new("POST", "v26.0/{id}", CallKind.Change, Edit) { Scope = "pages_manage_posts", Query = Proof, Accepts = ["application/json"], Shape = Shape.Object(("message", Shape.Text), ("description", Shape.Text)) },
        new("DELETE", "v26.0/{id}", CallKind.Change, Delete) { Scope = "pages_manage_posts", Query = Proof },
        new("GET", "{id}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))));

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private Answer Post(Call call)
    {
        if (call["page"] != call.Account.Id)
        {
            return Error(200, "(#200) The permission(s) pages_manage_posts are not available for this page");
        }

        var message = Text(call.Json, "message");
        var link = Text(call.Json, "link");
        var (media, refusal) = call.Json.TryGetProperty("attached_media", out var attached) ? Take(call, [.. attached.EnumerateArray().Select(one => Text(one, "media_fbid"))]) : ([], null);
        if (refusal is not null)
        {
            return refusal;
        }

        if (message.Length == 0 && link.Length == 0 && media.Count == 0)
        {
            return Error(100, "(#100) Param message or link is required");
        }

        if (message.Length > MaxMessage)
        {
            return Error(100, $"(#100) Param message must be at most {MaxMessage} characters");
        }

        if (link.Length > 0 && (!Uri.TryCreate(link, UriKind.Absolute, out var address) || address.Host.EndsWith("facebook.com", StringComparison.Ordinal)))
        {
            return Error(100, "(#100) The url you supplied is invalid", link.Contains("facebook.com", StringComparison.Ordinal) ? 1609008 : 2061006);
        }

        // With photos a link is passed over.
        var post = NewPost(call.Account.Id, message, media, World.Now) with { Card = link.Length > 0 && media.Count == 0 ? new SandboxCard(link, new Uri(link).Host, "", null) : null };
        Feed.Add(post);
        return Answer.Json(new { id = post.Id });
    }

    private SandboxPost NewPost(string page, string message, IReadOnlyList<SandboxMedia> media, DateTimeOffset visibleFrom)
    {
        var id = $"{page}_{Feed.NextNumber(World.Now)}";
        return new SandboxPost
        {
            Platform = Key,
            Account = page,
            Id = id,
            Path = id,
            Text = message,
            SentText = message,
            Links = LinksOf(message),
            Media = media,
            At = World.Now,
            VisibleFrom = visibleFrom,
        };
    }

    private static SandboxLink[] LinksOf(string message) =>
    [
        .. TextMarks.Addresses(message).Select(link => new SandboxLink(link.Start, link.Length, "link", link.Address)),
        .. TextMarks.Hashtags(message).Select(tag => new SandboxLink(tag.Start, tag.Length, "tag", tag.Word)),
    ];

    private Answer List(Call call) => call["page"] != call.Account.Id ? Missing(call["page"]) : Page(call, Feed.Newest(call.Account.Id, World.Now - call.Lag), 100, View);

    private Answer Show(Call call)
    {
        if (call["id"] == call.Account.Id)
        {
            return Answer.Json(Choose(call, new() { ["id"] = call.Account.Id, ["name"] = call.Account.DisplayName, ["followers_count"] = SandboxCounts.Followers(call.Account.Id) }));
        }

        if (ShowVideo(call) is { } video)
        {
            return video;
        }

        return Feed.Find(call["id"]) is { DeletedAt: null } post && post.Account == call.Account.Id && post.VisibleFrom <= World.Now - call.Lag ? Answer.Json(Choose(call, View(post))) : Missing(call["id"]);
    }

    /// <summary>A post has a message, a video a description: neither takes the other's. Preview and files stay.</summary>
    private Answer Edit(Call call)
    {
        var ofVideo = PostOf(call["id"]);
        if (Feed.Find(ofVideo ?? call["id"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return Missing(call["id"]);
        }

        var field = ofVideo is null ? "message" : "description";
        if (!call.Json.TryGetProperty(field, out var text) || call.Json.EnumerateObject().Count() > 1)
        {
            Object(call, $"{field} is what can be changed here");
            return Error(100, $"(#100) Param {field} is required");
        }

        var message = text.GetString()!;
        if (message.Length > MaxMessage)
        {
            return Error(100, $"(#100) Param {field} must be at most {MaxMessage} characters");
        }

        Feed.Change(post.Id, p => p with { Text = message, SentText = message, Links = LinksOf(message), EditedAt = World.Now });
        return Answer.Json(new { success = true });
    }

    private Answer Delete(Call call)
    {
        // A video is deleted by its own number, its post goes with it.
        var id = PostOf(call["id"]) ?? call["id"];
        if (Feed.Find(id) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return Missing(call["id"]);
        }

        Feed.Change(post.Id, p => p with { DeletedAt = World.Now });
        return Answer.Json(new { success = true });
    }

    private Dictionary<string, object?> View(SandboxPost post) => new()
    {
        ["id"] = post.Id,
        ["message"] = post.Text.Length > 0 ? post.Text : null,
        ["created_time"] = Time(post.At),
        ["updated_time"] = Time(post.EditedAt ?? post.At),
        ["permalink_url"] = Base + post.Path,
        ["is_published"] = true,
        ["reactions"] = new { data = Array.Empty<object>(), summary = new { total_count = SandboxCounts.Of(post.Id).Likes } },
        ["shares"] = new { count = SandboxCounts.Of(post.Id).Shares },
        ["status_type"] = post.Media.Count > 0 ? "added_photos" : "mobile_status_update",
    };
}
