namespace Publisher.Sandbox;

/// <summary>Instance and account entities as a Mastodon server words them.</summary>
internal sealed partial class Mastodon
{
    private static readonly string[] MimeTypes =
    [
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif", "video/webm", "video/mp4", "video/quicktime", "video/ogg",
    ];

    private object Configuration() => new
    {
        urls = new { streaming = "wss://" + SandboxAccounts.MastodonDomain },
        accounts = new { max_featured_tags = 10, max_pinned_statuses = 5 },
        statuses = new { max_characters = MaxCharacters, max_media_attachments = MaxMedia, characters_reserved_per_url = 23 },
        media_attachments = new
        {
            description_limit = MaxDescription,
            supported_mime_types = MimeTypes,
            image_size_limit = MaxImageBytes,
            image_matrix_limit = MaxPixels,
            video_size_limit = MaxVideoBytes,
            video_frame_rate_limit = 120,
            video_matrix_limit = 8_294_400,
        },
        polls = new { max_options = 4, max_characters_per_option = 50, min_expiration = 300, max_expiration = 2_629_746 },
        translation = new { enabled = false },
    };

    private object Instance() => new
    {
        domain = SandboxAccounts.MastodonDomain,
        title = "Social of the federal government (sandbox)",
        version = Version,
        source_url = "https://github.com/mastodon/mastodon",
        description = "A stand-in: nothing posted here leaves this machine.",
        usage = new { users = new { active_month = Accounts.Count } },
        thumbnail = new { url = World.Address + "_sandbox/pictures/flood-warning-centre.png" },
        icon = Array.Empty<object>(),
        languages = new[] { "en" },
        configuration = Configuration(),
        registrations = new { enabled = false, approval_required = false, message = (string?)null },
        api_versions = new { mastodon = 7 },
        contact = new { email = "press@example.gov", account = Person(Accounts[0]) },
        rules = Array.Empty<object>(),
    };

    private object InstanceV1() => new
    {
        uri = SandboxAccounts.MastodonDomain,
        title = "Social of the federal government (sandbox)",
        short_description = "A stand-in.",
        description = "A stand-in: nothing posted here leaves this machine.",
        email = "press@example.gov",
        version = Version,
        urls = new { streaming_api = "wss://" + SandboxAccounts.MastodonDomain },
        stats = new { user_count = Accounts.Count, status_count = Feed.Count, domain_count = 1 },
        thumbnail = (string?)null,
        languages = new[] { "en" },
        registrations = false,
        approval_required = false,
        invites_enabled = false,
        configuration = Configuration(),
        contact_account = Person(Accounts[0]),
        rules = Array.Empty<object>(),
    };

    private Dictionary<string, object?> Person(SandboxAccount account, bool own = false)
    {
        var picture = World.Address + "_sandbox/pictures/" + account.Handle + ".png";
        var person = new Dictionary<string, object?>
        {
            ["id"] = account.Id,
            ["username"] = account.Handle,
            ["acct"] = account.Handle,
            ["display_name"] = account.DisplayName,
            ["locked"] = false,
            ["bot"] = false,
            ["discoverable"] = true,
            ["indexable"] = true,
            ["group"] = false,
            ["created_at"] = "2023-01-02T00:00:00.000Z",
            ["note"] = "",
            ["url"] = Base + "@" + account.Handle,
            ["uri"] = Base + "users/" + account.Handle,
            ["avatar"] = picture,
            ["avatar_static"] = picture,
            ["header"] = picture,
            ["header_static"] = picture,
            ["followers_count"] = SandboxCounts.Followers(account.Id),
            ["following_count"] = 12,
            ["statuses_count"] = Feed.CountOf(account.Id),
            ["last_status_at"] = null,
            ["emojis"] = Array.Empty<object>(),
            ["fields"] = Array.Empty<object>(),
        };
        if (own)
        {
            person["source"] = new { privacy = "public", sensitive = false, language = "en", note = "", fields = Array.Empty<object>(), follow_requests_count = 0, indexable = true };
            person["role"] = new { id = "-99", name = "", permissions = "0", color = "", highlighted = false };
        }

        return person;
    }
}
