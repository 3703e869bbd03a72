using System.Text.Json;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Messages;
using Publisher.Web.People;

namespace Publisher.Web.Deliveries;

/// <summary>
/// Compares what would go out with what people approved. Nothing is taken from the database on trust: the bytes are
/// hashed, the approvals' authenticity comes from a key that is not kept there.
/// </summary>
internal sealed class Verification(ApprovalKey key)
{
    /// <summary>The post that was approved, or the code of what does not fit.</summary>
    public (Post? Post, string? Mismatch) Check(Dossier dossier)
    {
        var delivery = dossier.Delivery;
        if (dossier.Frozen is not { } frozen || dossier.Channel is not { } channel || dossier.Submission is not { } submission)
        {
            return (null, "row.missing");
        }

        if (frozen.Seal != delivery.Seal || Seal.Of(frozen.Bytes) != delivery.Seal)
        {
            return (null, "seal.differs");
        }

        if (frozen.MessageId != delivery.MessageId || frozen.ChannelId != delivery.ChannelId || channel.SenderId != delivery.SenderId)
        {
            return (null, "channel.differs");
        }

        if (Thaw(frozen, channel) is not { } post || post.Parts.Count != delivery.Parts.Count)
        {
            return (null, "post.unreadable");
        }

        if (post.Platform != channel.Platform || post.Server != channel.Server || post.AccountId != channel.AccountId)
        {
            return (null, "account.differs");
        }

        if (!post.Parts.All(part => IsOfOriginal(part, dossier)))
        {
            return (null, "correction.differs");
        }

        return CheckApprovals(delivery, submission, dossier.Approvals) is { } mismatch ? (null, mismatch) : (post, null);
    }

    /// <summary>How many different people validly said yes to the same as this approval.</summary>
    public int Yeses(Approval approval, Submission submission, IEnumerable<Approval> approvals) =>
        approvals.Where(other => IsSame(approval, other) && IsValid(other, submission)).Select(other => other.PersonId).Distinct().Count();

    private string? CheckApprovals(Delivery delivery, Submission submission, IReadOnlyList<Approval> approvals)
    {
        var wanted = new ApprovedSeal(delivery.ChannelId, delivery.Seal);
        if (approvals.FirstOrDefault(approval => approval.Id == delivery.ApprovalId) is not { IsYes: true } approval || !approval.Seals.Contains(wanted))
        {
            return "approval.missing";
        }

        if (approval.Due != delivery.Due || approval.Due + approval.Grace != delivery.Deadline)
        {
            return "time.differs";
        }

        // One forged yes is enough to stop, even where genuine ones would do.
        if (approvals.Any(other => other.IsYes && other.Seals.Contains(wanted) && !key.IsAuthentic(other)))
        {
            return "approval.forged";
        }

        return Yeses(approval, submission, approvals) < Math.Max(1, approval.Policy.Approvals) ? "policy.not.met" : null;
    }

    /// <summary>A correction is about the post that the message it corrects has on this channel, and about no other.</summary>
    private static bool IsOfOriginal(Part part, Dossier dossier)
    {
        if (part.Correction is not { } correction || correction.Way != dossier.Delivery.Way)
        {
            return part.Correction is null && dossier.Delivery.Way is null;
        }

        var number = correction.Way == CorrectionWay.Edit ? part.Number : 1;
        return dossier.Original is { } original
            && (original.Parts.Exists(row => row.Number == number && row.RemoteId == correction.Post.Id)
                || (correction.Way == CorrectionWay.Link && original.Permalink == correction.Post.Id));
    }

    private bool IsValid(Approval approval, Submission submission) =>
        approval is { IsYes: true, Role: Role.Manager }
        && approval.Policy == submission.Policy
        && !submission.Contributors.Contains(approval.PersonId)
        && key.IsAuthentic(approval);

    private static bool IsSame(Approval one, Approval other) =>
        one.MessageId == other.MessageId && one.Revision == other.Revision && one.Due == other.Due && one.Grace == other.Grace
        && one.Seals.Count == other.Seals.Count && one.Seals.All(other.Seals.Contains);

    private static Post? Thaw(FrozenPost frozen, Channel channel)
    {
        try
        {
            return Seal.Thaw(frozen.Bytes, frozen.Format, channel.Limits);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException or UriFormatException)
        {
            return null;
        }
    }
}
