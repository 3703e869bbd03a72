using System.Text;

namespace Publisher.Sandbox;

/// <summary>The Threads API v1.0: profile, containers, posts, replies.</summary>
internal sealed class Threads : GraphContainers
{
    private const string AllScopes = "threads_basic threads_content_publish threads_manage_replies threads_read_replies threads_delete";
    private const int MaxText = 500;
    private const int MaxAlt = 1000;
    private const int MaxLinks = 5;
    private static readonly string[] Kinds = ["TEXT", "IMAGE", "VIDEO", "CAROUSEL"];
    private static readonly string[] Audiences = ["everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"];
    private static readonly string[] ContainerFields =
    [
        "media_type!", "text", "image_url", "video_url", "alt_text", "is_carousel_item", "children", "reply_to_id", "reply_control", "link_attachment", "quote_post_id", "topic_tag",
        "is_spoiler_media", "location_id", "allowlisted_country_codes",
    ];

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } = [Account("26000000000000101", "environment", SandboxAccounts.Environment), Account("26000000000000102", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults => [("not-found-yet", "says the container does not exist, as it does right after it was made")];

    public Threads(World world) : base(world, "threads", "Threads", AllScopes, "TH")
    {
        string[] listing = ["fields", "since", "until", "limit", "before", "after"];
        Add(
            new("GET", "v1.0/me", CallKind.Read, Profile) { Scope = "threads_basic", Query = ["fields"] },
            new("POST", "v1.0/{user}/threads", CallKind.Media, Make) { Scope = "threads_content_publish", Accepts = FormOnly, Fields = ContainerFields },
            new("POST", "v1.0/{user}/threads_publish", CallKind.Create, Publish) { Scope = "threads_content_publish", Accepts = FormOnly, Fields = ["creation_id!"] },
            new("GET", "v1.0/{user}/threads", CallKind.Read, call => List(call, isReply: false)) { Scope = "threads_basic", Query = listing },
            new("GET", "v1.0/{user}/replies", CallKind.Read, call => List(call, isReply: true)) { Scope = "threads_read_replies", Query = listing },
            new("GET", "v1.0/{id}", CallKind.Read, Show) { Scope = "threads_basic", Query = ["fields"] },
            new("DELETE", "v1.0/{id}", CallKind.Change, Delete) { Scope = "threads_delete" },
            new("GET", "{user}/post/{code}", CallKind.Page, call => PostPage.Of(this, Feed.All.FirstOrDefault(p => p.Path == call.Path))));
    }

    protected override SandboxAccount Another(int number) => Account($"26000000000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("threads", sender, id, handle, sender)
    {
        Token = $"sandbox-threads-{handle}",
        ClientId = "sandbox-threads-client",
        ClientSecret = "sandbox-threads-secret",
    };

    protected override Answer? Special(Call call, string fault) => fault == "not-found-yet" ? NotReady("UNKNOWN") : null;

    protected override object Given(string token, ConsentCode code) => new { access_token = token, user_id = long.Parse(code.Account, System.Globalization.CultureInfo.InvariantCulture) };

    protected override string? AddressName(GraphContainer container) => container.Kind switch
    {
        "IMAGE" => "image_url",
        "VIDEO" => "video_url",
        _ => null,
    };

    protected override Answer? Check(Call call, GraphContainer container)
    {
        if (!Kinds.Contains(container.Kind) || container["reply_control"] is { Length: > 0 } audience && !Audiences.Contains(audience))
        {
            Object(call, "media_type or reply_control is not documented");
            return Error(100, "Invalid parameter");
        }

        if (AddressName(container) is { } name != (container["image_url"].Length + container["video_url"].Length > 0) || (AddressName(container) is { } needed && container[needed].Length == 0))
        {
            Object(call, $"{container.Kind} and the address given do not fit");
            return Error(100, "Param image_url or video_url does not fit media_type");
        }

        if (container.IsItem && container.Fields.Keys.Any(field => field is "text" or "reply_to_id" or "reply_control" or "topic_tag"))
        {
            Object(call, "an item of a carousel carries no text and no options");
            return Error(100, "Invalid parameter");
        }

        if (Length(container["text"]) > MaxText)
        {
            return Error(100, $"Param text must be at most {MaxText} characters long.");
        }

        return container.Kind == "TEXT" && string.IsNullOrWhiteSpace(container["text"]) ? Error(100, "The parameter text is required")
            : container["alt_text"].Length > MaxAlt ? Error(100, $"Param alt_text must be at most {MaxAlt} characters long.")
            : container["link_attachment"].Length > 0 && container.Kind != "TEXT" ? Error(100, "Param link_attachment can only be used with TEXT")
            : container["topic_tag"] is { Length: > 0 } topic && (topic.Length > 50 || topic.AsSpan().ContainsAny('.', '&')) ? Error(100, "Param topic_tag is invalid")
            : TextMarks.Addresses(container["text"]).Select(link => link.Address).Append(container["link_attachment"]).Where(link => link.Length > 0).Distinct().Count() > MaxLinks
                ? Error(100, "THREADS_API__LINK_LIMIT_EXCEEDED")
            : container["reply_to_id"] is { Length: > 0 } parent && Feed.Find(parent) is not { DeletedAt: null } ? Error(100, "The post to reply to does not exist")
            : container.Kind == "CAROUSEL" ? CheckChildren(call, container, 20)
            : null;
    }

    protected override string? Unfit(GraphContainer container, byte[]? bytes, SandboxMedia media) => (container.Kind, media.Type) switch
    {
        _ when bytes is null => container.Kind == "VIDEO" ? "FAILED_DOWNLOADING_VIDEO" : "UNKNOWN",
        ("IMAGE", "image/jpeg" or "image/png") when media.Bytes <= 8 * 1024 * 1024 => media.Width > media.Height * 10 || media.Height > media.Width * 10 ? "INVALID_ASPECT_RATIO" : null,
        ("VIDEO", "video/mp4") => null,
        ("VIDEO", _) => "FAILED_PROCESSING_VIDEO",
        _ => "UNKNOWN",
    };

    /// <summary>One answer for all: not there, not ready yet, failed, or published before.</summary>
    protected override Answer NotReady(string status) => Error(24, "The requested resource does not exist", 4279009);

    protected override SandboxPost Become(GraphContainer container, IReadOnlyList<SandboxMedia> media, string id)
    {
        var account = Accounts.First(a => a.Id == container.Account);
        var sent = container["text"];
        var links = TextMarks.Addresses(sent).Select(a => new SandboxLink(a.Start, a.Length, "link", a.Address))
            .Concat(TextMarks.Mentions(sent).Select(m => new SandboxLink(m.Start, m.Length, "mention", $"{Base}@{m.Name}"))).ToList();
        var shown = sent;
        if (container["topic_tag"].Length == 0 && TextMarks.Hashtags(sent).Select(tag => ((int Start, int Length, string Word)?)tag).FirstOrDefault() is { } topic)
        {
            // The first hashtag becomes the topic and loses its sign.
            shown = sent.Remove(topic.Start, 1);
            links = [.. links.Select(link => link.Start > topic.Start ? link with { Start = link.Start - 1 } : link), new SandboxLink(topic.Start, topic.Length - 1, "tag", topic.Word)];
        }

        return new SandboxPost
        {
            Platform = Key,
            Account = account.Id,
            Id = id,
            Path = $"@{account.Handle}/post/{Short(id)}",
            Text = shown,
            SentText = sent,
            Links = links,
            Media = media,
            ReplyTo = container["reply_to_id"] is { Length: > 0 } parent ? parent : null,
            Visibility = container["reply_control"] is { Length: > 0 } audience ? audience : null,
            At = World.Now,
            VisibleFrom = World.Now,
        };
    }

    /// <summary>Emoji by their bytes in UTF-8, all else by characters.</summary>
    private static int Length(string text)
    {
        var length = 0;
        var elements = System.Globalization.StringInfo.GetTextElementEnumerator(text.Normalize());
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var isEmoji = element.EnumerateRunes().Any(rune => rune.Value is 0xFE0F or 0x20E3 || (rune.Value > 0x22FF && Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.OtherSymbol));
            length += isEmoji ? Encoding.UTF8.GetByteCount(element) : element.EnumerateRunes().Count();
        }

        return length;
    }

    private Answer Profile(Call call) => Answer.Json(Choose(call, new()
    {
        ["id"] = call.Account.Id,
        ["username"] = call.Account.Handle,
        ["name"] = call.Account.DisplayName,
        ["threads_profile_picture_url"] = null,
        ["threads_biography"] = "",
    }));

    private Answer Show(Call call)
    {
        if (Find(call["id"]) is { } container && container.Account == call.Account.Id)
        {
            return Answer.Json(Choose(call, new() { ["id"] = container.Id, ["status"] = container.Status(World.Now), ["error_message"] = container.Failure }));
        }

        return Feed.Find(call["id"]) is { DeletedAt: null } post && post.At <= World.Now - call.Lag ? Answer.Json(Choose(call, View(post))) : Missing(call["id"]);
    }

    private Answer List(Call call, bool isReply) => call["user"] != call.Account.Id && call["user"] != "me"
        ? Missing(call["user"])
        : Page(call, Feed.Newest(call.Account.Id, World.Now - call.Lag).Where(post => post.ReplyTo is not null == isReply), 100, View);

    private Answer Delete(Call call)
    {
        if (Feed.Find(call["id"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            return Missing(call["id"]);
        }

        Feed.Change(post.Id, p => p with { DeletedAt = World.Now });
        return Answer.Json(new { success = true, deleted_id = post.Id });
    }

    private Dictionary<string, object?> View(SandboxPost post) => new()
    {
        ["id"] = post.Id,
        ["media_product_type"] = "THREADS",
        ["media_type"] = post.Media.Count switch { 0 => "TEXT_POST", 1 => post.Media[0].Type.StartsWith("video/", StringComparison.Ordinal) ? "VIDEO" : "IMAGE", _ => "CAROUSEL_ALBUM" },
        ["permalink"] = Base + post.Path,
        ["username"] = Accounts.First(a => a.Id == post.Account).Handle,
        ["text"] = post.Text.Length > 0 ? post.Text : null,
        ["children"] = post.Media.Count > 1 ? new { data = post.Media.Select((_, at) => new { id = $"{post.Id}{at}" }) } : null,
        ["timestamp"] = Time(post.At),
        ["shortcode"] = post.Path[(post.Path.LastIndexOf('/') + 1)..],
        ["is_reply"] = post.ReplyTo is not null,
        ["replied_to"] = post.ReplyTo is { } parent ? new { id = parent } : null,
    };
}
