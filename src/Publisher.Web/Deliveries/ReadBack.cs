namespace Publisher.Web.Deliveries;

/// <summary>What stood at the platform shortly after a part went out: evidence, kept beside the part and never changed after it was read.</summary>
public sealed class ReadBack
{
    public required long DeliveryId { get; init; }

    public required int Part { get; init; }

    /// <summary>When it was asked. Whichever machine inserts the row asks, and no other.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>As it stands there; null where it could not be read.</summary>
    public string? Text { get; init; }

    /// <summary>Pictures and videos.</summary>
    public int Files { get; init; }

    /// <summary>Words or files are missing there, or others than were sent.</summary>
    public bool Differs { get; init; }
}
