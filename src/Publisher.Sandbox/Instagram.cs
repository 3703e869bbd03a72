using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>The Instagram API with Instagram Login, v26.0: account, containers, media. Nothing can be deleted by it.</summary>
internal sealed class Instagram : GraphContainers
{
    private const string AllScopes = "instagram_business_basic instagram_business_content_publish";
    private const int MaxCaption = 2200;
    private const int MaxAlt = 1000;
    private const int MaxTags = 30;
    private const int MaxMentions = 20;
    private const int PostsPerDay = 100;
    private static readonly string[] Kinds = ["", "REELS", "STORIES", "VIDEO", "CAROUSEL"];
    private static readonly string[] ContainerFields =
    [
        "media_type", "image_url", "video_url", "caption", "alt_text", "is_carousel_item", "children", "share_to_feed", "cover_url", "thumb_offset", "collaborators", "location_id",
        "user_tags", "product_tags", "audio_name", "trial_params", "upload_type",
    ];

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } = [Account("17841400000000101", "environment", SandboxAccounts.Environment), Account("17841400000000102", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults =>
    [
        ("not-ready-yet", "says the container is not ready, although it is"),
        ("quota-reached", "the day's posts are used up"),
    ];

    public Instagram(World world) : base(world, "instagram", "Instagram", AllScopes, "IG")
    {
        Add(
            new("GET", "v26.0/me", CallKind.Read, Profile) { Scope = "instagram_business_basic", Query = ["fields"] },
            new("POST", "v26.0/{user}/media", CallKind.Media, Make) { Scope = "instagram_business_content_publish", Accepts = FormOnly, Fields = ContainerFields },
            new("POST", "v26.0/{user}/media_publish", CallKind.Create, call => OverQuota(call) ?? Publish(call)) { Scope = "instagram_business_content_publish", Accepts = FormOnly, Fields = ["creation_id!"] },
            new("GET", "v26.0/{user}/media", CallKind.Read, List) { Scope = "instagram_business_basic", Query = ["fields", "since", "until", "limit", "before", "after"] },
            new("GET", "v26.0/{user}/content_publishing_limit", CallKind.Read, ShowQuota) { Scope = "instagram_business_content_publish", Query = ["fields", "since"] },
            new("GET", "v26.0/{id}", CallKind.Read, Show) { Scope = "instagram_business_basic", Query = ["fields"] },
            new("GET", "p/{code}/", CallKind.Page, call => PostPage.Of(this, Feed.All.FirstOrDefault(p => p.Path == call.Path))),
            new("GET", "reel/{code}/", CallKind.Page, call => PostPage.Of(this, Feed.All.FirstOrDefault(p => p.Path == call.Path))));
    }

    protected override SandboxAccount Another(int number) => Account($"17841400000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("instagram", sender, id, handle, sender)
    {
        Token = $"sandbox-instagram-{handle}",
        ClientId = "sandbox-instagram-client",
        ClientSecret = "sandbox-instagram-secret",
    };

    protected override Answer? Special(Call call, string fault) => fault switch
    {
        "not-ready-yet" => NotReady("IN_PROGRESS"),
        "quota-reached" => QuotaReached(),
        _ => null,
    };

    /// <summary>In a list of one, unlike the other products.</summary>
    protected override object Given(string token, ConsentCode code) => new { data = new[] { new { access_token = token, user_id = code.Account, permissions = code.Scope } } };

    protected override string? AddressName(GraphContainer container) => container.Kind switch
    {
        "" => "image_url",
        "STORIES" => container["video_url"].Length > 0 ? "video_url" : "image_url",
        "REELS" or "VIDEO" => "video_url",
        _ => null,
    };

    protected override Answer? Check(Call call, GraphContainer container)
    {
        var name = AddressName(container);
        if (!Kinds.Contains(container.Kind) || (container.Kind == "VIDEO" && !container.IsItem))
        {
            Object(call, $"media_type {container.Kind} is not documented here");
            return Error(100, "Only photo or video can be accepted as media type.", 2207023);
        }

        if ((name is not null && container[name].Length == 0) || new[] { "image_url", "video_url" }.Any(other => other != name && container[other].Length > 0))
        {
            Object(call, "the addresses given do not fit the media_type");
            return Error(100, "The parameter image_url or video_url is required");
        }

        if (name is not null && container[name].Any(letter => letter > 127))
        {
            Object(call, "the address is not ASCII");
            return Error(9004, "Only photo or video can be accepted as media type.", 2207052);
        }

        if (container.IsItem && (container["caption"].Length > 0 || container.Kind is "REELS" or "STORIES" or "CAROUSEL"))
        {
            Object(call, "an item of a carousel is a picture or a VIDEO without a caption");
            return Error(100, "Invalid parameter");
        }

        if (container["alt_text"].Length > 0 && name != "image_url")
        {
            Object(call, "alt_text is for pictures only");
            return Error(100, "Invalid parameter: alt_text");
        }

        var caption = container["caption"];
        return caption.Length > MaxCaption ? Error(36004, "The caption was too long.", 2207010)
            : TextMarks.Hashtags(caption).Count() > MaxTags || TextMarks.Mentions(caption).Count() > MaxMentions ? Error(100, "Too many hashtags or mentions in the caption")
            : container["alt_text"].Length > MaxAlt ? Error(100, $"Param alt_text must be at most {MaxAlt} characters long.")
            : container.Kind == "CAROUSEL" ? CheckChildren(call, container, 10)
            : null;
    }

    protected override string? Unfit(GraphContainer container, byte[]? bytes, SandboxMedia media)
    {
        if (bytes is null)
        {
            return Failed(2207052);
        }

        if (AddressName(container) == "video_url")
        {
            return media.Type == "video/mp4" ? null : Failed(2207026);
        }

        var ratio = (double)(media.Width ?? 1) / (media.Height ?? 1);
        return media.Type != "image/jpeg" ? Failed(2207005)
            : media.Bytes > 8 * 1024 * 1024 ? Failed(2207004)
            : ratio is < 0.795 or > 1.915 && container.Kind != "STORIES" ? Failed(2207009)
            : null;

        static string Failed(int code) => $"Error: Media upload has failed with error code {code}";
    }

    protected override Answer NotReady(string status) => status switch
    {
        "IN_PROGRESS" => Error(9007, "Media ID is not available", 2207027),
        "EXPIRED" => Error(24, "The media container you are trying to publish has expired.", 2207008),
        _ => Error(24, "The requested resource does not exist", 2207006),
    };

    protected override SandboxPost Become(GraphContainer container, IReadOnlyList<SandboxMedia> media, string id)
    {
        var caption = container["caption"];
        return new SandboxPost
        {
            Platform = Key,
            Account = container.Account,
            Id = id,
            Path = $"{(container.Kind == "REELS" ? "reel" : "p")}/{Short(id)}/",
            Text = caption,
            SentText = caption,
            Links =
            [
                .. TextMarks.Hashtags(caption).Select(tag => new SandboxLink(tag.Start, tag.Length, "tag", tag.Word)),
                .. TextMarks.Mentions(caption).Select(m => new SandboxLink(m.Start, m.Length, "mention", $"{Base}{m.Name}/")),
            ],
            Media = [.. media.Select(one => one.Type.StartsWith("video/", StringComparison.Ordinal) ? one with { Alt = null, CoverAt = Moment(container) } : one)],
            Visibility = container.Kind == "REELS" && container["share_to_feed"] == "false" ? "reels only" : null,
            At = World.Now,
            VisibleFrom = World.Now,
        };
    }

    private static long? Moment(GraphContainer container) => long.TryParse(container["thumb_offset"], NumberStyles.None, CultureInfo.InvariantCulture, out var moment) ? moment : null;

    private static Answer QuotaReached() => Error(9, "The user has reached the maximum number of posts that is allowed to be created by the content publishing API.", 2207042, status: 403);

    private int Used(string account) => Feed.Newest(account, World.Now).Count(post => post.At > World.Now.AddDays(-1));

    private Answer? OverQuota(Call call) => Used(call.Account.Id) >= PostsPerDay ? QuotaReached() : null;

    private Answer ShowQuota(Call call) => Answer.Json(new { data = new[] { new { quota_usage = Used(call.Account.Id), config = new { quota_total = PostsPerDay, quota_duration = 86400 } } } });

    private Answer Profile(Call call) => Answer.Json(Choose(call, new()
    {
        // An id of the app's own for this account; the other is the account's.
        ["id"] = call.Account.Id.Replace("178414", "249000", StringComparison.Ordinal),
        ["user_id"] = call.Account.Id,
        ["username"] = call.Account.Handle,
        ["name"] = call.Account.DisplayName,
        ["account_type"] = "BUSINESS",
        ["followers_count"] = SandboxCounts.Followers(call.Account.Id),
        ["media_count"] = Feed.CountOf(call.Account.Id),
    }));

    private Answer Show(Call call)
    {
        if (Find(call["id"]) is { } container && container.Account == call.Account.Id)
        {
            var state = container.Status(World.Now);
            return Answer.Json(Choose(call, new()
            {
                ["id"] = container.Id,
                ["status_code"] = state,
                ["status"] = container.Failure ?? (state == "IN_PROGRESS" ? "In Progress: Media is still being processed." : $"{state}: Media has been uploaded."),
            }));
        }

        return Feed.Find(call["id"]) is { DeletedAt: null } post && post.At <= World.Now - call.Lag ? Answer.Json(Choose(call, View(post))) : Missing(call["id"]);
    }

    private Answer List(Call call) => call["user"] != call.Account.Id && call["user"] != "me" ? Missing(call["user"]) : Page(call, Feed.Newest(call.Account.Id, World.Now - call.Lag), 100, View);

    private Dictionary<string, object?> View(SandboxPost post) => new()
    {
        ["id"] = post.Id,
        ["caption"] = post.Text.Length > 0 ? post.Text : null,
        ["media_type"] = post.Media.Count > 1 ? "CAROUSEL_ALBUM" : post.Path.StartsWith('r') ? "VIDEO" : "IMAGE",
        ["media_product_type"] = post.Path.StartsWith('r') ? "REELS" : "FEED",
        ["permalink"] = Base + post.Path,
        ["shortcode"] = post.Path.Split('/')[1],
        ["timestamp"] = Time(post.At),
        ["like_count"] = SandboxCounts.Of(post.Id).Likes,
        ["comments_count"] = SandboxCounts.Of(post.Id).Replies,
        ["username"] = Accounts.First(a => a.Id == post.Account).Handle,
    };
}
