using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>A Bluesky PDS: sessions, identity, blobs. Records: <c>BlueskyRecords.cs</c>, what a post may hold: <c>BlueskyPost.cs</c>, video: <c>BlueskyVideo.cs</c>.</summary>
internal sealed partial class Bluesky : PlatformServer
{
    private const int BlobLimit = 52_428_800;
    private static readonly TimeSpan AccessLife = TimeSpan.FromMinutes(120);
    private static readonly TimeSpan RefreshLife = TimeSpan.FromDays(90);
    private static readonly TimeSpan RefreshGrace = TimeSpan.FromHours(2);

    /// <summary>The accounts it starts with.</summary>
    public static SandboxAccount[] Known { get; } =
    [
        Account("did:plc:environment2sandbox2demo", "environment", SandboxAccounts.Environment, "envi-ronm-ents-andb"),
        Account("did:plc:federalwater2sandbox2dem", "water", SandboxAccounts.Water, "wate-rand-sand-boxx"),
    ];

    public Bluesky(World world) : base(world, "bluesky", "Bluesky")
    {
        Add(
            new("POST", "xrpc/com.atproto.server.createSession", CallKind.Token, CreateSession)
            {
                Open = true,
                Accepts = ["application/json"],
                Shape = Shape.Object(("identifier!", Shape.Text), ("password!", Shape.Text), ("authFactorToken", Shape.Text), ("allowTakendown", Shape.Flag)),
            },
            new("POST", "xrpc/com.atproto.server.refreshSession", CallKind.Token, RefreshSession) { Open = true },
            new("POST", "xrpc/com.atproto.server.deleteSession", CallKind.Token, DeleteSession) { Open = true },
            new("GET", "xrpc/com.atproto.server.getSession", CallKind.Read, call => Answer.Json(Session(call.Account))),
            new("GET", "xrpc/com.atproto.server.describeServer", CallKind.Read, _ => Answer.Json(Describe())) { Open = true },
            new("GET", "xrpc/com.atproto.identity.resolveHandle", CallKind.Read, ResolveHandle) { Open = true, Query = ["handle"] },
            new("POST", "xrpc/com.atproto.repo.uploadBlob", CallKind.Media, UploadBlob) { Accepts = ["*/*"] },
            new("GET", "xrpc/app.bsky.actor.getProfile", CallKind.Read, ShowProfile) { Query = ["actor"] },
            new("GET", "xrpc/app.bsky.feed.getPosts", CallKind.Read, ShowPosts) { Query = ["uris"] },
            new("GET", "xrpc/_health", CallKind.Read, _ => Answer.Json(new { version = "0.4.217" })) { Open = true },
            new("GET", "profile/{did}/post/{rkey}", CallKind.Page, call => PostPage.Of(this, Feed.Find($"at://{DidOf(call["did"])}/{PostCollection}/{call["rkey"]}"))));
        AddRecords();
        AddVideo();
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = "*", Expires = World.Now + AccessLife });
        Tokens.Seed(new Grant { Token = account.RefreshToken!, Account = account.Id, Kind = "refresh", Scope = "*", Expires = World.Now + RefreshLife });
    }

    protected override SandboxAccount Another(int number)
    {
        // An identifier and a password of this kind have no room for most digits.
        var letters = string.Concat($"{number:0000}".Select(digit => (char)('a' + digit - '0')));
        return Account($"did:plc:office{letters}2sandbox2demo2", $"office{number}", SandboxAccounts.Environment, $"offi-{letters}-sand-boxx");
    }

    private static SandboxAccount Account(string did, string handle, string sender, string appPassword) => new("bluesky", sender, did, handle + ".example.gov", sender)
    {
        Token = $"sandbox-bluesky-{handle}",
        RefreshToken = $"sandbox-bluesky-{handle}-refresh",
        AppPassword = appPassword,
    };

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken => Error(401, "AuthMissing", "Authentication Required"),
        Trouble.BadToken or Trouble.RevokedToken => Error(400, "InvalidToken", "Token could not be verified"),
        Trouble.ExpiredToken => Error(400, "ExpiredToken", "Token has expired"),
        Trouble.MissingScope => Error(403, "InsufficientScope", "Missing scope " + detail),
        Trouble.UnknownPath => Error(501, "MethodNotImplemented", "Method Not Implemented"),
        Trouble.WrongMethod => Error(405, "InvalidRequest", "Incorrect HTTP method"),
        Trouble.WrongType => Error(400, "InvalidRequest", "Wrong request encoding (Content-Type): " + call.ContentType),
        Trouble.Malformed or Trouble.BadField => Error(400, "InvalidRequest", "Input" + detail),

        // Fields and parameters beyond the lexicon are ignored by the real server; only the objection tells.
        _ => null,
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => Error(429, "RateLimitExceeded", "Rate Limit Exceeded").With("Retry-After", "60"),
        502 => Error(502, "UpstreamFailure", "Upstream Failure"),
        503 => Error(503, "NotEnoughResources", "Not Enough Resources"),
        504 => Error(504, "UpstreamTimeout", "Upstream Timeout"),
        500 => Error(500, "InternalServerError", "Internal Server Error"),
        _ => Error(status, "InvalidRequest", "Request failed"),
    };

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        if (route.Kind == CallKind.Page)
        {
            return answer;
        }

        // Writes are charged in points: create 3, so the hour's 5000 points are about 1666 posts.
        var limit = route.Kind is CallKind.Create or CallKind.Change
            ? new RateLimit("points", 1666, TimeSpan.FromHours(1))
            : new RateLimit("all", 3000, TimeSpan.FromMinutes(5));
        var (remaining, reset, isOver) = Rates.Count(call.Signed?.Id ?? "nobody", limit, World.Now);
        return (isOver && World.Options.EnforceRateLimits ? Fail(429) : answer)
            .With("RateLimit-Limit", limit.Calls.ToString(CultureInfo.InvariantCulture))
            .With("RateLimit-Remaining", remaining.ToString(CultureInfo.InvariantCulture))
            .With("RateLimit-Reset", reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))
            .With("RateLimit-Policy", $"{limit.Calls};w={limit.Span.TotalSeconds:0}");
    }

    private static Answer Error(int status, string error, string message) => Answer.Json(new { error, message }, status);

    // A content id: version 1, codec 0x55 (raw bytes) or 0x71 (record), SHA-256, in base32.
    private static string Cid(byte codec, byte[] sha256)
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        byte[] bytes = [0x01, codec, 0x12, 0x20, .. sha256];
        var text = new StringBuilder("b");
        var (bits, value) = (0, 0);
        foreach (var b in bytes)
        {
            value = (value << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(value >> (bits - 5)) & 31]);
            }

            value &= (1 << bits) - 1;
        }

        return (bits > 0 ? text.Append(Alphabet[(value << (5 - bits)) & 31]) : text).ToString();
    }

    private string? DidOf(string identifier)
        => Accounts.FirstOrDefault(a => a.Id == identifier || a.Handle.Equals(identifier, StringComparison.OrdinalIgnoreCase))?.Id;

    private Answer CreateSession(Call call)
    {
        var identifier = call.Json.GetProperty("identifier").GetString() ?? "";
        var password = call.Json.GetProperty("password").GetString();
        var account = Accounts.FirstOrDefault(a => a.Id == DidOf(identifier.TrimStart('@')));
        return account is null || account.AppPassword != password || Tokens.IsLocked(account.Id)
            ? Error(401, "AuthenticationRequired", "Invalid identifier or password")
            : Answer.Json(NewSession(account));
    }

    private (Grant? Grant, Answer? Refusal) RefreshGrant(Call call)
    {
        if (call.Bearer is null)
        {
            return (null, Refuse(call, Trouble.NoToken, ""));
        }

        return Tokens.Find(call.Bearer) is not { Kind: "refresh", Revoked: false } grant ? (null, Refuse(call, Trouble.BadToken, ""))
            : grant.Expires <= World.Now ? (null, Refuse(call, Trouble.ExpiredToken, ""))
            : (grant, null);
    }

    private Answer RefreshSession(Call call)
    {
        var (grant, refusal) = RefreshGrant(call);
        if (grant is null)
        {
            return refusal!;
        }

        // The old refresh token rotates out, with a grace time for answers that were lost.
        var graceEnds = World.Now + RefreshGrace;
        grant.Expires = grant.Expires < graceEnds ? grant.Expires : graceEnds;
        return Answer.Json(NewSession(Accounts.First(a => a.Id == grant.Account)));
    }

    private Answer DeleteSession(Call call)
    {
        var (grant, refusal) = RefreshGrant(call);
        if (grant is not null)
        {
            grant.Revoked = true;
        }

        return refusal ?? Answer.Empty(200);
    }

    private Dictionary<string, object> NewSession(SandboxAccount account)
    {
        var session = Session(account);
        session["accessJwt"] = Issue(account, "access", "com.atproto.appPass", AccessLife).Token;
        session["refreshJwt"] = Issue(account, "refresh", "com.atproto.refresh", RefreshLife).Token;
        return session;
    }

    // Shaped like a JWT, so that a client may read the expiry; the last part is random instead of a signature.
    private Grant Issue(SandboxAccount account, string kind, string scope, TimeSpan life)
    {
        var expires = World.Now + life;
        var head = Base64Url.EncodeToString("{\"typ\":\"at+jwt\",\"alg\":\"ES256K\"}"u8);
        var payload = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { scope, sub = account.Id, iat = World.Now.ToUnixTimeSeconds(), exp = expires.ToUnixTimeSeconds(), aud = "did:web:localhost" }));
        var issued = Tokens.Issue($"{head}.{payload}.", account.Id, kind, "*", expires);
        return issued;
    }

    private Dictionary<string, object> Session(SandboxAccount account) => new()
    {
        ["did"] = account.Id,
        ["handle"] = account.Handle,
        ["email"] = "press@example.gov",
        ["emailConfirmed"] = true,
        ["emailAuthFactor"] = false,
        ["active"] = true,
        ["didDoc"] = new Dictionary<string, object>
        {
            ["@context"] = new[] { "https://www.w3.org/ns/did/v1" },
            ["id"] = account.Id,
            ["alsoKnownAs"] = new[] { "at://" + account.Handle },
            ["verificationMethod"] = Array.Empty<object>(),
            ["service"] = new[] { new { id = "#atproto_pds", type = "AtprotoPersonalDataServer", serviceEndpoint = Base.TrimEnd('/') } },
        },
    };

    private static object Describe() => new
    {
        did = "did:web:localhost",
        availableUserDomains = new[] { ".example.gov" },
        inviteCodeRequired = true,
        phoneVerificationRequired = false,
        blobUploadLimit = BlobLimit,
        links = new { },
        contact = new { },
    };

    private Answer ResolveHandle(Call call)
    {
        var handle = call.Asked("handle") ?? "";
        var did = Accounts.FirstOrDefault(a => a.Handle.Equals(handle, StringComparison.OrdinalIgnoreCase))?.Id ?? SandboxAccounts.KnownHandles.GetValueOrDefault(handle);
        return did is null ? Error(400, "InvalidRequest", "Unable to resolve handle") : Answer.Json(new { did });
    }

    private Answer UploadBlob(Call call)
    {
        if (call.Body.Length > BlobLimit)
        {
            return Error(413, "PayloadTooLarge", "request entity too large");
        }

        if (call.Body.Length == 0)
        {
            return Error(400, "InvalidRequest", "A request body was expected but none was provided");
        }

        var type = MediaStore.Look(call.Body).Type;
        if (type is not null && type != call.ContentType)
        {
            Object(call, $"the bytes are {type}, declared as {call.ContentType}");
        }

        return Answer.Json(new { blob = Blob(StoreBlob(call.Account.Id, call.Body, type ?? call.ContentType)) });
    }

    private Upload StoreBlob(string did, byte[] bytes, string type)
    {
        var (_, width, height) = MediaStore.Look(bytes);
        var sha = World.Media.Put(bytes);
        var cid = Cid(0x55, Convert.FromHexString(sha));
        return Uploads[did + "/" + cid] = new Upload { Id = did + "/" + cid, Platform = Key, Account = did, Sha256 = sha, Bytes = bytes.Length, Type = type, Width = width, Height = height, Ready = World.Now };
    }

    private static Dictionary<string, object> Blob(Upload upload) => new()
    {
        ["$type"] = "blob",
        ["ref"] = new Dictionary<string, string> { ["$link"] = upload.Id[(upload.Id.LastIndexOf('/') + 1)..] },
        ["mimeType"] = upload.Type!,
        ["size"] = upload.Bytes,
    };
}
