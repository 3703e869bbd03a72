namespace Publisher.Platforms;

/// <summary>What one channel gets: immutable, computed from a message and its variant, and what a person approves.</summary>
public sealed record Post
{
    public required string Platform { get; init; }

    /// <summary>Base address of the account's server, with a trailing slash.</summary>
    public required Uri Server { get; init; }

    public required string AccountId { get; init; }

    /// <summary>One part, or several for a thread. Never empty.</summary>
    public required IReadOnlyList<Part> Parts { get; init; }

    /// <summary>What the connected server allowed when the post was computed. Not part of what is approved.</summary>
    public required Limits Limits { get; init; }
}

/// <summary>One visible post. Everything above the line is approved; what is below is chosen and stored before the first try.</summary>
public sealed record Part
{
    /// <summary>1 for the first.</summary>
    public int Number { get; init; } = 1;

    /// <summary>NFC, line ends as \n, never null.</summary>
    public required string Text { get; init; }

    /// <summary>BCP 47, such as "en" or "de".</summary>
    public required string Language { get; init; }

    public IReadOnlyList<Media> Media { get; init; } = [];

    public LinkCard? Card { get; init; }

    /// <summary>Handles in the text that were found, by the order in which they stand there.</summary>
    public IReadOnlyList<Mention> Mentions { get; init; } = [];

    /// <summary>By the names of <see cref="PlatformInfo.Options"/>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The live post this part corrects, and how; null in a message of its own.</summary>
    public Correction? Correction { get; init; }

    // ---- below this line: not approved, but fixed before the first try ----

    /// <summary>The same for every try of this part: see <see cref="PartKey"/>.</summary>
    public string Key { get; init; } = "";

    /// <summary>The same for every try of this part.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The first post of the thread; null in it.</summary>
    public RemotePost? Root { get; init; }

    /// <summary>The post this one continues; null in the first.</summary>
    public RemotePost? Parent { get; init; }

    /// <summary>Every file a preparation has to bring: the media, then what stands beside them, then the card's picture.</summary>
    public IEnumerable<Media> Files() => [.. Media, .. Media.SelectMany(media => media.Captions), .. Media.Select(media => media.Cover).OfType<Media>(), .. Card?.Thumb is { } thumb ? [thumb] : Array.Empty<Media>()];

    /// <summary>The value of an option, or "" where none is set.</summary>
    public string Option(string name) => Options.TryGetValue(name, out var value) ? value : "";

    /// <summary>The option <see cref="OptionField.TitleName"/>, or the first line of the text where the author gave none.</summary>
    public string Title() => Option(OptionField.TitleName) is { Length: > 0 } own ? own : Text.Split('\n')[0].Trim();
}

/// <summary>A picture, a video or the captions of one, named by the bytes that will be sent.</summary>
public sealed record Media
{
    /// <summary>The one form in which captions are kept and sent: WebVTT.</summary>
    public const string CaptionsType = "text/vtt";

    /// <summary>SHA-256 of the bytes, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Media type found from the bytes: "image/jpeg", "video/mp4".</summary>
    public required string Type { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Null for pictures.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>"" where the author declared the picture decorative.</summary>
    public string AltText { get; init; } = "";

    public string Credit { get; init; } = "";

    /// <summary>BCP 47. Of captions only.</summary>
    public string Language { get; init; } = "";

    /// <summary>Of a video: one file for each language, and only where the platform shows them.</summary>
    public IReadOnlyList<Media> Captions { get; init; } = [];

    /// <summary>Of a video: the picture that stands for it, where the platform takes one.</summary>
    public Media? Cover { get; init; }

    /// <summary>Of a video: where in it the picture is that stands for it, on platforms that cut it out themselves.</summary>
    public TimeSpan? CoverAt { get; init; }

    public bool IsCaptions => Type == CaptionsType;

    public bool IsVideo => Type.StartsWith("video/", StringComparison.Ordinal);
}

/// <summary>A linked page as it was read before approval. <see cref="Thumb"/> is sent along where the platform wants it from us.</summary>
public sealed record LinkCard(Uri Address, string Title, string Description)
{
    public Media? Thumb { get; init; }
}

/// <summary>A handle as it stands in the text, without the @, and the id it was found to mean.</summary>
public sealed record Mention(string Handle, string Id);

/// <summary>A post on the platform.</summary>
/// <param name="Id">Opaque; never parsed as a number.</param>
/// <param name="Permalink">For people; null where the platform has none.</param>
/// <param name="Version">What else names it, such as a content id; null for most.</param>
public sealed record RemotePost(string Id, Uri? Permalink, string? Version = null);

/// <summary>How a correction reaches the readers of a post that is live.</summary>
public enum CorrectionWay
{
    /// <summary>Its text is replaced where it stands.</summary>
    Edit,

    /// <summary>A new post answers it.</summary>
    Reply,

    /// <summary>A new post of its own carries the link to it.</summary>
    Link,
}

/// <param name="Post">The live post. Only its id and version are part of what is approved.</param>
public sealed record Correction(RemotePost Post, CorrectionWay Way);

/// <summary>From the start of an attempt to its end, with room for the difference between two clocks.</summary>
public readonly record struct TimeWindow(DateTimeOffset From, DateTimeOffset To)
{
    public bool Contains(DateTimeOffset time) => time >= From && time <= To;
}
