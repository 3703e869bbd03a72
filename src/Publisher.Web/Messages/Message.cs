using Publisher.Platforms;

namespace Publisher.Web.Messages;

public enum MessageState
{
    Draft,
    InReview,

    /// <summary>Rejected with a reason: back with the author.</summary>
    Returned,

    /// <summary>What became of it is told by its deliveries.</summary>
    Approved,
    Cancelled,
}

/// <summary>What the office composes.</summary>
public sealed class Message
{
    /// <summary>Where nobody chooses another.</summary>
    public static readonly TimeSpan UsualGrace = TimeSpan.FromMinutes(10);

    public long Id { get; init; }

    public required long SenderId { get; set; }

    public string Title { get; set; } = "";

    /// <summary>A line that holds only three dashes starts the next part of a thread.</summary>
    public string LongText { get; set; } = "";

    /// <summary>Taken where the long text doesn't fit; "" for none.</summary>
    public string ShortText { get; set; } = "";

    public required string Language { get; set; }

    public string Link { get; set; } = "";

    /// <summary>The linked page as it was read; null where it was not or could not be.</summary>
    public MessageCard? Card { get; set; }

    /// <summary>The message whose posts this one corrects; null for a message of its own.</summary>
    public long? CorrectsMessageId { get; init; }

    /// <summary>What of that message was out when this one was begun; null for a message of its own.</summary>
    public List<CorrectedPost>? Corrects { get; init; }

    /// <summary>What goes out where a live post can't be changed; "" in a message of its own.</summary>
    public string FollowUp { get; set; } = "";

    /// <summary>A word by which several messages can be held together; "" for none.</summary>
    public string Label { get; set; } = "";

    public MessageState State { get; set; }

    /// <summary>Null for "as soon as approved".</summary>
    public DateTimeOffset? ProposedDue { get; set; }

    /// <summary>IANA name of the zone in which the time was chosen.</summary>
    public required string TimeZone { get; set; }

    /// <summary>How late it may still go out, after due.</summary>
    public TimeSpan Grace { get; set; } = UsualGrace;

    /// <summary>Nothing leaves the house before due, not even an upload.</summary>
    public bool IsEmbargoed { get; set; }

    /// <summary>Counts every save; a change against an older one is refused.</summary>
    public int Version { get; set; }

    /// <summary>Counts submissions; 0 before the first.</summary>
    public int Revision { get; set; }

    public required long CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }

    public List<Variant> Variants { get; init; } = [];

    public List<MessageChannel> Channels { get; init; } = [];

    public List<MessageMedia> Media { get; init; } = [];

    /// <summary>Whoever wrote or changed what is sealed. They can't approve it.</summary>
    public List<Contributor> Contributors { get; init; } = [];
}

/// <summary>What one channel shows, and where.</summary>
/// <param name="FrozenPostId">The words that stand there now.</param>
/// <param name="Parts">In their order; empty where their ids are not known, as where a person put it out.</param>
/// <param name="Address">Of the first part.</param>
public sealed record CorrectedPost(long ChannelId, long FrozenPostId, IReadOnlyList<RemotePost> Parts, Uri? Address);

/// <param name="MediaId">The picture of the card, fetched and kept; null for none.</param>
public sealed record MessageCard(string Address, string Title, string Description, long? MediaId);

/// <summary>A text, media choice and options shared by the channels that should differ from the master.</summary>
public sealed class Variant
{
    public long Id { get; init; }

    public long MessageId { get; init; }

    public required string Text { get; set; }

    /// <summary>Media of the message to use, by <see cref="MessageMedia.MediaId"/>; null for all but a <see cref="TextCard"/>.</summary>
    public List<long>? MediaIds { get; set; }
}

/// <summary>A channel chosen for a message.</summary>
public sealed class MessageChannel
{
    public long MessageId { get; init; }

    public required long ChannelId { get; init; }

    /// <summary>Null for the master.</summary>
    public long? VariantId { get; set; }

    public Variant? Variant { get; set; }

    /// <summary>Where the author chose otherwise than the channel's defaults.</summary>
    public Dictionary<string, string> Options { get; set; } = [];
}

public sealed class MessageMedia
{
    public long MessageId { get; init; }

    public required long MediaId { get; init; }

    public int Position { get; set; }

    public string AltText { get; set; } = "";

    /// <summary>No alt text, on purpose: why.</summary>
    public string DecorativeReason { get; set; } = "";

    public bool IsDecorative { get; set; }

    public string Credit { get; set; } = "";

    /// <summary>Of a <see cref="TextCard"/>: the text it shows. "" for every other picture or video.</summary>
    public string CardText { get; set; } = "";

    /// <summary>Of a video.</summary>
    public List<CaptionsChoice> Captions { get; set; } = [];

    /// <summary>Of a video: the picture that stands for it; null where each platform chooses.</summary>
    public long? CoverId { get; set; }

    /// <summary>Where in the video that picture is; null for a picture of its own.</summary>
    public TimeSpan? CoverAt { get; set; }
}

/// <summary>What is said in a video, in one language.</summary>
/// <param name="Language">BCP 47.</param>
public sealed record CaptionsChoice(long MediaId, string Language);

public sealed class Contributor
{
    public long MessageId { get; init; }

    public required long PersonId { get; init; }
}

/// <summary>A handle that was looked up on a platform, so that typing does not ask again.</summary>
public sealed class KnownMention
{
    public required string Platform { get; init; }

    public required string Server { get; init; }

    public required string Handle { get; init; }

    /// <summary>Null where nobody has that handle.</summary>
    public string? RemoteId { get; set; }

    public required DateTimeOffset LookedUpAt { get; set; }
}
