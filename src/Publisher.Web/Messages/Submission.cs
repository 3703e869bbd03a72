using Publisher.Web.Approvals;

namespace Publisher.Web.Messages;

/// <summary>One handing-in of a message: who, when, what was proposed, and the policy as it was.</summary>
public sealed class Submission
{
    public required long MessageId { get; init; }

    public required int Revision { get; init; }

    public required long SubmittedBy { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>Null for "as soon as approved".</summary>
    public DateTimeOffset? ProposedDue { get; init; }

    public required TimeSpan Grace { get; init; }

    public required ApprovalPolicy Policy { get; init; }

    /// <summary>People who can't approve it: whoever wrote or changed it, and whoever submitted it.</summary>
    public required List<long> Contributors { get; init; }
}

/// <summary>The exact bytes one channel was promised, never rebuilt. Their hash is the seal.</summary>
public sealed class FrozenPost
{
    public long Id { get; init; }

    public required long MessageId { get; init; }

    public required int Revision { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Seal { get; init; }

    /// <summary>How <see cref="Bytes"/> are to be read, see <see cref="Messages.Seal"/>.</summary>
    public required int Format { get; init; }

    public required byte[] Bytes { get; init; }
}
