using System.Globalization;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>X's API v2: sign-in and users. Posts: <c>XPosts.cs</c>, media: <c>XMedia.cs</c>.</summary>
internal sealed partial class X : PlatformServer
{
    private const string AllScopes = "tweet.read tweet.write users.read media.write offline.access";
    private static readonly TimeSpan AccessLife = TimeSpan.FromHours(2);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(180);
    private static readonly string[] UserFields = ["user.fields", "expansions", "tweet.fields"];
    private readonly Consent _consent;

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } = [Account("1800000000000000101", "environment", SandboxAccounts.Environment), Account("1800000000000000102", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults =>
    [
        ("no-credit", "the operator's credit is used up"),
        ("reply-refused", "a reply is refused"),
        ("duplicate-ghost", "says the post exists already, although it does not"),
    ];

    public X(World world) : base(world, "x", "X")
    {
        _consent = new Consent(this, TimeSpan.FromSeconds(30), id => Accounts.Any(a => a.ClientId == id))
        {
            Required = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"],
        };
        string[] form = ["application/x-www-form-urlencoded"];
        Add(_consent.Routes("i/oauth2/authorize"));
        Add(
            new("POST", "2/oauth2/token", CallKind.Token, GiveToken) { Open = true, Accepts = form, Fields = ["grant_type!", "code", "redirect_uri", "code_verifier", "client_id", "refresh_token"] },
            new("POST", "2/oauth2/revoke", CallKind.Token, Revoke) { Open = true, Accepts = form, Fields = ["token!", "token_type_hint", "client_id"] },
            new("GET", "2/users/me", CallKind.Read, call => Answer.Json(new { data = User(call.Account) })) { Scope = "users.read", Query = UserFields },
            new("GET", "{user}/status/{id}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))),
            new("GET", "i/web/status/{id}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))));
        AddPosts();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = AllScopes, Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = AllScopes, Expires = World.Now + RefreshLife });
    }

    protected override SandboxAccount Another(int number) => Account($"1800000000000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("x", sender, id, handle, sender)
    {
        Token = $"sandbox-x-{handle}",
        RefreshToken = $"sandbox-x-{handle}-refresh",
        ClientId = "sandbox-x-client",
        ClientSecret = "sandbox-x-secret",
    };

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken or Trouble.BadToken or Trouble.ExpiredToken or Trouble.RevokedToken => Problem(401, "Unauthorized", "Unauthorized"),
        Trouble.MissingScope => Problem(403, "Forbidden", "Your client app is not configured with the appropriate oauth1 app permissions or scopes for this endpoint: " + detail, "client-forbidden"),
        Trouble.UnknownPath => Problem(404, "Not Found", "Not Found"),
        Trouble.WrongMethod => Problem(405, "Method Not Allowed", "Method Not Allowed"),
        Trouble.WrongType => Problem(415, "Unsupported Media Type", detail),
        Trouble.UnknownHeader => null,
        _ => Invalid(detail),
    };

    protected override Answer Fail(int status) => status switch
    {
        402 => Problem(402, "CreditsDepleted", "The account does not have any credits to fulfill this request", "credits"),
        429 => Problem(429, "Too Many Requests", "Too Many Requests", "rate-limit-exceeded").With("x-rate-limit-limit", "100").With("x-rate-limit-remaining", "0").With("x-rate-limit-reset", Epoch(World.Now.AddMinutes(15))),
        500 => Problem(500, "Internal Server Error", "Something is broken"),
        503 => Problem(503, "Service Unavailable", "Service Unavailable"),
        504 => Problem(504, "Gateway Timeout", "Gateway Timeout"),
        _ => Problem(status, "Error", "Request failed"),
    };

    protected override Answer? Special(Call call, string fault) => fault switch
    {
        "no-credit" => Fail(402),
        "duplicate-ghost" => Duplicate(),
        "reply-refused" when call.Method == "POST" && call.Path == "2/tweets" && IsReply(call) => ReplyRefused(),
        _ => null,
    };

    protected override Answer Waiting(Answer answer, string wait) =>
        answer.Instead("x-rate-limit-reset", Epoch(World.Now.AddSeconds(double.Parse(wait, CultureInfo.InvariantCulture))));

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        if (route.Kind == CallKind.Page)
        {
            return answer;
        }

        var quarter = TimeSpan.FromMinutes(15);
        var limit = (route.Method, route.Path) switch
        {
            ("POST", "2/tweets") => new RateLimit("create", 100, quarter),
            ("DELETE", _) => new RateLimit("delete", 50, quarter),
            (_, "2/users/me") => new RateLimit("me", 75, quarter),
            (_, "2/media/upload" or "2/media/metadata") => new RateLimit("metadata", 500, quarter),
            _ when route.Kind == CallKind.Media => new RateLimit("media", 1875, quarter),
            _ => new RateLimit("read", 900, quarter),
        };
        var (remaining, reset, isOver) = Rates.Count(call.Signed?.Id ?? "nobody", limit, World.Now);
        return isOver && World.Options.EnforceRateLimits
            ? Fail(429)
            : answer.With("x-rate-limit-limit", limit.Calls.ToString(CultureInfo.InvariantCulture))
                .With("x-rate-limit-remaining", remaining.ToString(CultureInfo.InvariantCulture))
                .With("x-rate-limit-reset", Epoch(reset));
    }

    private static string Epoch(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static Answer Problem(int status, string title, string detail, string? type = null)
        => Answer.Json(new { title, detail, type = type is null ? "about:blank" : "https://api.x.com/2/problems/" + type, status }, status, "application/problem+json; charset=utf-8");

    private static Answer Invalid(string detail) => Answer.Json(new
    {
        errors = new[] { new { message = detail } },
        title = "Invalid Request",
        detail = "One or more parameters to your request was invalid.",
        type = "https://api.x.com/2/problems/invalid-request",
        status = 400,
    }, 400, "application/problem+json; charset=utf-8");

    private static Answer OAuthError(string error, string description, int status = 400) => Answer.Json(new { error, error_description = description }, status);

    // A confidential client proves itself with Basic; a public one names itself in the body.
    private string? Client(Call call)
    {
        var header = call.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new byte[header.Length];
        var isBase64 = Convert.TryFromBase64String(header[6..], bytes, out var length);
        var parts = isBase64 ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) : [];
        return parts.Length == 2 && Accounts.Any(a => a.ClientId == parts[0] && a.ClientSecret == parts[1]) ? parts[0] : null;
    }

    private Answer GiveToken(Call call)
    {
        if (Client(call) is not { } client)
        {
            Object(call, "the confidential client must prove itself with HTTP Basic");
            return OAuthError("unauthorized_client", "Missing valid authorization header", 401);
        }

        switch (call.Field("grant_type"))
        {
            case "authorization_code":
                var (code, error) = _consent.Redeem(call.Field("code"), client, call.Field("redirect_uri"), call.Field("code_verifier"));
                return code is null ? OAuthError("invalid_request", "Value passed for the authorization code was invalid: " + error) : NewPair(code.Account, code.Scope);
            case "refresh_token":
                if (Tokens.Find(call.Field("refresh_token")) is not { Kind: "refresh", Revoked: false } old || old.Expires <= World.Now)
                {
                    return OAuthError("invalid_request", "Value passed for the token was invalid.");
                }

                // Rotation: the old one dies with its first use.
                old.Revoked = true;
                return NewPair(old.Account, old.Scope);
            default:
                Object(call, "grant_type is not documented");
                return OAuthError("unsupported_grant_type", "The grant type is not supported");
        }
    }

    private Answer NewPair(string account, string scope)
    {
        var body = new Dictionary<string, object>
        {
            ["token_type"] = "bearer",
            ["expires_in"] = (int)AccessLife.TotalSeconds,
            ["access_token"] = Tokens.Issue("x", account, "access", scope, World.Now + AccessLife).Token,
            ["scope"] = scope,
        };
        if (scope.Split(' ').Contains("offline.access"))
        {
            body["refresh_token"] = Tokens.Issue("xr", account, "refresh", scope, World.Now + RefreshLife).Token;
        }

        return Answer.Json(body);
    }

    private Answer Revoke(Call call)
    {
        if (Client(call) is null)
        {
            return OAuthError("unauthorized_client", "Missing valid authorization header", 401);
        }

        if (Tokens.Find(call.Field("token")) is { } grant)
        {
            grant.Revoked = true;
        }

        return Answer.Json(new { revoked = true });
    }

    private object User(SandboxAccount account) => new
    {
        id = account.Id,
        name = account.DisplayName,
        username = account.Handle,
        verified = true,
        public_metrics = new { followers_count = 54321, following_count = 12, tweet_count = Feed.CountOf(account.Id), listed_count = 3 },
    };
}
