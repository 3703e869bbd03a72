namespace Publisher.Platforms;

/// <summary>What was counted, as far as it could be read.</summary>
public sealed record Measured
{
    /// <summary>Null where the platform does not say.</summary>
    public long? Followers { get; init; }

    /// <summary>By the post's id. One of which the platform says nothing is missing: silence is not zero.</summary>
    public IReadOnlyDictionary<string, Counts> Posts { get; init; } = new Dictionary<string, Counts>();

    /// <summary>Set where reading ended early: not now, or sign-in needed.</summary>
    public PublishResult? Failure { get; init; }
}

/// <summary>What readers did with one post; null where the platform does not count it.</summary>
/// <param name="Likes">Of every kind: reactions, favourites.</param>
public sealed record Counts(long? Likes = null, long? Shares = null, long? Replies = null, long? Views = null);
