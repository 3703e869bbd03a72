namespace Publisher.Web.Deliveries;

/// <summary>A stop on sending: of everything, or of one sender, one channel or one label.</summary>
public sealed class Hold
{
    public long Id { get; init; }

    public long? SenderId { get; init; }

    public long? ChannelId { get; init; }

    public string? Label { get; init; }

    public required string Reason { get; init; }

    public required long SetBy { get; init; }

    public required DateTimeOffset SetAt { get; init; }

    public long? LiftedBy { get; set; }

    public DateTimeOffset? LiftedAt { get; set; }

    public bool Covers(long senderId, long channelId, string label) =>
        LiftedAt is null
        && (SenderId is null || SenderId == senderId)
        && (ChannelId is null || ChannelId == channelId)
        && (Label is null || string.Equals(Label, label, StringComparison.OrdinalIgnoreCase));
}
