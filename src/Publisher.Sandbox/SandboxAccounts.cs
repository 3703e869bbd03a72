namespace Publisher.Sandbox;

/// <summary>One account that exists on a platform's stand-in from the start, with everything needed to connect it without a browser.</summary>
/// <param name="Platform">mastodon, bluesky, x or linkedin; also the path prefix of its server.</param>
/// <param name="Sender">In whose name the account speaks.</param>
/// <param name="Id">The account id as the platform gives it: number, DID or URN.</param>
/// <param name="Handle">The handle without a leading @.</param>
/// <param name="DisplayName">The name above its posts.</param>
public sealed record SandboxAccount(string Platform, string Sender, string Id, string Handle, string DisplayName)
{
    /// <summary>A working access token.</summary>
    public required string Token { get; init; }

    /// <summary>The first refresh token; null where the platform has none. X and Bluesky rotate it.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>Bluesky's app password.</summary>
    public string? AppPassword { get; init; }

    /// <summary>The registered client of the platform, where it has one.</summary>
    public string? ClientId { get; init; }

    /// <summary>The secret that belongs to <see cref="ClientId"/>.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>LinkedIn only: the member (sub) who signs in for the page.</summary>
    public string? MemberId { get; init; }
}

/// <summary>The accounts every sandbox starts with: two senders on each platform. Fixed, public and worthless outside.</summary>
public static class SandboxAccounts
{
    /// <summary>The first sender, handle "environment".</summary>
    public const string Environment = "Ministry of the Environment";

    /// <summary>The second sender, handle "water".</summary>
    public const string Water = "Federal Agency for Water";

    /// <summary>The domain the Mastodon stand-in says it is.</summary>
    public const string MastodonDomain = "social.example.gov";

    /// <summary>Handles that Bluesky's resolveHandle knows besides the accounts.</summary>
    public static IReadOnlyDictionary<string, string> KnownHandles { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["ec.europa.eu"] = "did:plc:commission2sandbox2known",
        ["flood.example.gov"] = "did:plc:floodcentre2sandbox2know",
        ["parliament.example.gov"] = "did:plc:parliament2sandbox2known",
        ["weather.example.gov"] = "did:plc:weatherservice2sandbox22",
    };

    /// <summary>Every account of every platform.</summary>
    public static IReadOnlyList<SandboxAccount> All { get; } =
    [
        Mastodon("109000000000000101", "environment", Environment),
        Mastodon("109000000000000102", "water", Water),
        Bluesky("did:plc:environment2sandbox2demo", "environment", Environment, "envi-ronm-ents-andb"),
        Bluesky("did:plc:federalwater2sandbox2dem", "water", Water, "wate-rand-sand-boxx"),
        X("1800000000000000101", "environment", Environment),
        X("1800000000000000102", "water", Water),
        LinkedIn("urn:li:organization:104000101", "environment", Environment, "envPress01"),
        LinkedIn("urn:li:organization:104000102", "water", Water, "waterPress2"),
    ];

    /// <summary>The account of a platform whose handle (or its first label) is the given one.</summary>
    public static SandboxAccount Of(string platform, string handle)
        => All.First(a => a.Platform == platform && (a.Handle == handle || a.Handle.StartsWith(handle + ".", StringComparison.Ordinal)));

    private static SandboxAccount Mastodon(string id, string handle, string sender) => new("mastodon", sender, id, handle, sender)
    {
        Token = $"sandbox-mastodon-{handle}",
        ClientId = "sandbox-mastodon-client",
        ClientSecret = "sandbox-mastodon-secret",
    };

    private static SandboxAccount Bluesky(string did, string handle, string sender, string appPassword) => new("bluesky", sender, did, handle + ".example.gov", sender)
    {
        Token = $"sandbox-bluesky-{handle}",
        RefreshToken = $"sandbox-bluesky-{handle}-refresh",
        AppPassword = appPassword,
    };

    private static SandboxAccount X(string id, string handle, string sender) => new("x", sender, id, handle, sender)
    {
        Token = $"sandbox-x-{handle}",
        RefreshToken = $"sandbox-x-{handle}-refresh",
        ClientId = "sandbox-x-client",
        ClientSecret = "sandbox-x-secret",
    };

    private static SandboxAccount LinkedIn(string urn, string handle, string sender, string member) => new("linkedin", sender, urn, handle, sender)
    {
        Token = $"sandbox-linkedin-{handle}",
        RefreshToken = $"sandbox-linkedin-{handle}-refresh",
        ClientId = "sandbox-linkedin-client",
        ClientSecret = "sandbox-linkedin-secret",
        MemberId = member,
    };
}
