namespace Publisher.Platforms;

/// <summary>Uploads and containers: repeatable, and nothing of it is visible to a reader.</summary>
public interface IPrepare
{
    /// <summary>
    /// Brings the part's files to the platform. Called again with what it returned before, until it reports ready; files
    /// already there are not sent twice.
    /// </summary>
    Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken);
}

/// <summary>Looks whether a part whose call ended unclear is there. Only reads.</summary>
public interface IRecall
{
    /// <summary>
    /// Every post of the account made inside the window that looks like this part. Where what was brought names the post to come, such as a
    /// container or a draft, that is asked instead, for it tells of this part and no other.
    /// </summary>
    /// <param name="prepared">What the try whose answer is missing carried.</param>
    Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken);
}

/// <summary>Asks about a post the platform accepted and is still working on.</summary>
public interface IFinishLater
{
    /// <summary>
    /// NotNow means that the question got no answer, and is asked again; with <see cref="Codes.MediaGone"/> that the platform gave up for
    /// a passing reason: nothing will show, and the part is brought and sent again.
    /// </summary>
    Task<PublishResult> AskAsync(string ticket, Part part, Account account, CancellationToken cancellationToken);
}

/// <summary>Reads a post as it stands there, right after it went out: what a platform cut or dropped without a word shows. Only reads.</summary>
public interface IReadBack
{
    Task<ReadBackResult> ReadAsync(RemotePost post, Account account, CancellationToken cancellationToken);
}

/// <summary>Deletes a post. A post that is already gone counts as deleted.</summary>
public interface IRetract
{
    Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken);
}

/// <summary>
/// Removes what was brought for a post that was then never made, where a platform keeps such a thing in the account for good. Looks first, and
/// deletes only what nobody but the account's own people can see.
/// </summary>
public interface IDiscard
{
    /// <summary>
    /// Null when nothing of it is there any more, also where it was gone already; else why not: <see cref="Codes.DraftVisible"/> where somebody has
    /// opened it to others, which is never deleted.
    /// </summary>
    Task<PublishResult?> DiscardAsync(Prepared prepared, Account account, CancellationToken cancellationToken);
}

/// <summary>
/// Replaces the text of a post that is live, and with it only what the platform lets change; files, card and place in a thread stay.
/// <para>
/// The same edit made twice leaves what it left once. So an edit that ended unclear is made again, once its call can no longer run;
/// it is never looked for, for a post with the new text tells nothing of which call wrote it.
/// </para>
/// </summary>
public interface ICorrect
{
    /// <summary>
    /// The one visible call: what <see cref="Part.Correction"/> names says <see cref="Part.Text"/> from now on. Published means that it does,
    /// with the id and permalink it had. A post that is gone is rejected with <see cref="Codes.PostGone"/>.
    /// </summary>
    Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken);
}

/// <summary>Counts followers and what readers did with posts. Only reads, with the permissions that posting needs anyway.</summary>
public interface IMeasure
{
    /// <summary>One listing serves many posts, so that counting does not use up the calls that sending needs.</summary>
    Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken);
}

/// <summary>Turns a handle in the text into the id the platform links to, before the post is sealed.</summary>
public interface IResolveMentions
{
    /// <summary>The mention, or null where nobody has that handle.</summary>
    Task<Mention?> ResolveAsync(string handle, Account account, CancellationToken cancellationToken);
}

/// <summary>Exchanges a lapsing token for a new one.</summary>
public interface IRefreshTokens
{
    Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken);
}

/// <summary>Tells the platform that what opens the account is not wanted any more. A token that is already worth nothing counts as taken back.</summary>
public interface IRevoke
{
    /// <summary>Null when the platform has taken it back; else why not. What outlives it ends by itself, see docs/platforms.</summary>
    Task<PublishResult?> RevokeAsync(Account account, CancellationToken cancellationToken);
}

/// <summary>Connects an account with what a person types, such as a handle and an app password.</summary>
public interface IConnectByForm
{
    IReadOnlyList<FormField> Fields { get; }

    Task<ConnectResult> ConnectAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken);
}

/// <summary>Connects an account by sending a person to the platform and back.</summary>
public interface IConnectByOAuth
{
    /// <summary>What an administrator enters once: the server, or the app registration. Empty where nothing is needed.</summary>
    IReadOnlyList<FormField> AppFields { get; }

    /// <summary>Where to send the person, and a ticket to keep (encrypted) until they come back.</summary>
    Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken);

    /// <param name="code">What the platform sent back: its code, or the verifier of OAuth 1.0a.</param>
    Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken);
}

/// <summary>The bytes that were approved.</summary>
public interface IMediaFiles
{
    /// <summary>The stream fails where the bytes are not those of the hash.</summary>
    Stream Open(Media media);

    /// <summary>
    /// Where a platform may fetch the file for this part, in ASCII, as long as the part is on its way; null where this
    /// installation has no public address. What is served there fails as <see cref="Open"/> does.
    /// </summary>
    Uri? AddressOf(Media media, Part part);
}
