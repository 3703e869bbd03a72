namespace Publisher.Platforms;

public enum Outcome
{
    /// <summary>Live; id and permalink are known.</summary>
    Published,

    /// <summary>Accepted, still working; there is a ticket to ask with.</summary>
    Processing,

    /// <summary>This content is refused; a person must change it.</summary>
    Rejected,

    /// <summary>Access was revoked, or refreshing the token was refused.</summary>
    SignInNeeded,

    /// <summary>Certainly not posted; later it may work.</summary>
    NotNow,

    /// <summary>May be live.</summary>
    Unclear,

    /// <summary>Nothing left from here: a person puts it out and says where it stands.</summary>
    ByHand,
}

/// <summary>What came of one visible call.</summary>
public sealed record PublishResult(Outcome Outcome, string Code)
{
    public const string TokenExpired = "token.expired";

    /// <summary>Set when published.</summary>
    public RemotePost? Post { get; init; }

    /// <summary>Set when processing: what <see cref="IFinishLater"/> asks with.</summary>
    public string? Ticket { get; init; }

    /// <summary>What the platform said about waiting.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>HTTP status, where there was one.</summary>
    public int? Status { get; init; }

    /// <summary>What the platform answered, in its own words, for a person to read. Never holds a token.</summary>
    public string? Answer { get; init; }

    public static PublishResult Published(RemotePost post) => new(Outcome.Published, "published") { Post = post };

    public static PublishResult Processing(string ticket, TimeSpan askAfter) => new(Outcome.Processing, "processing") { Ticket = ticket, RetryAfter = askAfter };

    public static PublishResult Rejected(string code) => new(Outcome.Rejected, code);

    public static PublishResult SignInNeeded(string code) => new(Outcome.SignInNeeded, code);

    public static PublishResult NotNow(string code, TimeSpan? retryAfter = null) => new(Outcome.NotNow, code) { RetryAfter = retryAfter };

    /// <summary>The token lapsed: certainly not posted, and a refresh comes before the next attempt.</summary>
    public static PublishResult Expired() => new(Outcome.NotNow, TokenExpired);

    public static PublishResult ByHand() => new(Outcome.ByHand, "by.hand");

    public static PublishResult Unclear(string code) => new(Outcome.Unclear, code);
}

/// <summary>What a preparation has brought to the platform so far. Stored as JSON between calls.</summary>
public sealed record Prepared
{
    public static Prepared Nothing { get; } = new();

    /// <summary>In the order of <see cref="Part.Files"/>.</summary>
    public IReadOnlyList<PreparedFile> Files { get; init; } = [];

    /// <summary>What holds the files on platforms where a post starts as a container; null elsewhere, and until it is made.</summary>
    public string? Container { get; init; }

    /// <summary>When the platform forgets what was brought; null where it keeps it.</summary>
    public DateTimeOffset? UsableUntil { get; init; }
}

/// <param name="Id">The platform's name for the file.</param>
/// <param name="Hash">Of the bytes that were sent, hashed while they were read.</param>
public sealed record PreparedFile(string Id, string Hash)
{
    /// <summary>What else the platform answered and wants back.</summary>
    public string? Data { get; init; }

    public bool IsReady { get; init; } = true;
}

/// <summary>Ready, still working (ask again), or what stands in the way.</summary>
public sealed record PrepareResult
{
    public required Prepared Prepared { get; init; }

    /// <summary>Set where the platform is still working: when to ask again.</summary>
    public TimeSpan? AskAfter { get; init; }

    /// <summary>Set where it failed: rejected, sign-in needed or not now. A preparation is never unclear.</summary>
    public PublishResult? Failure { get; init; }

    public bool IsReady => AskAfter is null && Failure is null;

    public static PrepareResult Ready(Prepared prepared) => new() { Prepared = prepared };

    public static PrepareResult Working(Prepared prepared, TimeSpan askAfter) => new() { Prepared = prepared, AskAfter = askAfter };

    public static PrepareResult Failed(Prepared prepared, PublishResult failure) => new() { Prepared = prepared, Failure = failure };
}

/// <summary>What looking found.</summary>
public sealed record RecallResult
{
    /// <summary>Posts in the window that look like the part.</summary>
    public IReadOnlyList<RemotePost> Matches { get; init; } = [];

    /// <summary>Whether the listing was whole and reached back before the window, so that no match means absent.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Set where the platform took the post and is still working: what <see cref="IFinishLater"/> asks with.</summary>
    public string? Ticket { get; init; }

    /// <summary>Set where looking itself failed, or the platform cannot tell yet: not now, or sign-in needed.</summary>
    public PublishResult? Failure { get; init; }

    /// <summary>What the platform answered, for a person to read.</summary>
    public string? Answer { get; init; }
}

/// <param name="Failure">Null when the post is gone.</param>
public sealed record RetractResult(PublishResult? Failure)
{
    public static RetractResult Gone { get; } = new((PublishResult?)null);
}

/// <summary>New credentials to store before use, or why there are none.</summary>
public sealed record RefreshResult(Credentials? Credentials, PublishResult? Failure);

/// <summary>The accounts one sign-in opens; a person confirms which one is meant.</summary>
public sealed record ConnectResult(IReadOnlyList<Account> Accounts, Problem? Problem)
{
    public static ConnectResult Found(params IReadOnlyList<Account> accounts) => new(accounts, null);

    public static ConnectResult Refused(string code, params IReadOnlyList<string> values) => new([], new Problem(code, values));
}

/// <param name="Address">Where to send the person.</param>
/// <param name="Ticket">What <see cref="IConnectByOAuth.FinishAsync"/> needs: verifier, app registration. Secret.</param>
public sealed record OAuthStart(Uri? Address, Secret Ticket, Problem? Problem = null);
