using Publisher.Web.People;

namespace Publisher.Web.Approvals;

/// <summary>How many managers must say yes. Frozen with each submission.</summary>
public sealed record ApprovalPolicy(int Approvals)
{
    public static ApprovalPolicy Default { get; } = new(1);

    /// <summary>
    /// Whether these yeses are enough for what <paramref name="yes"/> says: only those for the same seals, time and
    /// grace count with it, each person once.
    /// </summary>
    public bool IsMetBy(Approval yes, IEnumerable<Approval> all) =>
        yes.IsYes && all.Append(yes).Where(yes.SaysTheSameAs).Select(other => other.PersonId).Distinct().Count() >= Approvals;
}

/// <summary>A person's yes or no to a list of seals with a time, as their role and the policy were then.</summary>
public sealed class Approval
{
    public long Id { get; init; }

    public required long MessageId { get; init; }

    public required int Revision { get; init; }

    public required long PersonId { get; init; }

    public required Guid SessionId { get; init; }

    public required Role Role { get; init; }

    public required bool IsYes { get; init; }

    /// <summary>Why not; "" for a yes.</summary>
    public string Reason { get; set; } = "";

    public required DateTimeOffset At { get; init; }

    /// <summary>When it may go out. Approving "now" makes this the time of the approval.</summary>
    public required DateTimeOffset Due { get; init; }

    public required TimeSpan Grace { get; init; }

    public required List<ApprovedSeal> Seals { get; init; }

    public required ApprovalPolicy Policy { get; init; }

    /// <summary>HMAC over all of the above, with a key that is not in the database.</summary>
    public required string Mac { get; set; }

    /// <summary>Whether both are a yes to the same seals for the same time, under the same policy.</summary>
    public bool SaysTheSameAs(Approval other) =>
        IsYes && other.IsYes
        && MessageId == other.MessageId && Revision == other.Revision
        && Due == other.Due && Grace == other.Grace && Policy == other.Policy
        && Seals.Count == other.Seals.Count && Seals.All(other.Seals.Contains);
}

/// <summary>One channel and the seal of what it was promised.</summary>
public sealed record ApprovedSeal(long ChannelId, string Seal);
