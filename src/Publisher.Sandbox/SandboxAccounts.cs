namespace Publisher.Sandbox;

/// <summary>One account that exists on a platform's stand-in from the start, with everything needed to connect it without a browser.</summary>
/// <param name="Platform">The platform's key, such as mastodon; also the path prefix of its server.</param>
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

    /// <summary>Bluesky's app password; PeerTube's password, which has no other.</summary>
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
    public static IReadOnlyList<SandboxAccount> All { get; } = [.. PlatformList.Accounts];

    /// <summary>The account of a platform whose handle (or its first label) is the given one.</summary>
    public static SandboxAccount Of(string platform, string handle)
        => All.First(a => a.Platform == platform && (a.Handle == handle || a.Handle.StartsWith(handle + ".", StringComparison.Ordinal)));
}
