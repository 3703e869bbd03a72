using System.Security.Cryptography;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>The Graph API v26.0 for pages: sign-in, pages. Posts: <c>FacebookPosts.cs</c>, photos and videos: <c>FacebookMedia.cs</c>.</summary>
internal sealed partial class Facebook : Graph
{
    private const string PageScopes = "pages_show_list pages_read_engagement pages_manage_posts";
    private const string PersonScope = "person";
    private static readonly TimeSpan ShortLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongLife = TimeSpan.FromDays(60);
    private static readonly string[] Proof = ["appsecret_proof"];
    private readonly Consent _consent;

    /// <summary>The accounts it starts with: pages of one and the same person.</summary>
    public static SandboxAccount[] Known { get; } = [Account("104000000000101", "environment", SandboxAccounts.Environment), Account("104000000000102", "water", SandboxAccounts.Water)];

    public override (string Kind, string Does)[] OwnFaults => [("duplicate", "says the same was posted before"), ("video-fails", "accepts a video and cannot process it")];

    public Facebook(World world) : base(world, "facebook", "Facebook")
    {
        _consent = new Consent(this, TimeSpan.FromMinutes(10), id => Accounts.Any(a => a.ClientId == id))
        {
            Required = ["client_id", "redirect_uri", "state", "response_type"],
            Optional = ["scope", "config_id"],
            Ending = "#_=_",
        };
        Add(_consent.Routes("v26.0/dialog/oauth"));
        Add(
            new("GET", "v26.0/oauth/access_token", CallKind.Token, GiveToken) { Open = true, Query = ["client_id", "client_secret", "redirect_uri", "code", "grant_type", "fb_exchange_token"] },
            new("GET", "v26.0/me/accounts", CallKind.Read, Pages) { Scope = PersonScope, Query = [.. Proof, "fields", "limit", "after", "before"] });
        AddPosts();
        AddMedia();
    }

    protected override void Seed(SandboxAccount account)
    {
        // A page's token has no end.
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = PageScopes });
    }

    public override string Shown(SandboxAccount account) => "Page · 12,345 followers";

    protected override SandboxAccount Another(int number) => Account($"104000000{number:000000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string id, string handle, string sender) => new("facebook", sender, id, handle, sender)
    {
        Token = $"sandbox-facebook-{handle}",
        ClientId = "104000000000001",
        ClientSecret = "sandbox-facebook-secret",
    };

    protected override Answer? Special(Call call, string fault)
    {
        if (fault == "video-fails" && _videos.TryGetValue(call.Field("upload_session_id") ?? "", out var video))
        {
            _videos[video.Session] = video with { Fails = true };
        }

        return fault == "duplicate" ? Error(506, "Duplicate status message") : null;
    }

    /// <summary>This app has made the proof of its secret mandatory.</summary>
    protected override Answer? CheckHeaders(Call call, Route route)
    {
        if (route.Open || call.Bearer is not { } token)
        {
            return null;
        }

        var proof = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Known[0].ClientSecret!), Encoding.UTF8.GetBytes(token)));
        if (call.Asked("appsecret_proof") == proof)
        {
            return null;
        }

        Object(call, call.Asked("appsecret_proof") is null ? "appsecret_proof is missing" : "appsecret_proof does not fit the token");
        return Error(100, "API calls from the server require an appsecret_proof argument");
    }

    private Answer GiveToken(Call call)
    {
        if (!Accounts.Any(a => a.ClientId == call.Asked("client_id") && a.ClientSecret == call.Asked("client_secret")))
        {
            return Error(101, "Error validating client secret.");
        }

        if (call.Asked("grant_type") == "fb_exchange_token")
        {
            return Tokens.Find(call.Asked("fb_exchange_token")) is { Kind: "short", Revoked: false } first && first.Expires > World.Now
                ? Given(Tokens.Issue("EAA", first.Account, "access", PersonScope, World.Now + LongLife))
                : Error(190, "Invalid OAuth access token.");
        }

        var (code, error) = _consent.Redeem(call.Asked("code"), call.Asked("client_id"), call.Asked("redirect_uri"), null);
        return code is null
            ? CodeError(error)
            : Given(Tokens.Issue("EAA", code.Account, "short", PersonScope, World.Now + ShortLife));
    }

    private Answer Given(Grant grant) => Answer.Json(new { access_token = grant.Token, token_type = "bearer", expires_in = (int)(grant.Expires!.Value - World.Now).TotalSeconds });

    /// <summary>Both pages, the one chosen at consent first, and one for which the person may only read figures.</summary>
    private Answer Pages(Call call)
    {
        var pages = Accounts.OrderByDescending(page => page.Id == call.Account.Id).Select(page => Choose(call, new()
        {
            ["id"] = page.Id,
            ["name"] = page.DisplayName,
            ["username"] = page.Handle,
            ["access_token"] = Tokens.Issue("EAA", page.Id, "access", PageScopes, null).Token,
            ["tasks"] = new[] { "ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE" },
        }));
        var onlyFigures = Choose(call, new()
        {
            ["id"] = "104000000000199",
            ["name"] = "State Archive",
            ["username"] = null,
            ["access_token"] = "sandbox-facebook-archive",
            ["tasks"] = new[] { "ANALYZE" },
        });
        return Answer.Json(new { data = pages.Append(onlyFigures).ToArray(), paging = new { cursors = new { before = "QVFI", after = "QVFJ" } } });
    }
}
