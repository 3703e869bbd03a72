using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>YouTube's Data API v3 and Google's sign-in, all of Google's hosts below one address. Uploads: <c>YouTubeUploads.cs</c>, videos: <c>YouTubeVideos.cs</c> and <c>YouTubeResources.cs</c>.</summary>
internal sealed partial class YouTube : PlatformServer
{
    private const string UploadScope = "https://www.googleapis.com/auth/youtube.upload";
    private const string ManageScope = "https://www.googleapis.com/auth/youtube.force-ssl";
    private static readonly TimeSpan AccessLife = TimeSpan.FromSeconds(3599);
    private readonly Consent _consent;

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } =
        [Account("UCsandboxEnvironment0001a", "environment", SandboxAccounts.Environment), Account("UCsandboxWaterAgency0002b", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults =>
    [
        ("audit-missing", "keeps the video private, as for an app that has not passed the audit, in an otherwise successful answer"),
        ("quota-exceeded", "says that the app's daily quota is used up"),
        ("subscribers-hidden", "hides how many subscribed, as a channel may choose (on reads)"),
    ];

    public YouTube(World world) : base(world, "youtube", "YouTube")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(10), id => Known[0].ClientId == id)
        {
            Required = ["response_type", "client_id", "redirect_uri", "scope"],
            Optional = ["state", "access_type", "prompt", "include_granted_scopes", "login_hint", "code_challenge", "code_challenge_method"],
        };
        string[] form = ["application/x-www-form-urlencoded"];
        Add(_consent.Routes("o/oauth2/v2/auth"));
        Add(
            new("POST", "token", CallKind.Token, GiveToken)
            {
                Open = true,
                Accepts = form,
                Fields = ["grant_type!", "code", "client_id!", "client_secret!", "redirect_uri", "refresh_token", "code_verifier"],
            },
            new("POST", "revoke", CallKind.Token, Revoke) { Open = true, Accepts = form, Fields = ["token!"] },
            new("GET", "youtube/v3/channels", CallKind.Read, call => Channels(call, isHidden: false)) { Scope = ManageScope, Query = ["part", "mine", "id", "maxResults"] });
        AddUploads();
        AddVideos();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = $"{UploadScope} {ManageScope}", Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = $"{UploadScope} {ManageScope}" });
    }

    protected override SandboxAccount Another(int number) => Account($"UCsandboxOffice00000{number:0000}x", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("youtube", sender, id, handle, sender)
    {
        Token = $"sandbox-youtube-{handle}",
        RefreshToken = $"sandbox-youtube-{handle}-refresh",
        ClientId = "sandbox-youtube-client.apps.googleusercontent.com",
        ClientSecret = "sandbox-youtube-secret",
    };

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        // One wording for a token that is unknown, lapsed or revoked.
        Trouble.NoToken or Trouble.BadToken or Trouble.ExpiredToken or Trouble.RevokedToken => Error(401, "authError", "Invalid Credentials"),
        Trouble.MissingScope => Error(403, "insufficientPermissions", "Request had insufficient authentication scopes."),
        Trouble.UnknownPath => Error(404, "notFound", "Not Found"),
        Trouble.WrongMethod => Error(405, "httpMethodNotAllowed", "Method not allowed"),
        Trouble.UnknownHeader => null,
        Trouble.UnknownParameter => Error(400, "badRequest", "Invalid JSON payload or query received. " + detail),
        _ => Error(400, "badRequest", detail),
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, "rateLimitExceeded", "Too many requests"),
        500 => Error(500, "internalError", "Internal error encountered."),
        502 or 504 => Answer.Html($"<!DOCTYPE html><html lang=en><title>Error {status} (Server Error)!!1</title><p>The server encountered a temporary error.", status),
        503 => Error(503, "backendError", "The service is currently unavailable."),
        _ => Error(status, "backendError", "Request failed"),
    };

    protected override Answer? Special(Call call, string fault)
    {
        if (fault == "quota-exceeded")
        {
            return Error(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.");
        }

        return fault == "subscribers-hidden" ? call.Path.EndsWith("/channels", StringComparison.Ordinal) ? Channels(call, isHidden: true) : null
            : call.Method == "PUT" ? KeepPrivate(call)
            : null;
    }

    private static Answer Error(int status, string reason, string message) => Answer.Json(new
    {
        error = new { code = status, message, errors = new[] { new { message, domain = status == 401 || reason == "insufficientPermissions" ? "global" : "youtube.video", reason } } },
    }, status);

    private static Answer OAuthError(string error, string description, int status = 400) => Answer.Json(new { error, error_description = description }, status);

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string UploadsOf(SandboxAccount account) => "UU" + account.Id[2..];

    private static string[] Parts(Call call) => (call.Asked("part") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Down to three digits and noughts, as subscribers are told.</summary>
    private static string Rounded(int subscribers)
    {
        var digits = subscribers.ToString(CultureInfo.InvariantCulture);
        return digits.Length <= 3 ? digits : digits[..3].PadRight(digits.Length, '0');
    }

    private Answer GiveToken(Call call)
    {
        if (call.Field("client_id") != Known[0].ClientId || call.Field("client_secret") != Known[0].ClientSecret)
        {
            return OAuthError("invalid_client", "The OAuth client was not found.", 401);
        }

        switch (call.Field("grant_type"))
        {
            case "authorization_code":
                var (code, error) = _consent.Redeem(call.Field("code"), call.Field("client_id"), call.Field("redirect_uri"), call.Field("code_verifier"));
                if (code is null)
                {
                    return OAuthError("invalid_grant", error);
                }

                return Answer.Json(Access(code.Account, code.Scope, Tokens.Issue("1//", code.Account, "refresh", code.Scope, null).Token));
            case "refresh_token":
                return Tokens.Find(call.Field("refresh_token")) is { Kind: "refresh", Revoked: false } refresh && (refresh.Expires is null || refresh.Expires > World.Now)
                    ? Answer.Json(Access(refresh.Account, refresh.Scope, null))
                    : OAuthError("invalid_grant", "Token has been expired or revoked.");
            default:
                Object(call, "grant_type is not documented");
                return OAuthError("unsupported_grant_type", "Invalid grant_type: " + call.Field("grant_type"));
        }
    }

    /// <summary>A refresh token comes with the consent only, and stays the same.</summary>
    private Dictionary<string, object> Access(string account, string scope, string? refresh)
    {
        var answer = new Dictionary<string, object>
        {
            ["access_token"] = Tokens.Issue("ya29.", account, "access", scope, World.Now + AccessLife).Token,
            ["expires_in"] = (int)AccessLife.TotalSeconds,
            ["scope"] = scope,
            ["token_type"] = "Bearer",
        };
        if (refresh is not null)
        {
            answer["refresh_token"] = refresh;
        }

        return answer;
    }

    private Answer Revoke(Call call)
    {
        if (Tokens.Find(call.Field("token")) is not { Revoked: false } grant)
        {
            return OAuthError("invalid_token", "Token expired or revoked");
        }

        grant.Revoked = true;
        return Answer.Json(new { });
    }

    private Answer Channels(Call call, bool isHidden)
    {
        if (call.Asked("mine") != "true" || Parts(call).Length == 0)
        {
            Object(call, "part and mine=true are needed");
            return Error(400, "missingRequiredParameter", "No filter selected.");
        }

        var account = call.Account;
        var channel = new Dictionary<string, object> { ["kind"] = "youtube#channel", ["etag"] = "etag", ["id"] = account.Id };
        foreach (var part in Parts(call))
        {
            channel[part] = part switch
            {
                "snippet" => new { title = account.DisplayName, description = "", customUrl = "@" + account.Handle, publishedAt = "2023-01-02T00:00:00Z" },
                "contentDetails" => new { relatedPlaylists = new { likes = "", uploads = UploadsOf(account) } },
                "statistics" => new { viewCount = "12345", subscriberCount = isHidden ? "0" : Rounded(SandboxCounts.Followers(account.Id)), hiddenSubscriberCount = isHidden, videoCount = $"{Feed.CountOf(account.Id)}" },
                _ => new { },
            };
        }

        return Answer.Json(new { kind = "youtube#channelListResponse", etag = "etag", pageInfo = new { totalResults = 1, resultsPerPage = 5 }, items = new[] { channel } });
    }
}
