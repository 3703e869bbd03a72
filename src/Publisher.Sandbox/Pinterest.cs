using System.Globalization;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>Pinterest's API v5: sign-in, account, boards. Pins: <c>PinterestPins.cs</c>, videos: <c>PinterestMedia.cs</c>.</summary>
internal sealed partial class Pinterest : PlatformServer
{
    private const string AllScopes = "boards:read boards:write pins:read pins:write user_accounts:read";
    private static readonly TimeSpan AccessLife = TimeSpan.FromDays(30);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(60);
    private readonly Consent _consent;

    /// <summary>The accounts it starts with: a person's id and the board that was chosen for the channel.</summary>
    public static SandboxAccount[] Known { get; } =
    [
        Account("710100000000000101/810100000000000101", "environment", SandboxAccounts.Environment),
        Account("710100000000000102/810100000000000102", "water", SandboxAccounts.Water),
    ];

    public override (string Kind, string Does)[] OwnFaults =>
    [
        ("trial-access", "says that the app may not create pins outside the test environment yet"),
        ("no-beta", "says that the app may not change pins, as most may not"),
    ];

    public Pinterest(World world) : base(world, "pinterest", "Pinterest")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(10), id => Accounts.Any(a => a.ClientId == id))
        {
            Required = ["response_type", "client_id", "redirect_uri", "scope"],
            Optional = ["state"],
        };
        Add(_consent.Routes("oauth/"));
        Add(
            new("POST", "v5/oauth/token", CallKind.Token, GiveToken)
            {
                Open = true,
                Accepts = ["application/x-www-form-urlencoded"],
                Fields = ["grant_type!", "code", "redirect_uri", "refresh_token", "scope", "continuous_refresh"],
            },
            new("GET", "v5/user_account", CallKind.Read, ShowUser) { Scope = "user_accounts:read", Query = ["ad_account_id"] },
            new("GET", "v5/boards", CallKind.Read, ListBoards) { Scope = "boards:read", Query = ["ad_account_id", "privacy", "bookmark", "page_size"] });
        AddPins();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = AllScopes, Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = AllScopes, Expires = World.Now + RefreshLife });
    }

    protected override SandboxAccount Another(int number) => Account($"710100000000{number:000000}/810100000000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("pinterest", sender, id, handle, sender)
    {
        Token = $"sandbox-pinterest-{handle}",
        RefreshToken = $"sandbox-pinterest-{handle}-refresh",
        ClientId = "sandbox-pinterest-app",
        ClientSecret = "sandbox-pinterest-secret",
    };

    // Expired, revoked and unknown tokens are refused in the same words.
    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken or Trouble.BadToken or Trouble.RevokedToken or Trouble.ExpiredToken => Error(401, 2, "Authentication failed."),
        Trouble.MissingScope => Error(403, 3, "Authorization failed. Missing: " + detail),
        Trouble.UnknownPath => Error(404, 1, "Resource not found"),
        Trouble.WrongMethod => Error(405, 1, "Method not allowed"),
        Trouble.UnknownHeader => null,
        _ => Error(400, 1, "Invalid request: " + detail),
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, 8, "This request exceeded a rate limit."),
        _ => Error(status, 12, "Something went wrong on our end. Sorry about that."),
    };

    protected override Answer? Special(Call call, string fault) => fault switch
    {
        "trial-access" => Error(403, 29, "You are not permitted to access that resource: use the sandbox until your app has Standard access."),
        "no-beta" when call.Method == "PATCH" => Error(403, 3, "You are not permitted to access that resource."),
        _ => null,
    };

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        if (route.Kind == CallKind.Page || route.Open)
        {
            return answer;
        }

        var limit = route.Method == "GET" ? new RateLimit("org_read", 1000, TimeSpan.FromMinutes(1)) : new RateLimit("org_write", 100, TimeSpan.FromMinutes(1));
        var (remaining, reset, isOver) = Rates.Count(call.Signed?.Id ?? "nobody", limit, World.Now);
        var seconds = (int)Math.Ceiling((reset - World.Now).TotalSeconds);
        return (isOver && World.Options.EnforceRateLimits ? Fail(429) : answer)
            .With("x-ratelimit-limit", limit.Calls.ToString(CultureInfo.InvariantCulture))
            .With("x-ratelimit-remaining", remaining.ToString(CultureInfo.InvariantCulture))
            .With("x-ratelimit-reset", seconds.ToString(CultureInfo.InvariantCulture));
    }

    private static Answer Error(int status, int code, string message) => Answer.Json(new { code, message }, status);

    private static string Person(SandboxAccount account) => account.Id.Split('/')[0];

    /// <summary>Every person has the board of the channel, another public one, and one that only they see.</summary>
    private static Board[] BoardsOf(SandboxAccount account)
    {
        var first = account.Id.Split('/')[1];
        return [new(first, "News", "PUBLIC"), new(first + "2", "Campaigns", "PUBLIC"), new(first + "3", "Drafts", "SECRET")];
    }

    private bool IsClient(Call call)
    {
        var basic = call.Headers.Authorization.ToString();
        return Accounts.Any(a => basic == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{a.ClientId}:{a.ClientSecret}")));
    }

    private Answer GiveToken(Call call)
    {
        if (!IsClient(call))
        {
            return Error(401, 2, "Authentication failed.");
        }

        switch (call.Field("grant_type"))
        {
            case "authorization_code":
                var (code, error) = _consent.Redeem(call.Field("code"), Accounts[0].ClientId, call.Field("redirect_uri"), null);
                return code is null
                    ? Error(400, 283, "Invalid authorization code: " + error)
                    : Answer.Json(Pair("authorization_code", code.Account, code.Scope.Replace(',', ' ')));
            case "refresh_token":
                if (Tokens.Find(call.Field("refresh_token")) is not { Kind: "refresh", Revoked: false } refresh || refresh.Expires <= World.Now)
                {
                    return Error(401, 2, "Authentication failed.");
                }

                // A new refresh token with its own 60 days comes each time; keeping the old one would go unnoticed for weeks.
                refresh.Revoked = true;
                return Answer.Json(Pair("refresh_token", refresh.Account, refresh.Scope));
            default:
                Object(call, "grant_type is not documented");
                return Error(400, 1, "Invalid grant type");
        }
    }

    private object Pair(string kind, string account, string scope) => new
    {
        response_type = kind,
        access_token = Tokens.Issue("pina_", account, "access", scope, World.Now + AccessLife).Token,
        refresh_token = Tokens.Issue("pinr_", account, "refresh", scope, World.Now + RefreshLife).Token,
        token_type = "bearer",
        expires_in = (int)AccessLife.TotalSeconds,
        refresh_token_expires_in = (int)RefreshLife.TotalSeconds,
        refresh_token_expires_at = (World.Now + RefreshLife).ToUnixTimeSeconds(),
        scope,
    };

    private Answer ShowUser(Call call) => Answer.Json(new
    {
        id = Person(call.Account),
        username = call.Account.Handle,
        account_type = "BUSINESS",
        business_name = call.Account.DisplayName,
        follower_count = SandboxCounts.Followers(call.Account.Id),
        monthly_views = 98765,
    });

    private Answer ListBoards(Call call)
    {
        if (PageSize(call) is not { } size || call.Asked("privacy") is not (null or "ALL" or "PUBLIC" or "PROTECTED" or "SECRET" or "PUBLIC_AND_SECRET"))
        {
            Object(call, "page_size is 1 to 250, privacy one of the documented words");
            return Error(400, 1, "Invalid parameters");
        }

        // Secret boards need a scope of their own.
        var boards = BoardsOf(call.Account).Where(board => board.Privacy == "PUBLIC" && call.Asked("privacy") is not ("PROTECTED" or "SECRET"));
        return Page(call, size, [.. boards], board => board.Id, board => new
        {
            id = board.Id,
            name = board.Name,
            description = "",
            privacy = board.Privacy,
            is_ads_only = false,
            owner = new { username = call.Account.Handle },
        });
    }

    private static int? PageSize(Call call) =>
        call.Asked("page_size") is not { } asked ? 25 : int.TryParse(asked, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= 250 ? size : null;

    /// <summary>A page behind the bookmark, which names the last item of the page before.</summary>
    private static Answer Page<T>(Call call, int size, IReadOnlyList<T> all, Func<T, string> id, Func<T, object> view)
    {
        var rest = call.Asked("bookmark") is { } bookmark ? all.SkipWhile(item => id(item) != bookmark).Skip(1).ToList() : all;
        var page = rest.Take(size).ToList();
        return Answer.Json(new { items = page.Select(view).ToArray(), bookmark = rest.Count > size ? id(page[^1]) : null });
    }

    private sealed record Board(string Id, string Name, string Privacy);
}
