using System.Globalization;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>LinkedIn's versioned API for organization pages: sign-in, pages. Posts: <c>LinkedInPosts.cs</c>, media: <c>LinkedInMedia.cs</c>.</summary>
internal sealed partial class LinkedIn : PlatformServer
{
    private const string AllScopes = "w_organization_social r_organization_social rw_organization_admin openid profile";
    private const string OldestVersion = "202511";
    private const string NewestVersion = "202609";
    private static readonly TimeSpan AccessLife = TimeSpan.FromDays(60);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(365);
    private static readonly string[] RestHeaders = ["LinkedIn-Version", "X-Restli-Protocol-Version", "X-RestLi-Method"];
    private readonly Consent _consent;

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } =
        [Account("urn:li:organization:104000101", "environment", SandboxAccounts.Environment, "envPress01"), Account("urn:li:organization:104000102", "water", SandboxAccounts.Water, "waterPress2")];

    public override (string Kind, string Does)[] OwnFaults => 
    [
        ("duplicate-ghost", "says the post exists already, although it does not"),
        ("cut-text", "keeps only the first half of the text, and says nothing"),
    ];

    public LinkedIn(World world) : base(world, "linkedin", "LinkedIn")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(30), id => Accounts.Any(a => a.ClientId == id))
        {
            Required = ["response_type", "client_id", "redirect_uri", "scope", "state"],
            Optional = ["prompt", "enable_extended_login"],
        };
        string[] form = ["application/x-www-form-urlencoded"];
        Add(_consent.Routes("oauth/v2/authorization"));
        Add(
            new("POST", "oauth/v2/accessToken", CallKind.Token, GiveToken) { Open = true, Accepts = form, Fields = ["grant_type!", "code", "client_id!", "client_secret!", "redirect_uri", "refresh_token"] },
            new("POST", "oauth/v2/revoke", CallKind.Token, Revoke) { Open = true, Accepts = form, Fields = ["client_id!", "client_secret!", "token!"] },
            new("POST", "oauth/v2/introspectToken", CallKind.Token, Introspect) { Open = true, Accepts = form, Fields = ["client_id!", "client_secret!", "token!"] },
            new("GET", "v2/userinfo", CallKind.Read, call => Answer.Json(new { sub = call.Account.MemberId, name = call.Account.DisplayName + " press office", given_name = "Press", family_name = "Office", locale = new { country = "US", language = "en" } })) { Scope = "openid", Headers = RestHeaders },
            new("GET", "rest/organizationAcls", CallKind.Read, Roles) { Scope = "rw_organization_admin", Headers = RestHeaders, Query = ["q", "role", "state", "start", "count", "roleAssignee"] },
            new("GET", "rest/organizations/{id}", CallKind.Read, Organization) { Headers = RestHeaders, Query = ["fields", "projection"] },
            new("GET", "rest/networkSizes/{urn}", CallKind.Read, FollowerCount) { Headers = RestHeaders, Query = ["edgeType"] },
            new("GET", "feed/update/{urn}", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["urn"]))),
            new("GET", "feed/update/{urn}/", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["urn"]))));
        AddPosts();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = AllScopes, Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = AllScopes, Expires = World.Now + RefreshLife });
    }

    public override string Shown(SandboxAccount account) => "12,345 followers";

    protected override SandboxAccount Another(int number) => Account($"urn:li:organization:1040{number:00000}", $"office{number}", SandboxAccounts.Environment, $"officePress{number}");

    private static SandboxAccount Account(string urn, string handle, string sender, string member) => new("linkedin", sender, urn, handle, sender)
    {
        Token = $"sandbox-linkedin-{handle}",
        RefreshToken = $"sandbox-linkedin-{handle}-refresh",
        ClientId = "sandbox-linkedin-client",
        ClientSecret = "sandbox-linkedin-secret",
        MemberId = member,
    };

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken => Error(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2_access_token", 65604),
        Trouble.BadToken => Error(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600),
        Trouble.RevokedToken => Error(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user", 65601),
        Trouble.ExpiredToken => Error(401, "EXPIRED_ACCESS_TOKEN", "Expired access token", 65602),
        Trouble.MissingScope => Error(403, "ACCESS_DENIED", "Not enough permissions to access: " + detail, 100),
        Trouble.UnknownPath => Error(404, "RESOURCE_NOT_FOUND", "No virtual resource found", 0),
        Trouble.WrongMethod => Error(405, "METHOD_NOT_ALLOWED", "Method not allowed", 0),
        Trouble.WrongType => Error(415, "UNSUPPORTED_MEDIA_TYPE", detail, 0),
        Trouble.UnknownHeader => null,
        Trouble.UnknownParameter => Error(400, "PARAM_INVALID", "Query or field parameters are not allowed: " + detail, 100),
        Trouble.BadField => Error(422, "INVALID_VALUE_FOR_FIELD", "ERROR :: " + detail, 100),
        _ => Error(400, "BAD_REQUEST", detail, 100),
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, "TOO_MANY_REQUESTS", "Resource level throttle limit for calls to this resource is reached.", 101),
        500 => Error(500, "INTERNAL_SERVER_ERROR", "Internal Server Error", 0),
        503 => Error(503, "SERVICE_UNAVAILABLE", "Service Unavailable", 0),
        504 => Error(504, "GATEWAY_TIMEOUT", "Gateway Timeout", 0),
        _ => Error(status, "ERROR", "Request failed", 0),
    };

    protected override Answer? Special(Call call, string fault)
    {
        if (fault == "cut-text")
        {
            Notes[CutNext] = "";
        }

        return fault == "duplicate-ghost" ? Duplicate("urn:li:share:" + Feed.NextNumber(World.Now)) : null;
    }

    protected override Answer? CheckHeaders(Call call, Route route)
    {
        // Names in paths and queries are URNs; their colons must arrive encoded.
        if (call.RawTarget.Contains("urn:li:", StringComparison.OrdinalIgnoreCase))
        {
            Object(call, "a URN in the address is not percent-encoded");
            return Error(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables", 0);
        }

        if (!route.Path.StartsWith("rest/", StringComparison.Ordinal))
        {
            return null;
        }

        var version = call.Headers["LinkedIn-Version"].ToString();
        if (!Version().IsMatch(version) || string.CompareOrdinal(version, OldestVersion) < 0 || string.CompareOrdinal(version, NewestVersion) > 0)
        {
            Object(call, version.Length == 0 ? "header LinkedIn-Version is missing" : $"LinkedIn-Version {version} is not active");
            return Error(426, "NONEXISTENT_VERSION", version.Length == 0 ? "A version must be present. Please specify a version by adding the LinkedIn-Version header." : $"Requested version {version} is not active", 0);
        }

        if (call.Headers["X-Restli-Protocol-Version"] != "2.0.0")
        {
            Object(call, "header X-Restli-Protocol-Version: 2.0.0 is missing");
            return Error(400, "ILLEGAL_ARGUMENT", "X-Restli-Protocol-Version must be 2.0.0", 0);
        }

        return null;
    }

    private static Answer Error(int status, string code, string message, int serviceCode)
        => Answer.Json(new { status, serviceErrorCode = serviceCode, code, message }, status).With("x-li-uuid", Guid.NewGuid().ToString("N"));

    private static Answer OAuthError(string error, string description) => Answer.Json(new { error, error_description = description }, 400);

    // RestLi tells finders, updates and deletions apart by this header.
    private Answer? NeedMethod(Call call, string method)
    {
        if (string.Equals(call.Headers["X-RestLi-Method"], method, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        Object(call, $"header X-RestLi-Method: {method} is missing");
        return Error(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method must be " + method, 0);
    }

    private bool IsClient(Call call) => Accounts.Any(a => a.ClientId == call.Field("client_id") && a.ClientSecret == call.Field("client_secret"));

    private Answer GiveToken(Call call)
    {
        if (!IsClient(call))
        {
            return Answer.Json(new { error = "invalid_client", error_description = "Client authentication failed" }, 401);
        }

        switch (call.Field("grant_type"))
        {
            case "authorization_code":
                var (code, error) = _consent.Redeem(call.Field("code"), call.Field("client_id"), call.Field("redirect_uri"), null);
                if (code is null)
                {
                    return OAuthError("invalid_request", "Unable to retrieve access token: " + error);
                }

                return Answer.Json(Pair(code.Account, code.Scope, Tokens.Issue("AQR", code.Account, "refresh", code.Scope, World.Now + RefreshLife)));
            case "refresh_token":
                // The same refresh token keeps coming back; its year is counted from the consent.
                return Tokens.Find(call.Field("refresh_token")) is { Kind: "refresh", Revoked: false } refresh && refresh.Expires > World.Now
                    ? Answer.Json(Pair(refresh.Account, refresh.Scope, refresh))
                    : OAuthError("invalid_request", "The provided authorization grant or refresh token is invalid, expired or revoked");
            default:
                Object(call, "grant_type is not documented");
                return OAuthError("unsupported_grant_type", "The grant type is not supported");
        }
    }

    private object Pair(string account, string scope, Grant refresh) => new
    {
        access_token = Tokens.Issue("AQX", account, "access", scope, World.Now + AccessLife).Token,
        expires_in = (int)AccessLife.TotalSeconds,
        refresh_token = refresh.Token,
        refresh_token_expires_in = (int)(refresh.Expires!.Value - World.Now).TotalSeconds,
        scope = scope.Replace(' ', ','),
        token_type = "Bearer",
    };

    private Answer Revoke(Call call)
    {
        if (!IsClient(call))
        {
            return Answer.Json(new { error = "invalid_client", error_description = "Client authentication failed" }, 401);
        }

        if (Tokens.Find(call.Field("token")) is { } grant)
        {
            grant.Revoked = true;
        }

        return Answer.Json(new { });
    }

    private Answer Introspect(Call call)
    {
        if (!IsClient(call))
        {
            return Answer.Json(new { error = "invalid_client", error_description = "Client authentication failed" }, 401);
        }

        var grant = Tokens.Find(call.Field("token"));
        var isActive = grant is { Revoked: false } && grant.Expires > World.Now;
        return Answer.Json(new
        {
            active = isActive,
            status = grant is null ? "invalid" : grant.Revoked ? "revoked" : isActive ? "active" : "expired",
            scope = grant?.Scope.Replace(' ', ','),
            expires_at = grant?.Expires?.ToUnixTimeSeconds(),
            client_id = call.Field("client_id"),
            auth_type = "3L",
        });
    }

    private Answer Roles(Call call)
    {
        var count = int.TryParse(call.Asked("count"), out var asked) ? asked : 10;
        var start = int.TryParse(call.Asked("start"), out var from) ? from : 0;
        if (call.Asked("q") != "roleAssignee" || count is < 1 or > 100 || start < 0)
        {
            Object(call, "the finder is q=roleAssignee, count 1 to 100");
            return Error(400, "ILLEGAL_ARGUMENT", "Invalid finder parameters", 0);
        }

        var isShown = call.Asked("role") is null or "ADMINISTRATOR" && call.Asked("state") is null or "APPROVED";
        object[] elements = isShown
            ? [new { role = "ADMINISTRATOR", organization = call.Account.Id, roleAssignee = "urn:li:person:" + call.Account.MemberId, state = "APPROVED" }]
            : [];
        return Answer.Json(new { paging = new { start, count, total = elements.Length, links = Array.Empty<object>() }, elements = elements.Skip(start).Take(count).ToArray() });
    }

    private Answer Organization(Call call)
    {
        if (Accounts.FirstOrDefault(a => a.Id.EndsWith(":" + call["id"], StringComparison.Ordinal)) is not { } account)
        {
            return Error(404, "RESOURCE_NOT_FOUND", "Organization not found", 0);
        }

        return Answer.Json(new
        {
            id = long.Parse(account.Id.Split(':')[^1], CultureInfo.InvariantCulture),
            localizedName = account.DisplayName,
            vanityName = account.Handle,
            name = new { localized = new { en_US = account.DisplayName }, preferredLocale = new { country = "US", language = "en" } },
            primaryOrganizationType = "NONE",
        });
    }

    [GeneratedRegex("^20[0-9]{4}$")]
    private static partial Regex Version();
}
