namespace Publisher.Web.Channels;

/// <summary>In whose name a message goes out: a ministry, a minister, an agency.</summary>
public sealed class Sender
{
    public long Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Two letters for the round mark.</summary>
    public required string Initials { get; set; }

    /// <summary>Six hex digits with #.</summary>
    public required string Accent { get; set; }

    /// <summary>IANA name, such as Europe/Berlin.</summary>
    public required string TimeZone { get; set; }

    /// <summary>BCP 47; what a new message starts with.</summary>
    public required string Language { get; set; }
}

/// <summary>Channels chosen in one click.</summary>
public sealed class ChannelSet
{
    public long Id { get; init; }

    public required long SenderId { get; init; }

    public required string Name { get; set; }

    public List<long> ChannelIds { get; set; } = [];
}
