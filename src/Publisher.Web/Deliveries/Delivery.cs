using System.Text.Json;
using Publisher.Platforms;

namespace Publisher.Web.Deliveries;

public enum DeliveryState
{
    /// <summary>For its due time, or for the next attempt.</summary>
    Waiting,

    /// <summary>Claimed by a process until its lease ends.</summary>
    Sending,

    /// <summary>Accepted by the platform, which is still working.</summary>
    Processing,

    /// <summary>May be live; looking is under way.</summary>
    Unclear,

    /// <summary>May be live, and looking could not tell: a person decides.</summary>
    CannotTell,

    /// <summary>The channel must be connected again; waits until the deadline.</summary>
    SignInNeeded,

    Published,

    /// <summary>A thread that stopped after some parts: a person continues, retracts or leaves it.</summary>
    PartlyOut,

    /// <summary>The platform refuses this content.</summary>
    Rejected,

    /// <summary>The deadline passed.</summary>
    Missed,

    /// <summary>What would have gone out is not what was approved.</summary>
    Refused,

    Cancelled,

    /// <summary>A person put it out by hand and said where.</summary>
    OutByHand,

    /// <summary>A manager asked for it to be deleted where it stands; that is under way.</summary>
    Retracting,

    Retracted,

    /// <summary>A person has it to put out by hand, until the deadline.</summary>
    HandedOver,
}

/// <summary>One message to one channel.</summary>
public sealed partial class Delivery
{
    public long Id { get; init; }

    public required long MessageId { get; init; }

    public required long SenderId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>Of the message, for holds; "" for none.</summary>
    public required string Label { get; init; }

    public required long FrozenPostId { get; init; }

    public required string Seal { get; init; }

    /// <summary>The yes that completed the policy; a new one for a missed delivery that is sent after all.</summary>
    public required long ApprovalId { get; set; }

    public required DateTimeOffset Due { get; set; }

    /// <summary>Due plus grace. No attempt starts after it, whatever the reason for being late.</summary>
    public required DateTimeOffset Deadline { get; set; }

    public bool IsEmbargoed { get; init; }

    /// <summary>How it corrects a post that is live, as sealed in the post; null where it makes one of its own.</summary>
    public CorrectionWay? Way { get; init; }

    public DeliveryState State { get; set; }

    /// <summary>When something is to be done next; null where nothing is.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>New for every process start.</summary>
    public Guid? Owner { get; set; }

    /// <summary>Grows with every claim; what a former owner still wants to save is compared with it.</summary>
    public int Lease { get; set; }

    public DateTimeOffset? LeaseEnd { get; set; }

    /// <summary>Attempts in a row that ended "not now".</summary>
    public int Failures { get; set; }

    /// <summary>Complete listings in a row without the post.</summary>
    public int Absences { get; set; }

    /// <summary>Of the last outcome, for the screens to word.</summary>
    public string Code { get; set; } = "";

    /// <summary>In the platform's own words.</summary>
    public string Answer { get; set; } = "";

    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Of the first part, or as a person said.</summary>
    public string? Permalink { get; set; }

    public List<DeliveryPart> Parts { get; init; } = [];

    public List<Attempt> Attempts { get; init; } = [];
}

/// <summary>What is fixed for a part before its first try, and what it became.</summary>
public sealed class DeliveryPart
{
    public long DeliveryId { get; init; }

    public required int Number { get; init; }

    /// <summary>See <see cref="PartKey"/>.</summary>
    public required string Key { get; init; }

    /// <summary>The time the record carries, the same on every try.</summary>
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>What the platform holds already, as JSON.</summary>
    public string? Prepared { get; set; }

    public DateTimeOffset? PreparedAt { get; set; }

    /// <summary>What to ask with while the platform works on it.</summary>
    public string? Ticket { get; set; }

    /// <summary>Start of the first try of which nobody knows yet whether it is live; null once looking has told.</summary>
    public DateTimeOffset? UnclearSince { get; set; }

    /// <summary>Until when another installation, of which this one is a copy, may have tried; null where none can have, and once looking has told.</summary>
    public DateTimeOffset? UnclearUntil { get; set; }

    public string? RemoteId { get; set; }

    public string? RemoteVersion { get; set; }

    public string? Permalink { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    public DateTimeOffset? RetractedAt { get; set; }

    /// <summary>What a preparation has brought so far.</summary>
    public Prepared PreparedSoFar => Prepared is null ? Platforms.Prepared.Nothing : JsonSerializer.Deserialize<Prepared>(Prepared)!;

    public RemotePost? RemotePost => RemoteId is null ? null : new RemotePost(RemoteId, Permalink is null ? null : new Uri(Permalink), RemoteVersion);

    public void Keep(Prepared prepared) => Prepared = JsonSerializer.Serialize(prepared);

    /// <summary>It is known whether it is live: no try at it, here or elsewhere, is open any more.</summary>
    public void Clear()
    {
        UnclearSince = null;
        UnclearUntil = null;
    }

    /// <summary>Another installation may have sent it.</summary>
    public void MayBeOut(DateTimeOffset since, DateTimeOffset until)
    {
        UnclearSince ??= since;
        UnclearUntil = until;
    }

    /// <summary>The platform no longer has what was brought.</summary>
    public void Forget()
    {
        Prepared = null;
        PreparedAt = null;
    }
}

/// <summary>One try at one part. Saved as started before anything visible can leave.</summary>
public sealed class Attempt
{
    public long DeliveryId { get; init; }

    public required int Part { get; init; }

    /// <summary>1 for the first try at this part.</summary>
    public required int Number { get; init; }

    public required int Lease { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Null while nobody knows: after a crash that means unclear.</summary>
    public Outcome? Outcome { get; set; }

    public string Code { get; set; } = "";

    public int? Status { get; set; }

    /// <summary>SHA-256 of the request body, lower-case hex.</summary>
    public string? RequestDigest { get; set; }

    /// <summary>In the platform's own words.</summary>
    public string Answer { get; set; } = "";

    public string? RemoteId { get; set; }
}
