using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>A PeerTube server (8.x): sign-in with a password, the user, its channel. Uploads: <c>PeerTubeUploads.cs</c>, videos: <c>PeerTubeVideos.cs</c> and <c>PeerTubeEntities.cs</c>.</summary>
internal sealed partial class PeerTube : PlatformServer
{
    private const string Version = "8.2.1";
    private const long Quota = 20_000_000_000;

    /// <summary>What the second account's second factor always shows.</summary>
    private const string SecondFactor = "123456";

    private static readonly TimeSpan AccessLife = TimeSpan.FromSeconds(86_399);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(14);

    /// <summary>The accounts it starts with: each a user of that name with one channel of the same name. The second has a second factor.</summary>
    public static SandboxAccount[] Known { get; } = [Account("101", "environment", SandboxAccounts.Environment), Account("102", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults => [("upload-busy", "says that it is still working on the finished file")];

    public PeerTube(World world) : base(world, "peertube", "PeerTube")
    {
        Add(
            new("GET", "api/v1/oauth-clients/local", CallKind.Token, _ => Answer.Json(new { client_id = Known[0].ClientId, client_secret = Known[0].ClientSecret })) { Open = true },
            new("POST", "api/v1/users/token", CallKind.Token, GiveToken)
            {
                Open = true,
                Headers = ["x-peertube-otp"],
                Accepts = ["application/x-www-form-urlencoded"],
                Fields = ["client_id!", "client_secret!", "grant_type!", "response_type", "username", "password", "refresh_token", "externalAuthToken"],
            },
            new("POST", "api/v1/users/revoke-token", CallKind.Token, Revoke),
            new("GET", "api/v1/users/me", CallKind.Read, call => Answer.Json(User(call.Account))),
            new("GET", "api/v1/video-channels/{handle}", CallKind.Read, Channel) { Open = true },
            new("GET", "api/v1/config", CallKind.Read, _ => Answer.Json(Config())) { Open = true });
        AddUploads();
        AddVideos();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = "*", Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = "*", Expires = World.Now + RefreshLife });
    }

    public override string Shown(SandboxAccount account) => $"@{account.Handle}@{Host}";

    private string Host => World.Address.Authority;

    protected override SandboxAccount Another(int number) => Account($"{number}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("peertube", sender, id, handle, sender)
    {
        Token = $"sandbox-peertube-{handle}",
        RefreshToken = $"sandbox-peertube-{handle}-refresh",
        AppPassword = $"sandbox-peertube-{handle}-password",
        // Thirty-two letters and digits, as every server draws them for itself.
        ClientId = "sandboxpeertubeclient00000000001",
        ClientSecret = "sandboxpeertubesecret00000000001",
    };

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        // One wording for a token that is unknown, lapsed or revoked.
        Trouble.NoToken or Trouble.BadToken or Trouble.ExpiredToken or Trouble.RevokedToken => Error(401, "The access token is invalid or has expired", "invalid_token"),
        Trouble.MissingScope => Error(403, "Not allowed"),
        Trouble.UnknownPath or Trouble.WrongMethod => Error(404, "Not found"),
        Trouble.WrongType => Error(415, detail),
        Trouble.Malformed => Error(400, detail),
        Trouble.BadField => Invalid(detail.TrimStart('/').Split('/', ' ')[0], detail),

        // The real server does not notice these; the objection is the sandbox's own strictness.
        _ => null,
    };

    protected override Answer Fail(int status) => status switch
    {
        502 or 504 => Answer.Html($"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr><center>nginx</center></body></html>", status),
        429 => Error(429, "Too many requests, please try again later."),
        _ => Error(status, status >= 500 ? "Internal Server Error" : "Request failed"),
    };

    protected override Answer? Special(Call call, string fault) =>
        fault == "upload-busy" && call.Method == "PUT" ? Error(503, "The upload is already being processed").With("Retry-After", "300") : null;

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        if (route.Kind == CallKind.Page)
        {
            return answer;
        }

        // The real server counts by address; here that would be everybody.
        var limit = route.Path == "api/v1/users/token" ? new RateLimit("token", 15, TimeSpan.FromMinutes(5)) : new RateLimit("all", 50, TimeSpan.FromSeconds(10));
        var (remaining, reset, isOver) = Rates.Count(call.Signed?.Id ?? "nobody", limit, World.Now);
        var limited = isOver && World.Options.EnforceRateLimits
            ? Fail(429).With("Retry-After", Math.Ceiling((reset - World.Now).TotalSeconds).ToString(CultureInfo.InvariantCulture))
            : answer;
        return limited
            .With("X-RateLimit-Limit", limit.Calls.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Remaining", remaining.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Reset", reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>RFC 7807, with the name of the error in both its old and its new place.</summary>
    private static Answer Error(int status, string detail, string? code = null, object? invalid = null)
    {
        var body = new Dictionary<string, object>
        {
            ["type"] = code is null ? "about:blank" : "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/" + code,
            ["title"] = status == 404 ? "Not Found" : status == 401 ? "Unauthorized" : "Error",
            ["detail"] = detail,
            ["status"] = status,
            ["docs"] = "https://docs.joinpeertube.org/api-rest-reference.html",
            ["error"] = detail,
        };
        if (code is not null)
        {
            body["code"] = code;
        }

        if (invalid is not null)
        {
            body["invalid-params"] = invalid;
        }

        return Answer.Json(body, status, "application/problem+json; charset=utf-8");
    }

    private static Answer Invalid(string field, string why) => Error(400, "Incorrect request parameters: " + field, null, new Dictionary<string, object>
    {
        [field] = new { location = "body", msg = why, param = field },
    });

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private Answer GiveToken(Call call)
    {
        if (call.Field("client_id") != Known[0].ClientId || call.Field("client_secret") != Known[0].ClientSecret)
        {
            return Error(400, "Invalid client: client is invalid", "invalid_client");
        }

        switch (call.Field("grant_type"))
        {
            case "password":
                return SignIn(call);
            case "refresh_token":
                if (Tokens.Find(call.Field("refresh_token")) is not { Kind: "refresh", Revoked: false } refresh || refresh.Expires <= World.Now)
                {
                    return Error(400, "Invalid grant: refresh token is invalid", "invalid_grant");
                }

                refresh.Revoked = true;
                return Answer.Json(Pair(refresh.Account));
            default:
                Object(call, "grant_type must be password or refresh_token");
                return Error(400, "Unsupported grant type", "unsupported_grant_type");
        }
    }

    private Answer SignIn(Call call)
    {
        var account = Accounts.FirstOrDefault(one => one.Handle == call.Field("username") && one.AppPassword == call.Field("password"));
        if (account is null || Tokens.IsLocked(account.Id))
        {
            return Error(400, "Invalid grant: user credentials are invalid", "invalid_grant");
        }

        var factor = call.Headers["x-peertube-otp"].ToString();
        return account.Id != Known[1].Id || factor == SecondFactor
            ? Answer.Json(Pair(account.Id))
            : factor.Length == 0
                ? Error(401, "Missing two factor header", "missing_two_factor").With("x-peertube-otp", "required; app")
                : Error(403, "Invalid two factor header", "invalid_two_factor");
    }

    private object Pair(string account) => new
    {
        token_type = "Bearer",
        access_token = Tokens.Issue("", account, "access", "*", World.Now + AccessLife).Token,
        refresh_token = Tokens.Issue("", account, "refresh", "*", World.Now + RefreshLife).Token,
        expires_in = (int)AccessLife.TotalSeconds,
        refresh_token_expires_in = (int)RefreshLife.TotalSeconds,
    };

    private Answer Revoke(Call call)
    {
        // The session's refresh token goes with it, and an account has one session.
        foreach (var grant in Tokens.All.Where(grant => grant.Account == call.Account.Id))
        {
            grant.Revoked = true;
        }

        return Answer.Json(new { redirectUrl = (string?)null });
    }

    private object User(SandboxAccount account) => new
    {
        id = Number(account),
        username = account.Handle,
        email = $"{account.Handle}@example.gov",
        emailVerified = true,
        blocked = false,
        role = new { id = 2, label = "User" },
        videoQuota = Quota,
        videoQuotaDaily = -1,
        twoFactorEnabled = account.Id == Known[1].Id,
        account = Actor(account, "accounts/" + account.Handle),
        videoChannels = new[] { Actor(account, "video-channels/" + account.Handle) },
    };

    private Dictionary<string, object> Actor(SandboxAccount account, string path) => new()
    {
        ["id"] = Number(account),
        ["name"] = account.Handle,
        ["displayName"] = account.DisplayName,
        ["url"] = Base + path,
        ["host"] = Host,
        ["isLocal"] = true,
        ["followersCount"] = SandboxCounts.Followers(account.Id),
        ["followingCount"] = 0,
        ["createdAt"] = "2023-01-02T00:00:00.000Z",
        ["updatedAt"] = "2023-01-02T00:00:00.000Z",
    };

    /// <summary>By its name, with the server's behind it or without.</summary>
    private Answer Channel(Call call) => Accounts.FirstOrDefault(account => call["handle"] == account.Handle || call["handle"] == $"{account.Handle}@{Host}") is { } account
        ? Answer.Json(Actor(account, "video-channels/" + account.Handle))
        : Error(404, "Video channel not found");

    private static long Number(SandboxAccount account) => long.Parse(account.Id, CultureInfo.InvariantCulture);

    private static object Config() => new
    {
        serverVersion = Version,
        instance = new { name = "Video of the federal government (sandbox)", shortDescription = "A stand-in." },
        client = new { videos = new { resumableUpload = new { maxChunkSize = MostInAPiece } } },
        transcoding = new { hls = new { enabled = true }, web_videos = new { enabled = false } },
        video = new { image = new { extensions = new[] { ".png", ".jpg", ".jpeg", ".webp" }, size = new { max = 8_388_608 } }, file = new { extensions = new[] { ".mp4", ".ogv", ".webm", ".mov", ".mkv" } } },
        videoCaption = new { file = new { size = new { max = 20_971_520 }, extensions = new[] { ".vtt", ".srt" } } },
        user = new { videoQuota = Quota, videoQuotaDaily = -1 },
    };
}
