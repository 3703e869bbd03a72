using Microsoft.AspNetCore.Identity;

namespace Publisher.Web.People;

/// <summary>Someone who signs in. Never deleted: the log names people for ever.</summary>
public sealed class Person : IdentityUser<long>
{
    public required string DisplayName { get; set; }

    /// <summary>Switched off: can't sign in, and open pages empty.</summary>
    public bool IsOff { get; set; }

    public List<Grant> Grants { get; } = [];
}

public enum Role
{
    Officer,
    Manager,
    Auditor,
    Administrator,
}

/// <summary>A role of a person, for one sender or for all.</summary>
public sealed class Grant
{
    public long Id { get; init; }

    public long PersonId { get; init; }

    public required Role Role { get; init; }

    /// <summary>Null for all senders. Auditors and administrators always have all.</summary>
    public long? SenderId { get; init; }
}

/// <summary>One sign-in of one person on one browser. Ending it ends its pages.</summary>
public sealed class Session
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public required Guid Id { get; init; }

    public required long PersonId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset SeenAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public bool IsOpen(DateTimeOffset now) => EndedAt is null && now < SeenAt + Idle && now < StartedAt + Longest;
}

/// <summary>A one-time link by which a new person chooses a password. Only the hash of its secret is kept.</summary>
public sealed class Invitation
{
    public static readonly TimeSpan Valid = TimeSpan.FromMinutes(30);

    public long Id { get; init; }

    public required string TokenHash { get; init; }

    /// <summary>Who will use it; null for the first start, where the person is created with it.</summary>
    public long? PersonId { get; init; }

    /// <summary>Granted on use at the first start.</summary>
    public Role? FirstRole { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }
}
