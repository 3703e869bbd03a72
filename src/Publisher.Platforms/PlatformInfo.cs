namespace Publisher.Platforms;

/// <summary>What the screens show and the sending obeys, as data. Sources: docs/platforms.</summary>
public sealed record PlatformInfo(string Name, string Title)
{
    /// <summary>Six hex digits with #, for the small dot beside the title.</summary>
    public required string Color { get; init; }

    /// <summary>The platform's one address; null where every account has a server of its own.</summary>
    public Uri? Server { get; init; }

    /// <summary>For accounts whose server announces nothing else.</summary>
    public required Limits Limits { get; init; }

    /// <summary>How long a part is, in the unit of <see cref="Limits.Text"/>.</summary>
    public required Func<Part, Limits, int> Length { get; init; }

    /// <summary>Links, mentions and hashtags as this platform sees them, in order, without overlap.</summary>
    public required Func<string, IReadOnlyList<Entity>> Entities { get; init; }

    /// <summary>The text as readers get it, where the platform does not show it as it was sent. A title stands apart.</summary>
    public Func<Part, string> Shown { get; init; } = part => part.Text;

    /// <summary>How a handle looks in a text, without the @, such as "office@social.example"; null where a text can name nobody.</summary>
    public string? HandleExample { get; init; }

    /// <summary>Whether a link without media becomes a card of ours instead of standing in the text.</summary>
    public bool LinkAsCard { get; init; }

    /// <summary>Characters a reader sees before "more"; null where everything shows.</summary>
    public int? CutAfter { get; init; }

    public IReadOnlyList<OptionField> Options { get; init; } = [];

    /// <summary>Hard time-out of one call.</summary>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after an unclear call the account's listing is complete.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Calls at once to the whole platform.</summary>
    public int CallsInFlight { get; init; } = 8;

    /// <summary>Hosts where people see posts, beside the one that <see cref="Server"/> belongs to.</summary>
    public IReadOnlyList<string> PostHosts { get; init; } = [];

    /// <summary>Whether even a part without files has to be prepared, such as where every post starts as a container.</summary>
    public bool PreparesText { get; init; }

    /// <summary>Whether the platform fetches pictures from us by address instead of taking bytes: <see cref="IMediaFiles.AddressOf"/>.</summary>
    public bool FetchesImages { get; init; }

    /// <summary>The same for videos.</summary>
    public bool FetchesVideos { get; init; }

    /// <summary>Whether nothing leaves from here: at the due time a person gets it to put out.</summary>
    public bool IsByHand { get; init; }

    /// <summary>What an office must obtain before the first post; null by hand, where there is nothing to obtain.</summary>
    public Readiness? Readiness { get; init; }

    /// <summary>Whether every file is a visible post of its own, each with the whole text: then each is a part, and no thread is possible.</summary>
    public bool PartPerFile { get; init; }

    /// <summary>Whether looking can show that a post is not there, of every kind or of some: each look says whether it did. Where it did not, a person decides.</summary>
    public bool CanProveAbsence { get; init; } = true;
}

/// <summary>What a server takes. Zero means none of that kind.</summary>
public sealed record Limits
{
    /// <summary>In the platform's own unit, see <see cref="PlatformInfo.Length"/>.</summary>
    public required int Text { get; init; }

    /// <summary>The same for a part with pictures or a video; null where that makes no difference.</summary>
    public int? Caption { get; init; }

    /// <summary>UTF-8 bytes; null where only <see cref="Text"/> counts.</summary>
    public int? TextBytes { get; init; }

    /// <summary>What every link counts; null where it counts as it stands.</summary>
    public int? LinkLength { get; init; }

    /// <summary>More than 1 where a thread is possible.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Whether a post whose first part has no picture or video is refused.</summary>
    public bool NeedsMedia { get; init; }

    public int Images { get; init; } = 4;

    public long ImageBytes { get; init; }

    /// <summary>Width times height; null where unlimited.</summary>
    public long? ImagePixels { get; init; }

    /// <summary>Pixels of the longer side; null where unlimited.</summary>
    public int? ImageSide { get; init; }

    /// <summary>Width divided by height, at least; null where unlimited.</summary>
    public double? ImageNarrowest { get; init; }

    /// <summary>Width divided by height, at most; null where unlimited.</summary>
    public double? ImageWidest { get; init; }

    public IReadOnlyList<string> ImageTypes { get; init; } = ["image/jpeg", "image/png"];

    public int Videos { get; init; } = 1;

    public long VideoBytes { get; init; }

    public TimeSpan? VideoShortest { get; init; }

    public TimeSpan? VideoLongest { get; init; }

    /// <summary>Width divided by height, at least; null where unlimited.</summary>
    public double? VideoNarrowest { get; init; }

    /// <summary>Width divided by height, at most; null where unlimited.</summary>
    public double? VideoWidest { get; init; }

    public IReadOnlyList<string> VideoTypes { get; init; } = ["video/mp4"];

    /// <summary>Characters.</summary>
    public int AltText { get; init; } = 1500;

    /// <summary>Whether a picture can carry alt text.</summary>
    public bool ImageAltText { get; init; } = true;

    /// <summary>Whether a video can carry alt text.</summary>
    public bool VideoAltText { get; init; } = true;

    /// <summary>Languages in which a video can carry captions, at most.</summary>
    public int Captions { get; init; }

    /// <summary>Bytes of the captions in one language; null where the platform names no limit.</summary>
    public long? CaptionsBytes { get; init; }

    /// <summary>Bytes of the picture that stands for a video; 0 where none is taken.</summary>
    public long CoverBytes { get; init; }

    /// <summary>Whether the platform cuts the picture that stands for a video out of it, at a moment we name.</summary>
    public bool CoverMoment { get; init; }

    /// <summary>Of <see cref="CoverBytes"/>.</summary>
    public static IReadOnlyList<string> CoverTypes { get; } = ["image/jpeg", "image/png"];

    /// <summary>Characters of the title; null where a post has none. See <see cref="Part.Title"/>.</summary>
    public int? Title { get; init; }

    /// <summary>Hashtags in one part; null where only the text's length counts. The same for mentions and links.</summary>
    public int? Hashtags { get; init; }

    public int? Mentions { get; init; }

    public int? Links { get; init; }

    /// <summary>The same server, as it takes a picture that stands for a video.</summary>
    public Limits ForCover() => new() { Text = Text, Images = 1, ImageBytes = CoverBytes, ImageTypes = CoverTypes };

    /// <summary>How long the text of this part may be.</summary>
    public int TextOf(Part part) => part.Media.Count > 0 ? Caption ?? Text : Text;
}

public enum EntityKind
{
    Link,
    Mention,
    Hashtag,
}

/// <summary>A piece of text the platform turns into a link. Positions are UTF-16 units.</summary>
/// <param name="Value">The address, the handle without @, or the tag without #.</param>
public sealed record Entity(EntityKind Kind, int Start, int Length, string Value);

/// <summary>A word for people in the languages of the screens.</summary>
public sealed record Words(string English, string German);

/// <summary>What an office must obtain, from whom, how long that takes and what it costs: one short sentence each. What nobody promises says "about".</summary>
public sealed record Readiness(Words Needs, Words From, Words Takes, Words Costs);

/// <summary>A choice the author has on this platform.</summary>
/// <param name="Choices">Values and their words; empty for free text.</param>
/// <param name="Default">Taken where neither channel nor message says otherwise.</param>
public sealed record OptionField(string Name, Words Title, IReadOnlyList<OptionChoice> Choices, string Default)
{
    /// <summary>The option that holds a title, on every platform that has one.</summary>
    public const string TitleName = "title";

    /// <summary>Of free text, in characters.</summary>
    public int MaxLength { get; init; } = 500;

    /// <summary>The title of a post: free text. Where it is empty the message's own title serves, and where that is empty the first line of the text.</summary>
    public static OptionField ForTitle(int maxLength) => new(TitleName, new Words("Title (that of the message where empty)", "Titel (sonst der der Nachricht)"), [], "") { MaxLength = maxLength };
}

public sealed record OptionChoice(string Value, Words Title);

/// <summary>A field of a connection form.</summary>
public sealed record FormField(string Name, Words Title, Words Hint)
{
    /// <summary>The field that says at which server, on platforms with many.</summary>
    public const string ServerName = "server";

    public bool IsSecret { get; init; }

    /// <summary>It may stay empty.</summary>
    public bool IsOptional { get; init; }

    public string Default { get; init; } = "";
}

/// <summary>
/// What is wrong with a post, or worth knowing, as a code and values; the screens word it. A note blocks nothing.
/// </summary>
public sealed record Problem(string Code, params IReadOnlyList<string> Values)
{
    public bool IsNote { get; init; }

    /// <summary>The part it is about; 0 for the whole post.</summary>
    public int Part { get; init; }
}
