using System.Globalization;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>A Pixelfed server (0.12 line): instance, apps, sign-in, accounts. Statuses: <c>PixelfedStatuses.cs</c>, edits: <c>PixelfedEdits.cs</c>, media: <c>PixelfedMedia.cs</c>.</summary>
internal sealed partial class Pixelfed : PlatformServer
{
    private const string Domain = "pixels.example.gov";
    private const string Scopes = "read write";
    private static readonly string[] Form = ["application/x-www-form-urlencoded", "multipart/form-data"];
    private static readonly string[] Bodies = ["application/json", .. Form];
    private static readonly TimeSpan AccessLife = TimeSpan.FromDays(365);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(400);
    private readonly Consent _consent;

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } = [Account("570000000000000101", "environment", SandboxAccounts.Environment), Account("570000000000000102", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults => [("editing-off", "lets nobody change a post, as a server where that is switched off (on changes)")];

    public Pixelfed(World world) : base(world, "pixelfed", "Pixelfed")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(10), id => Notes.ContainsKey("app:" + id))
        {
            Optional = ["scope", "state"],
            IsRedirect = (client, redirect) => Notes.TryGetValue("app:" + client, out var app) && app.Split('\n')[1..] is var all && (all is [""] || all.Contains(redirect)),
        };
        Add(_consent.Routes("oauth/authorize"));
        Add(
            new("GET", "api/v1/instance", CallKind.Read, _ => Answer.Json(Instance())) { Open = true },
            new("POST", "api/v1/apps", CallKind.Token, Register) { Open = true, Accepts = Form, Fields = ["client_name!", "redirect_uris!", "scopes", "website"] },
            new("POST", "oauth/token", CallKind.Token, GiveToken)
            {
                Open = true,
                Accepts = Form,
                Fields = ["grant_type!", "code", "refresh_token", "client_id!", "client_secret!", "redirect_uri", "scope"],
            },
            new("GET", "api/v1/accounts/verify_credentials", CallKind.Read, call => Answer.Json(Person(call.Account))) { Scope = "read" },
            new("GET", "login", CallKind.Page, _ => Html.Page("Sign in", "<h1>Sign in</h1><p>This page is what a client gets that does not ask for JSON.</p>")));
        AddStatuses();
        AddEdits();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        Notes.TryAdd("app:" + account.ClientId, account.ClientSecret + "\n");
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = Scopes, Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = Scopes, Expires = World.Now + RefreshLife });
    }

    public override string Shown(SandboxAccount account) => $"@{account.Handle}@{Domain}";

    protected override Answer? CheckHeaders(Call call, Route route)
    {
        if (!WantsJson(call))
        {
            Object(call, "the Accept header does not ask for application/json");
        }

        return null;
    }

    protected override Answer? Refuse(Call call, Trouble trouble, string detail)
    {
        // The error handler keeps the status only of what carries one; without a wish for JSON even that is a page.
        var refusal = trouble switch
        {
            Trouble.NoToken or Trouble.BadToken or Trouble.ExpiredToken or Trouble.RevokedToken => Error(500, "Unauthenticated."),
            Trouble.MissingScope => Error(403, "Invalid scope(s) provided."),
            Trouble.UnknownPath => Error(404, ""),
            Trouble.WrongMethod => Error(405, $"The {call.Method} method is not supported for this route."),
            Trouble.Malformed => Error(500, "Syntax error"),
            Trouble.BadField => Invalid(detail.Split('/').ElementAtOrDefault(1)?.Split(' ')[0] ?? detail, detail),

            // The real server does not notice these; the objection is the sandbox's own strictness.
            _ => null,
        };
        return refusal is null || WantsJson(call) ? refusal : Answer.Redirect(Base + "login");
    }

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, "Too Many Attempts."),
        502 or 504 => Answer.Html($"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center></body></html>", status),
        503 => Error(503, "Service Unavailable"),
        500 => Error(500, "Server Error"),
        _ => Error(status, ""),
    };

    protected override Answer? Special(Call call, string fault) =>
        fault == "editing-off" && call.Method == "PUT" ? Error(404, "Post editing is not enabled on this server.") : null;

    protected override SandboxAccount Another(int number) => Account($"570000000000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("pixelfed", sender, id, handle, sender)
    {
        Token = $"sandbox-pixelfed-{handle}",
        RefreshToken = $"sandbox-pixelfed-{handle}-refresh",
        ClientId = "sandbox-pixelfed-client",
        ClientSecret = "sandbox-pixelfed-secret",
    };

    private static bool WantsJson(Call call) => call.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal);

    private static Answer Error(int status, string text) => Answer.Json(new { error = text }, status);

    /// <summary>What validation says when JSON is asked for: 500, not 422.</summary>
    private static Answer Invalid(string field, string text) =>
        Answer.Json(new { message = "The given data was invalid.", errors = new Dictionary<string, string[]> { [field] = [text] } }, 500);

    /// <summary>A lookup that fails has no status of its own.</summary>
    private static Answer NoResults(string model, string id) => Error(500, $@"No query results for model [App\Models\{model}] {id}");

    private static string? Value(Call call, string name)
        => call.Json.ValueKind == JsonValueKind.Object
            ? call.Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null
            : call.Field(name);

    private static bool IsTrue(string? value) => value is "true" or "True" or "1" or "on" or "yes";

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static int CodePoints(string text) => text.EnumerateRunes().Count();

    private Answer Register(Call call)
    {
        var redirects = (call.Field("redirect_uris") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (redirects.Length == 0 || redirects.Any(r => !Uri.TryCreate(r, UriKind.Absolute, out _)))
        {
            return Invalid("redirect_uris", "The redirect uris field is required.");
        }

        var id = Feed.NextNumber(World.Now);
        var secret = Guid.NewGuid().ToString("N");
        Notes["app:" + id] = secret + "\n" + string.Join('\n', redirects);
        return Answer.Json(new
        {
            id,
            name = call.Field("client_name"),
            website = call.Field("website"),
            redirect_uri = string.Join('\n', redirects),
            client_id = id,
            client_secret = secret,
            vapid_key = "sandbox",
        });
    }

    private Answer GiveToken(Call call)
    {
        var client = call.Field("client_id");
        if (!Notes.TryGetValue("app:" + client, out var app) || app.Split('\n')[0] != call.Field("client_secret"))
        {
            return Answer.Json(new { error = "invalid_client", error_description = "Client authentication failed", message = "Client authentication failed" }, 401);
        }

        switch (call.Field("grant_type"))
        {
            case "authorization_code":
                var (code, error) = _consent.Redeem(call.Field("code"), client, call.Field("redirect_uri"), verifier: null);
                return code is null ? Refused(400, "invalid_grant", error) : NewPair(code.Account, code.Scope.Length == 0 ? "read" : code.Scope);
            case "refresh_token":
                if (Tokens.Find(call.Field("refresh_token")) is not { Kind: "refresh", Revoked: false } old || old.Expires <= World.Now)
                {
                    return Refused(401, "invalid_request", "The refresh token is invalid.");
                }

                // Rotation: the old one dies with its first use.
                old.Revoked = true;
                return NewPair(old.Account, old.Scope);
            default:
                Object(call, "grant_type is not documented");
                return Refused(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.");
        }

        static Answer Refused(int status, string word, string text) => Answer.Json(new { error = word, error_description = text, message = text }, status);
    }

    private Answer NewPair(string account, string scope) => Answer.Json(new
    {
        token_type = "Bearer",
        expires_in = (int)AccessLife.TotalSeconds,
        access_token = Tokens.Issue("pf", account, "access", scope, World.Now + AccessLife).Token,
        refresh_token = Tokens.Issue("pfr", account, "refresh", scope, World.Now + RefreshLife).Token,
    });

    private object Instance() => new
    {
        uri = Domain,
        title = "Pictures of the federal government (sandbox)",
        short_description = "A stand-in.",
        description = "A stand-in: nothing posted here leaves this machine.",
        email = "press@example.gov",
        // Not Mastodon's number: it is said so that clients take the server for a relative.
        version = "3.5.3 (compatible; Pixelfed 0.12.6)",
        urls = new { streaming_api = "wss://" + Domain },
        stats = new { user_count = Accounts.Count, status_count = Feed.Count, domain_count = 1 },
        thumbnail = World.Address + "_sandbox/pictures/flood-warning-centre.png",
        languages = new[] { "en" },
        registrations = false,
        approval_required = false,
        contact_account = Person(Accounts[0]),
        rules = Array.Empty<object>(),
        configuration = new
        {
            media_attachments = new
            {
                image_matrix_limit = 16_777_216,
                image_size_limit = MostBytes,
                supported_mime_types = MimeTypes,
                video_frame_rate_limit = 120,
                video_matrix_limit = 2_304_000,
                video_size_limit = MostBytes,
            },
            polls = new { max_characters_per_option = 50, max_expiration = 2_629_746, max_options = 4, min_expiration = 300 },
            // Addresses count in full all the same.
            statuses = new { characters_reserved_per_url = 23, max_characters = MaxCharacters, max_media_attachments = MaxAlbum },
        },
    };

    private object Person(SandboxAccount account)
    {
        var picture = World.Address + "_sandbox/pictures/" + account.Handle + ".png";
        return new
        {
            id = account.Id,
            username = account.Handle,
            acct = account.Handle,
            display_name = account.DisplayName,
            locked = false,
            bot = false,
            created_at = "2023-01-02T00:00:00.000000Z",
            note = "",
            url = Base + account.Handle,
            avatar = picture,
            avatar_static = picture,
            header = picture,
            header_static = picture,
            followers_count = SandboxCounts.Followers(account.Id),
            following_count = 12,
            statuses_count = Feed.CountOf(account.Id),
            last_status_at = (string?)null,
            emojis = Array.Empty<object>(),
            fields = Array.Empty<object>(),
            source = new { privacy = "public", sensitive = false, language = "en", note = "", fields = Array.Empty<object>() },
        };
    }
}
