using System.Diagnostics.CodeAnalysis;
using Publisher.Platforms;
using Publisher.Web.Approvals;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>What people decide about a delivery. Each decision ends the claim of whoever was busy with it.</summary>
public sealed partial class Delivery
{
    /// <summary>Nothing more will happen by itself, and nobody needs to decide anything.</summary>
    public bool IsClosed => State is DeliveryState.Published or DeliveryState.Cancelled or DeliveryState.OutByHand or DeliveryState.Retracted or DeliveryState.Refused;

    /// <summary>Whether a call of it may still leave, so that what would overtake it has to wait.</summary>
    public bool IsUnderWay(DateTimeOffset now) => (NextAt is not null && !IsStopped) || (State is DeliveryState.PartlyOut or DeliveryState.CannotTell && Code != ThreadLeft && now <= Deadline);

    /// <summary>Until the send starts.</summary>
    public bool TryCancel(DateTimeOffset now, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (State is not (DeliveryState.Waiting or DeliveryState.SignInNeeded or DeliveryState.HandedOver) || SomethingIsOut)
        {
            refusal = new Refusal("cancel.too.late");
            return false;
        }

        Decide(DeliveryState.Cancelled, out refusal);
        DiscardSoon(now);
        return true;
    }

    /// <summary>A person looked and found the part at this address.</summary>
    public bool TryDecideThere(Uri address, DateTimeOffset now, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (State is not DeliveryState.CannotTell || NextPart is not { } part)
        {
            refusal = Refusal.LookAgain;
            return false;
        }

        EndClaim();
        part.Permalink = address.AbsoluteUri;
        PartIsOut(part, now);
        refusal = null;
        return true;
    }

    /// <summary>A person looked and is sure it is not there: the next attempt follows, until the deadline.</summary>
    public bool TryDecideNotThere(DateTimeOffset now, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (State is not DeliveryState.CannotTell || NextPart is not { } part)
        {
            refusal = Refusal.LookAgain;
            return false;
        }

        EndClaim();
        part.Ticket = null;
        PartIsNotThere(part, now);
        refusal = null;
        return true;
    }

    /// <summary>A person put it out by other means.</summary>
    public bool TryCloseByHand(Uri address, DateTimeOffset now, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (IsClosed || State is DeliveryState.Sending or DeliveryState.Retracting)
        {
            refusal = State is DeliveryState.Sending ? new Refusal("sending.now") : Refusal.LookAgain;
            return false;
        }

        Permalink = address.AbsoluteUri;
        PublishedAt = now;
        return Decide(DeliveryState.OutByHand, out refusal);
    }

    /// <summary>The rest of a thread goes out now, as long as the deadline allows.</summary>
    public bool TryContinueThread(DateTimeOffset now, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (State is not DeliveryState.PartlyOut || Parts.Exists(part => part.PublishedAt is not null && part.RemoteId is null))
        {
            refusal = State is DeliveryState.PartlyOut ? new Refusal("thread.without.id") : Refusal.LookAgain;
            return false;
        }

        if (now > Deadline)
        {
            refusal = new Refusal("deadline.passed");
            return false;
        }

        Decide(LookedForFirst ? DeliveryState.Unclear : DeliveryState.Waiting, out refusal);
        Failures = 0;
        NextAt = now;
        return true;
    }

    /// <summary>The thread stays as short as it is.</summary>
    public bool TryLeaveThread([NotNullWhen(false)] out Refusal? refusal)
    {
        if (State is not DeliveryState.PartlyOut || Code == ThreadLeft)
        {
            refusal = Refusal.LookAgain;
            return false;
        }

        Decide(DeliveryState.PartlyOut, out refusal);
        Code = ThreadLeft;
        return true;
    }

    public const string ThreadLeft = "thread.left";

    /// <summary>What is out is deleted where it stands; the frozen post stays here.</summary>
    public bool TryRetract(DateTimeOffset now, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (State is not (DeliveryState.Published or DeliveryState.PartlyOut))
        {
            refusal = Refusal.LookAgain;
            return false;
        }

        if (Way is CorrectionWay.Edit)
        {
            refusal = new Refusal("retract.the.first");
            return false;
        }

        if (Parts.Exists(part => part.PublishedAt is not null && part.RemoteId is null))
        {
            refusal = new Refusal("retract.without.id");
            return false;
        }

        Decide(DeliveryState.Retracting, out refusal);
        Failures = 0;
        NextAt = now;
        return true;
    }

    /// <summary>Whether a new approval may still send it. While its draft is being removed nobody knows whether that is still there.</summary>
    public bool CanBeSentAfterAll => (State is DeliveryState.Missed && Owner is null) || (State is DeliveryState.Waiting && Code == Held)
        || (State is DeliveryState.PartlyOut && Parts.TrueForAll(part => part.PublishedAt is null || part.RemoteId is not null));

    /// <summary>The code of a delivery that a hold keeps from being sent.</summary>
    public const string Held = "held";

    /// <summary>The code of a delivery whose channel sends nothing until someone has looked at it.</summary>
    public const string ChannelStopped = "channel.stopped";

    /// <summary>A new approval of the same seal, with a new time.</summary>
    public bool TrySendAfterAll(Approval approval, [NotNullWhen(false)] out Refusal? refusal)
    {
        if (!CanBeSentAfterAll)
        {
            refusal = Refusal.LookAgain;
            return false;
        }

        Decide(LookedForFirst ? DeliveryState.Unclear : DeliveryState.Waiting, out refusal);
        ApprovalId = approval.Id;
        Due = approval.Due;
        Deadline = approval.Due + approval.Grace;
        Failures = 0;
        NextAt = LookedForFirst ? approval.At : Due;
        return true;
    }

    /// <summary>Its channel can be used again, or its hold was lifted.</summary>
    public void Resume(DateTimeOffset now)
    {
        Decide(DeliveryState.Waiting, out _);
        NextAt = Due > now ? Due : now;
    }

    /// <summary>It is not what was approved.</summary>
    public void Refuse(string mismatch, DateTimeOffset now)
    {
        Decide(DeliveryState.Refused, out _);
        Code = mismatch;
        DiscardSoon(now);
    }

    /// <summary>Keeps it until the deadline unless something resumes it.</summary>
    public void WaitFor(DeliveryState state, string code, DateTimeOffset? next = null)
    {
        EndClaim();
        State = state;
        Code = code;
        NextAt = next is { } sooner && sooner < Deadline ? sooner : DeadlineIsOver;
    }

    private bool Decide(DeliveryState state, out Refusal? refusal)
    {
        EndClaim();
        State = state;
        Code = "";
        Answer = "";
        NextAt = null;
        refusal = null;
        return true;
    }

    // A new number: what a claim of before still wants to save finds no row.
    private void EndClaim()
    {
        Lease++;
        Owner = null;
        LeaseEnd = null;
    }
}
