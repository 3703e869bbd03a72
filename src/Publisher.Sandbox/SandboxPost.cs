namespace Publisher.Sandbox;

/// <summary>A post that readers of the platform can see.</summary>
public sealed record SandboxPost
{
    /// <summary>The platform's key.</summary>
    public required string Platform { get; init; }

    /// <summary>The account id.</summary>
    public required string Account { get; init; }

    /// <summary>The id the platform answered: a number, an at:// address or a URN.</summary>
    public required string Id { get; init; }

    /// <summary>The permalink below the platform's server address, without a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>The permalink; filled in when the list is read.</summary>
    public string Url { get; init; } = "";

    /// <summary>The text as a reader sees it.</summary>
    public required string Text { get; init; }

    /// <summary>The text as it was sent.</summary>
    public string SentText { get; init; } = "";

    /// <summary>The content warning above the text.</summary>
    public string? Warning { get; init; }

    /// <summary>The language(s) it was marked with.</summary>
    public string? Language { get; init; }

    /// <summary>Who can see it, in the platform's word.</summary>
    public string? Visibility { get; init; }

    /// <summary>Links, mentions and hashtags inside <see cref="Text"/>.</summary>
    public IReadOnlyList<SandboxLink> Links { get; init; } = [];

    /// <summary>Images and videos in their order.</summary>
    public IReadOnlyList<SandboxMedia> Media { get; init; } = [];

    /// <summary>The link card, where the client supplies one.</summary>
    public SandboxCard? Card { get; init; }

    /// <summary>The id of the post it answers.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>When the platform took it (UTC).</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When readers can see it: later than <see cref="At"/> while its media is still processed.</summary>
    public required DateTimeOffset VisibleFrom { get; init; }

    /// <summary>When it was last edited.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>When it was deleted.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>How many create calls ended at this post: above 1 means that repeats were recognised.</summary>
    public int RequestCount { get; init; } = 1;

    /// <summary>What the platform keeps to answer later reads (JSON).</summary>
    public string Source { get; init; } = "{}";
}

/// <summary>A stretch of a post's text that leads somewhere. Start and length in UTF-16 units.</summary>
public sealed record SandboxLink(int Start, int Length, string Kind, string Target);

/// <summary>An image or video of a post.</summary>
public sealed record SandboxMedia(string Sha256, long Bytes, string Type, string? Alt, int? Width, int? Height)
{
    /// <summary>Of a video, in the order in which they came.</summary>
    public IReadOnlyList<SandboxCaptions> Captions { get; init; } = [];

    /// <summary>Of a video: the picture that stands for it.</summary>
    public string? CoverSha256 { get; init; }

    /// <summary>Of a video: where the picture that stands for it was cut out, in milliseconds.</summary>
    public long? CoverAt { get; init; }
}

/// <summary>The captions of a video in one language.</summary>
public sealed record SandboxCaptions(string Language, string Sha256);

/// <summary>A link card.</summary>
public sealed record SandboxCard(string Url, string Title, string Description, string? ImageSha256);

/// <summary>Something a client did that the platform's documentation does not allow.</summary>
public sealed record SandboxObjection(string Platform, string Method, string Path, string What, DateTimeOffset At);

/// <summary>One call a platform received. <c>At</c>: its head arrived; <c>ReadAt</c>: its body was complete; <c>AnsweredAt</c>: first byte of the answer, or the cut.</summary>
public sealed record SandboxCall(string Platform, string? Account, string Method, string Path, string Kind, int Status, string? Fault, DateTimeOffset At, DateTimeOffset ReadAt, DateTimeOffset AnsweredAt);

/// <summary>A fault that can be switched on for a platform; its own are known by no other.</summary>
public sealed record SandboxFaultKind(string Platform, string Kind, string Does, bool IsOwn);
