namespace Publisher.Web.Deliveries;

/// <summary>What readers had done with a delivery by one day; of a thread, with its first part. One row a day: the newest reading wins.</summary>
public sealed class DeliveryMeasurement
{
    public required long DeliveryId { get; init; }

    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>This and the others: null where the platform does not count it.</summary>
    public long? Likes { get; init; }

    public long? Shares { get; init; }

    public long? Replies { get; init; }

    public long? Views { get; init; }
}
