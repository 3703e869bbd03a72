namespace Publisher.Platforms;

/// <summary>
/// One platform. An adapter makes one visible call and reports one outcome: it never retries, never waits without an
/// end, never touches the database and never logs a token. Further abilities are small interfaces a platform may also
/// implement: <see cref="IPrepare"/>, <see cref="IRecall"/>, <see cref="IFinishLater"/>, <see cref="ICorrect"/>, <see cref="IRetract"/>, <see cref="IDiscard"/>,
/// <see cref="IReadBack"/>, <see cref="IMeasure"/>, <see cref="IResolveMentions"/>, <see cref="IRefreshTokens"/>, <see cref="IConnectByForm"/>, <see cref="IConnectByOAuth"/>.
/// </summary>
public interface IPlatform
{
    /// <summary>Name, limits, how length counts, options: data the screens show unchanged.</summary>
    PlatformInfo Info { get; }

    /// <summary>What the platform would refuse, and what the author should know, before anything is sent.</summary>
    IEnumerable<Problem> Check(Post post);

    /// <summary>
    /// The one visible call. Wire failures leave as exceptions; the caller reads them in one place. After the call has
    /// begun, cancellation means the outcome is unclear.
    /// </summary>
    Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken);
}
