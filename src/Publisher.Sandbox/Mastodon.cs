using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>A Mastodon server (4.5 line): instance, apps, sign-in, accounts. Statuses: <c>MastodonStatuses.cs</c>, media: <c>MastodonMedia.cs</c>.</summary>
internal sealed partial class Mastodon : PlatformServer
{
    private const string Version = "4.5.2";
    private const string Scopes = "read write profile";
    private const string Oob = "urn:ietf:wg:oauth:2.0:oob";
    private readonly Consent _consent;

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } = [Account("109000000000000101", "environment", SandboxAccounts.Environment), Account("109000000000000102", "water", SandboxAccounts.Water)];

    public Mastodon(World world) : base(world, "mastodon", "Mastodon")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(10), id => Notes.ContainsKey("app:" + id))
        {
            Optional = ["scope", "state", "code_challenge", "code_challenge_method", "force_login", "lang"],
            OutOfBand = Oob,
            IsRedirect = (client, redirect) => Redirects(client) is var all && (all.Length == 0 || all.Contains(redirect)),
        };
        Add(_consent.Routes("oauth/authorize"));
        Add(
            new("GET", "api/v2/instance", CallKind.Read, _ => Answer.Json(Instance())) { Open = true },
            new("GET", "api/v1/instance", CallKind.Read, _ => Answer.Json(InstanceV1())) { Open = true },
            new("GET", "health", CallKind.Read, _ => Answer.Text("OK")) { Open = true },
            new("GET", ".well-known/oauth-authorization-server", CallKind.Read, _ => Answer.Json(Discovery())) { Open = true },
            new("POST", "api/v1/apps", CallKind.Token, Register)
            {
                Open = true,
                Accepts = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
                Shape = Shape.Object(("client_name!", Shape.Text), ("redirect_uris!", Shape.Any), ("scopes", Shape.Text), ("website", Shape.Text)),
                Fields = ["client_name!", "redirect_uris!", "scopes", "website"],
            },
            new("POST", "oauth/token", CallKind.Token, GiveToken)
            {
                Open = true,
                Accepts = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
                Shape = Shape.Object(("grant_type!", Shape.Text), ("code", Shape.Text), ("client_id!", Shape.Text), ("client_secret!", Shape.Text), ("redirect_uri", Shape.Text), ("scope", Shape.Text), ("code_verifier", Shape.Text)),
                Fields = ["grant_type!", "code", "client_id!", "client_secret!", "redirect_uri", "scope", "code_verifier"],
            },
            new("POST", "oauth/revoke", CallKind.Token, Revoke)
            {
                Open = true,
                Accepts = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
                Shape = Shape.Object(("client_id!", Shape.Text), ("client_secret!", Shape.Text), ("token!", Shape.Text)),
                Fields = ["client_id!", "client_secret!", "token!"],
            },
            new("GET", "api/v1/apps/verify_credentials", CallKind.Read, _ => Answer.Json(new { id = "1", name = "Publisher", website = (string?)null, scopes = Scopes.Split(' '), redirect_uris = new[] { Oob }, redirect_uri = Oob, vapid_key = "" })),
            new("GET", "api/v1/accounts/verify_credentials", CallKind.Read, call => Answer.Json(Person(call.Account, own: true))),
            new("GET", "api/v1/accounts/lookup", CallKind.Read, Lookup) { Query = ["acct"], Open = true },
            new("GET", "api/v1/accounts/{id}", CallKind.Read, call => Accounts.FirstOrDefault(a => a.Id == call["id"]) is { } a ? Answer.Json(Person(a)) : NotFound()) { Open = true });
        AddStatuses();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        Notes.TryAdd("app:" + account.ClientId, account.ClientSecret + "\n");
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = Scopes });
    }

    public override string Shown(SandboxAccount account) => $"@{account.Handle}@{SandboxAccounts.MastodonDomain}";

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken => Error(401, "This method requires an authenticated user"),
        Trouble.BadToken or Trouble.ExpiredToken => Error(401, "The access token is invalid"),
        Trouble.RevokedToken => Error(401, "The access token was revoked"),
        Trouble.MissingScope => Error(403, "This action is outside the authorized scopes"),
        Trouble.UnknownPath or Trouble.WrongMethod => NotFound(),
        Trouble.Malformed => Error(400, "There was a problem parsing the request"),
        Trouble.BadField => Error(422, "Validation failed: " + detail),

        // The real server does not notice these; the objection is the sandbox's own strictness.
        _ => null,
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, "Too many requests").With("X-RateLimit-Limit", "300").With("X-RateLimit-Remaining", "0").With("X-RateLimit-Reset", Stamp(World.Now.AddMinutes(2))),
        502 or 504 => Answer.Html($"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center></body></html>", status),
        503 => Error(503, "Service temporarily unavailable"),
        500 => Error(500, "An unexpected error occurred"),
        _ => Error(status, "Request failed"),
    };

    protected override Answer Waiting(Answer answer, string wait) =>
        answer.Instead("X-RateLimit-Reset", Stamp(World.Now.AddSeconds(double.Parse(wait, CultureInfo.InvariantCulture))));

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        if (route.Kind == CallKind.Page)
        {
            return answer;
        }

        var limit = route.Kind switch
        {
            CallKind.Media when route.Method == "POST" => new RateLimit("media", 30, TimeSpan.FromMinutes(30)),
            CallKind.Create => new RateLimit("create", 300, TimeSpan.FromHours(3)),
            CallKind.Change when route.Method == "DELETE" => new RateLimit("delete", 30, TimeSpan.FromMinutes(30)),
            _ => new RateLimit("all", 300, TimeSpan.FromMinutes(5)),
        };
        var (remaining, reset, isOver) = Rates.Count(call.Signed?.Id ?? "nobody", limit, World.Now);
        return (isOver && World.Options.EnforceRateLimits ? Error(429, "Too many requests") : answer)
            .With("X-RateLimit-Limit", limit.Calls.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Remaining", remaining.ToString(CultureInfo.InvariantCulture))
            .With("X-RateLimit-Reset", Stamp(reset));
    }

    protected override SandboxAccount Another(int number) => Account($"109000000000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("mastodon", sender, id, handle, sender)
    {
        Token = $"sandbox-mastodon-{handle}",
        ClientId = "sandbox-mastodon-client",
        ClientSecret = "sandbox-mastodon-secret",
    };

    private static Answer Error(int status, string text) => Answer.Json(new { error = text }, status);

    private static Answer NotFound() => Error(404, "Record not found");

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? Value(Call call, string name)
        => call.Json.ValueKind == System.Text.Json.JsonValueKind.Object
            ? call.Json.TryGetProperty(name, out var value) ? value.ToString() : null
            : call.Field(name);

    private string[] Redirects(string client) => Notes.TryGetValue("app:" + client, out var app) ? app.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..] : [];

    private bool IsSecret(string? client, string? secret) => Notes.TryGetValue("app:" + client, out var app) && app.Split('\n')[0] == secret;

    private Answer Register(Call call)
    {
        var redirects = call.Json.ValueKind == System.Text.Json.JsonValueKind.Object && call.Json.GetProperty("redirect_uris") is { ValueKind: System.Text.Json.JsonValueKind.Array } list
            ? list.EnumerateArray().Select(r => r.ToString()).ToArray()
            : (Value(call, "redirect_uris") ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (redirects.Length == 0 || redirects.Any(r => r != Oob && !Uri.TryCreate(r, UriKind.Absolute, out _)))
        {
            return Error(422, "Validation failed: Redirect URI must be an absolute URI.");
        }

        var id = Guid.NewGuid().ToString("N");
        var secret = Guid.NewGuid().ToString("N");
        Notes["app:" + id] = secret + "\n" + string.Join('\n', redirects);
        return Answer.Json(new
        {
            id = Feed.NextNumber(World.Now),
            name = Value(call, "client_name"),
            website = Value(call, "website"),
            scopes = (Value(call, "scopes") ?? "read").Split(' '),
            redirect_uris = redirects,
            redirect_uri = string.Join('\n', redirects),
            client_id = id,
            client_secret = secret,
            client_secret_expires_at = 0,
            vapid_key = "sandbox",
        });
    }

    private Answer GiveToken(Call call)
    {
        var client = Value(call, "client_id");
        if (!IsSecret(client, Value(call, "client_secret")))
        {
            return Answer.Json(new { error = "invalid_client", error_description = "Client authentication failed" }, 401);
        }

        if (Value(call, "grant_type") != "authorization_code")
        {
            Object(call, "grant_type must be authorization_code");
            return Answer.Json(new { error = "unsupported_grant_type", error_description = "The authorization grant type is not supported" }, 400);
        }

        var (code, _) = _consent.Redeem(Value(call, "code"), client, Value(call, "redirect_uri"), Value(call, "code_verifier"));
        if (code is null)
        {
            // One sentence for whatever is wrong with a code.
            const string Wrong = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.";
            return Answer.Json(new { error = "invalid_grant", error_description = Wrong }, 400);
        }

        var grant = Tokens.Issue("masto", code.Account, "access", code.Scope.Length == 0 ? "read" : code.Scope, null);
        return Answer.Json(new { access_token = grant.Token, token_type = "Bearer", scope = grant.Scope, created_at = World.Now.ToUnixTimeSeconds() });
    }

    private Answer Revoke(Call call)
    {
        if (!IsSecret(Value(call, "client_id"), Value(call, "client_secret")))
        {
            return Answer.Json(new { error = "unauthorized_client", error_description = "You are not authorized to revoke this token" }, 403);
        }

        if (Tokens.Find(Value(call, "token")) is { } grant)
        {
            grant.Revoked = true;
        }

        return Answer.Json(new { });
    }

    private Answer Lookup(Call call)
    {
        var name = (call.Asked("acct") ?? "").TrimStart('@').Replace("@" + SandboxAccounts.MastodonDomain, "", StringComparison.OrdinalIgnoreCase);
        return Accounts.FirstOrDefault(a => a.Handle == name) is { } account ? Answer.Json(Person(account)) : NotFound();
    }

    private object Discovery() => new
    {
        issuer = Base,
        authorization_endpoint = Base + "oauth/authorize",
        token_endpoint = Base + "oauth/token",
        app_registration_endpoint = Base + "api/v1/apps",
        revocation_endpoint = Base + "oauth/revoke",
        scopes_supported = new[] { "read", "read:accounts", "read:statuses", "write", "write:media", "write:statuses", "profile" },
        response_types_supported = new[] { "code" },
        response_modes_supported = new[] { "query" },
        grant_types_supported = new[] { "authorization_code" },
        token_endpoint_auth_methods_supported = new[] { "client_secret_basic", "client_secret_post" },
        code_challenge_methods_supported = new[] { "S256" },
    };
}
