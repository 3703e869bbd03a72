using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>A one-time link by which one officer or manager connects one account in their sender's name. Only the hash of its secret is kept.</summary>
public sealed class ConsentLink
{
    public static readonly TimeSpan Valid = TimeSpan.FromDays(7);

    public long Id { get; init; }

    public required string TokenHash { get; init; }

    public required long SenderId { get; init; }

    public required string Platform { get; init; }

    /// <summary>As the administrator typed it; empty where the platform has one address or asks for it in its form.</summary>
    public required string Server { get; init; }

    /// <summary>The channel that is connected again; null for a new one.</summary>
    public long? ChannelId { get; init; }

    /// <summary>Nobody else can use it.</summary>
    public required long PersonId { get; init; }

    public required long AskedBy { get; init; }

    /// <summary>A link that was withdrawn ends at that moment.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When a channel was connected by it.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Null where it was never made, was used or withdrawn, or its time has passed.</summary>
    internal static Task<ConsentLink?> FindOpenAsync(PublisherDb db, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = OneTimeLink.Hash(token);
        return db.ConsentLinks.AsNoTracking().SingleOrDefaultAsync(row => row.TokenHash == hash && row.UsedAt == null && row.ExpiresAt > now, cancellationToken);
    }
}

/// <summary>A link that was just made. The secret is shown once.</summary>
public sealed record NewConsent(string Token, DateTimeOffset ExpiresAt)
{
    public string Path => ConsentPath.Of(Token);
}

/// <summary>Where the person of a link does what it asks.</summary>
internal static class ConsentPath
{
    public static string Of(string token) => $"/channels/consent/{token}";
}
