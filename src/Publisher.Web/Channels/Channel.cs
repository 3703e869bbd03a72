using Publisher.Platforms;

namespace Publisher.Web.Channels;

public enum ChannelHealth
{
    Working,

    /// <summary>A person must connect it again; its deliveries wait until their deadline.</summary>
    SignInNeeded,

    /// <summary>Something that was not approved tried to go out here. Sends nothing until a manager has looked.</summary>
    Alarmed,

    Disconnected,
}

/// <summary>One account on one platform, with its credentials, default options and health.</summary>
public sealed class Channel
{
    public long Id { get; init; }

    public required long SenderId { get; init; }

    public required string Platform { get; init; }

    public required Uri Server { get; init; }

    /// <summary>The platform's own id. Reconnecting never changes it through the screens.</summary>
    public required string AccountId { get; set; }

    public required string Handle { get; set; }

    public required string DisplayName { get; set; }

    /// <summary>Encrypted, see <see cref="ChannelKeys"/>; the purpose names channel and account.</summary>
    public required string Credentials { get; set; }

    public required Limits Limits { get; set; }

    public TimeSpan? RepeatSafeFor { get; set; }

    public Dictionary<string, string> Options { get; set; } = [];

    public ChannelHealth Health { get; set; }

    /// <summary>A code the screens word.</summary>
    public string? HealthCode { get; set; }

    /// <summary>What the platform said about waiting, for the whole account.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? TokenExpires { get; set; }

    /// <summary>When a person must sign in again.</summary>
    public DateTimeOffset? SignInExpires { get; set; }

    /// <summary>Who puts out by hand what no server may post here; null where anybody of the sender does.</summary>
    public long? ByHandPersonId { get; set; }

    public required DateTimeOffset ConnectedAt { get; set; }

    public int Version { get; set; }
}
