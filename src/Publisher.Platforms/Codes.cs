namespace Publisher.Platforms;

/// <summary>What results say, in one list, so that the screens can word every one of them.</summary>
public static class Codes
{
    /// <summary>Refused for what it says or shows; the platform's answer tells more.</summary>
    public const string ContentRefused = "content.refused";

    public const string TextTooLong = "text.too.long";

    /// <summary>A file the platform could not read, or of a kind it does not take.</summary>
    public const string MediaRefused = "media.refused";

    /// <summary>The captions of a video were refused, and not the video.</summary>
    public const string CaptionsRefused = "captions.refused";

    /// <summary>Live, but without the picture that was chosen to stand for the video: the account may not choose one.</summary>
    public const string CoverMissing = "cover.missing";

    /// <summary>A file brought earlier is no longer there: throw the preparation away and bring it again.</summary>
    public const string MediaGone = "media.gone";

    /// <summary>The platform could not fetch a file from the address we gave.</summary>
    public const string MediaUnreachable = "media.unreachable";

    /// <summary>This installation has no public address from which the platform could fetch files.</summary>
    public const string AddressMissing = "address.missing";

    /// <summary>A draft that was to be removed is not private any more, or somebody has given it a time to be shown.</summary>
    public const string DraftVisible = "draft.visible";

    /// <summary>A file is there but not yet usable.</summary>
    public const string MediaNotReady = "media.not.ready";

    /// <summary>The same was posted before; <see cref="PublishResult.Post"/> names it where the platform did.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>This machine's clock and the platform's are too far apart.</summary>
    public const string ClockDiffers = "clock.differs";

    public const string AccessRevoked = "access.revoked";

    /// <summary>The account is there, the permission is not: a scope or a role on the page is missing.</summary>
    public const string PermissionMissing = "permission.missing";

    public const string AccountSuspended = "account.suspended";

    /// <summary>The post this one continues is not there any more.</summary>
    public const string ParentGone = "parent.gone";

    /// <summary>The post to correct is not there any more.</summary>
    public const string PostGone = "post.gone";

    /// <summary>The post to correct is there, and the platform does not let this app change it: a person can, on the platform.</summary>
    public const string EditRefused = "edit.refused";

    /// <summary>The server lets nobody change a post: it is switched off there, or the version is older than that.</summary>
    public const string EditNotOffered = "edit.not.offered";

    /// <summary>The platform does not let this account answer there.</summary>
    public const string ReplyRefused = "reply.refused";

    /// <summary>Live, but without files that were sent along: a person must look.</summary>
    public const string MediaMissing = "media.missing";

    /// <summary>Live, but seen by others than were chosen: the server has limited the account.</summary>
    public const string VisibilityChanged = "visibility.changed";

    /// <summary>The server has no such function.</summary>
    public const string NotOffered = "not.offered";

    /// <summary>What the platform asks for each call is used up: the operator must pay, the author has done nothing wrong.</summary>
    public const string NoCredit = "no.credit";

    public const string RateLimited = "rate.limited";

    /// <summary>As many posts as the account may make in a day.</summary>
    public const string QuotaReached = "quota.reached";

    /// <summary>A choice is not there any more, such as a board or a category.</summary>
    public const string OptionRefused = "option.refused";

    /// <summary>The platform has not yet let this app post for everyone: what it takes stays private.</summary>
    public const string AuditMissing = "audit.missing";

    /// <summary>The version of the interface this adapter speaks was switched off: the operator's problem, not the author's.</summary>
    public const string VersionEnded = "version.ended";

    public const string ServerError = "server.error";

    /// <summary>An answer that is not the platform's: a proxy's page, half a document, a missing id.</summary>
    public const string AnswerUnreadable = "answer.unreadable";

    /// <summary>A refusal this adapter does not know.</summary>
    public const string Refused = "refused";
}
