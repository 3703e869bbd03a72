using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>TikTok's Content Posting API: sign-in, creator, listing. Posts: <c>TikTokPosts.cs</c>, bytes: <c>TikTokMedia.cs</c>.</summary>
internal sealed partial class TikTok : PlatformServer
{
    private const string AllScopes = "user.info.basic video.publish video.list";
    private const int TitleShown = 150;
    private static readonly TimeSpan AccessLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(365);
    private static readonly string[] Json = ["application/json"];
    private static readonly string[] VideoFields = ["id", "title", "video_description", "create_time", "share_url", "cover_image_url", "duration", "height", "width", "embed_html", "embed_link", "like_count", "comment_count", "share_count", "view_count"];
    private readonly Consent _consent;

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } =
    [
        Account("-000SandboxEnvironment0000000000000001", "environment", SandboxAccounts.Environment),
        Account("-000SandboxWater000000000000000000002", "water", SandboxAccounts.Water),
    ];

    public override (string Kind, string Does)[] OwnFaults =>
    [
        ("unaudited", "refuses every post that not only its author can see, as for an app that has not been audited"),
        ("too-many-posts", "says that the account has posted enough for today"),
        ("processing-fails", "takes the post and later says that it failed"),
    ];

    public TikTok(World world) : base(world, "tiktok", "TikTok")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(10), id => Accounts.Any(a => a.ClientId == id))
        {
            ClientName = "client_key",
            WriteChallenge = Convert.ToHexStringLower,
            Required = ["client_key", "response_type", "scope", "redirect_uri", "state"],
            Optional = ["code_challenge", "code_challenge_method", "disable_auto_auth"],
        };
        string[] form = ["application/x-www-form-urlencoded"];
        Add(_consent.Routes("v2/auth/authorize/"));
        Add(
            new("POST", "v2/oauth/token/", CallKind.Token, GiveToken)
            {
                Open = true,
                Accepts = form,
                Fields = ["client_key!", "client_secret!", "grant_type!", "code", "redirect_uri", "code_verifier", "refresh_token"],
            },
            new("POST", "v2/oauth/revoke/", CallKind.Token, Revoke) { Open = true, Accepts = form, Fields = ["client_key!", "client_secret!", "token!"] },
            new("POST", "v2/post/publish/creator_info/query/", CallKind.Read, ShowCreator) { Scope = "video.publish", Accepts = Json, Shape = Shape.Object() },
            new("POST", "v2/video/list/", CallKind.Read, ListVideos)
            {
                Scope = "video.list",
                Query = ["fields"],
                Accepts = Json,
                Shape = Shape.Object(("max_count", Shape.Whole), ("cursor", Shape.Whole)),
            },
            new("GET", "{user}/video/{id}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))));
        AddPosts();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = AllScopes, Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = AllScopes, Expires = World.Now + RefreshLife });
    }

    protected override SandboxAccount Another(int number) => Account($"-000SandboxOffice{number:00000000000000000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("tiktok", sender, id, handle, sender)
    {
        Token = $"sandbox-tiktok-{handle}",
        RefreshToken = $"sandbox-tiktok-{handle}-refresh",
        ClientId = "sandbox-tiktok-key",
        ClientSecret = "sandbox-tiktok-secret",
    };

    // Expired, revoked and unknown tokens are refused in the same words.
    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken or Trouble.BadToken or Trouble.RevokedToken or Trouble.ExpiredToken => Error(401, "access_token_invalid", "The access token is invalid or not found in the request."),
        Trouble.MissingScope => Error(401, "scope_not_authorized", "The user did not authorize the scope required for completing this request."),
        Trouble.UnknownPath => Error(404, "unsupported_path", "Unsupported path"),
        Trouble.UnknownHeader => null,
        _ => Error(400, "invalid_params", detail),
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later."),
        _ => Error(status, "internal_error", "Something went wrong. Please try again later."),
    };

    protected override Answer? CheckHeaders(Call call, Route route)
    {
        if (route.Accepts == Json && !call.Headers.ContentType.ToString().Contains("charset=utf-8", StringComparison.OrdinalIgnoreCase))
        {
            Object(call, "the content type is application/json; charset=UTF-8");
            return Error(400, "invalid_params", "Content-Type");
        }

        return null;
    }

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        var limit = route.Path switch
        {
            "v2/post/publish/creator_info/query/" => new RateLimit("creator", 20, TimeSpan.FromMinutes(1)),
            "v2/post/publish/status/fetch/" => new RateLimit("status", 30, TimeSpan.FromMinutes(1)),
            "v2/post/publish/video/init/" or "v2/post/publish/content/init/" => new RateLimit("init", 6, TimeSpan.FromMinutes(1)),
            _ => null,
        };
        return limit is not null && Rates.Count(call.Signed?.Id ?? "nobody", limit, World.Now).IsOver && World.Options.EnforceRateLimits ? Fail(429) : answer;
    }

    private static Answer Ok(object data) => Answer.Json(new { data, error = new { code = "ok", message = "", log_id = LogId() } });

    private static Answer Error(int status, string code, string message) => Answer.Json(new { data = new { }, error = new { code, message, log_id = LogId() } }, status);

    private static Answer OAuthError(string error, string description) => Answer.Json(new { error, error_description = description, log_id = LogId() }, 400);

    private static string LogId() => Guid.NewGuid().ToString("N").ToUpperInvariant();

    private bool IsClient(Call call) => Accounts.Any(a => a.ClientId == call.Field("client_key") && a.ClientSecret == call.Field("client_secret"));

    private Answer GiveToken(Call call)
    {
        if (!IsClient(call))
        {
            return OAuthError("invalid_client", "Client key or secret is incorrect.");
        }

        switch (call.Field("grant_type"))
        {
            case "authorization_code":
                var (code, error) = _consent.Redeem(call.Field("code"), call.Field("client_key"), call.Field("redirect_uri"), call.Field("code_verifier"));
                return code is null ? OAuthError("invalid_grant", error) : Answer.Json(Pair(code.Account, code.Scope.Replace(',', ' ')));
            case "refresh_token":
                if (Tokens.Find(call.Field("refresh_token")) is not { Kind: "refresh", Revoked: false } refresh || refresh.Expires <= World.Now)
                {
                    return OAuthError("invalid_grant", "Refresh token is invalid or expired.");
                }

                // The documentation says that another may come; here it always does, and the old one is over.
                refresh.Revoked = true;
                return Answer.Json(Pair(refresh.Account, refresh.Scope));
            default:
                Object(call, "grant_type is not documented");
                return OAuthError("unsupported_grant_type", "The grant type is not supported");
        }
    }

    private object Pair(string account, string scope) => new
    {
        open_id = account,
        scope = scope.Replace(' ', ','),
        access_token = Tokens.Issue("act.", account, "access", scope, World.Now + AccessLife).Token,
        expires_in = (int)AccessLife.TotalSeconds,
        refresh_token = Tokens.Issue("rft.", account, "refresh", scope, World.Now + RefreshLife).Token,
        refresh_expires_in = (int)RefreshLife.TotalSeconds,
        token_type = "Bearer",
    };

    private Answer Revoke(Call call)
    {
        if (!IsClient(call))
        {
            return OAuthError("invalid_client", "Client key or secret is incorrect.");
        }

        if (Tokens.Find(call.Field("token")) is { } grant)
        {
            grant.Revoked = true;
        }

        return Answer.Empty(200);
    }

    private static string[] PrivacyOf(SandboxAccount account) => account.Handle == "water"
        ? ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]
        : ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"];

    // The second account has switched comments off in the app.
    private static bool HasCommentsOff(SandboxAccount account) => account.Handle == "water";

    private static Answer ShowCreator(Call call) => Ok(new
    {
        creator_avatar_url = "",
        creator_username = call.Account.Handle,
        creator_nickname = call.Account.DisplayName,
        privacy_level_options = PrivacyOf(call.Account),
        comment_disabled = HasCommentsOff(call.Account),
        duet_disabled = false,
        stitch_disabled = false,
        max_video_post_duration_sec = 300,
    });

    // Only what everybody can see is listed, and its title is cut.
    private Answer ListVideos(Call call)
    {
        var fields = (call.Asked("fields") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var count = call.Json.TryGetProperty("max_count", out var asked) ? asked.GetInt64() : 10;
        if (fields.Length == 0 || fields.Any(field => !VideoFields.Contains(field)) || count is < 1 or > 20)
        {
            Object(call, "fields names documented fields, max_count is 1 to 20");
            return Error(400, "invalid_params", "fields or max_count");
        }

        var before = call.Json.TryGetProperty("cursor", out var cursor) ? cursor.GetInt64() : long.MaxValue;
        var found = Feed.Newest(call.Account.Id, World.Now - call.Lag)
            .Where(post => post.Visibility == Everyone && post.At.ToUnixTimeMilliseconds() < before)
            .Take((int)count + 1).ToList();
        var page = found.Take((int)count).ToList();
        var videos = page.Select(post => (Post: post, Counts: SandboxCounts.Of(post.Id))).Select(one => new Dictionary<string, object>
        {
            ["id"] = one.Post.Id,
            ["title"] = Cut(one.Post.SentText),
            ["video_description"] = Cut(one.Post.SentText),
            ["create_time"] = one.Post.At.ToUnixTimeSeconds(),
            ["share_url"] = Base + one.Post.Path,
            ["like_count"] = one.Counts.Likes,
            ["comment_count"] = one.Counts.Replies,
            ["share_count"] = one.Counts.Shares,
            ["view_count"] = one.Counts.Views,
        }.Where(field => fields.Contains(field.Key)).ToDictionary());
        return Ok(new { videos = videos.ToArray(), cursor = page.Count > 0 ? page[^1].At.ToUnixTimeMilliseconds() : 0, has_more = found.Count > count });
    }

    private static string Cut(string text) => text.Length > TitleShown ? text[..TitleShown] : text;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
