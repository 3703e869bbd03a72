using Publisher.Platforms;
using Publisher.Web.Deliveries;

namespace Publisher.Web.Tests.Faults;

/// <summary>
/// What follows when a platform misbehaves: one line for each fault, derived from what the platform says about itself, and below
/// them the platforms that differ, each with its reason. docs/faults.md is written from here.
/// </summary>
internal static class FaultTable
{
    /// <summary>For faults that do not end before the deadline.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static Cell Out => new(DeliveryState.Published, 1);

    private static Cell Missed => new(DeliveryState.Missed, 0);

    private static Cell SignIn => new(DeliveryState.SignInNeeded, 0);

    /// <summary>The faults every platform knows.</summary>
    public static IReadOnlyList<FaultColumn> Columns { get; } =
    [
        On("slow", "answers three seconds late", _ => Out, new FaultAsked("delay") { DelayMs = 3000 }),
        On("too slow", "has not answered when the call's time is over, and does nothing", Lost, new FaultAsked("delay") { DelayMs = 20_000 }),
        On("503", "answers 503 and does nothing", Lost, new FaultAsked("status") { Status = 503 }),
        On("500, yet there", "does it and answers 500", Hidden, new FaultAsked("status-after") { Status = 500 }),
        On("504, there later", "answers 504, and the post is there a second and a half later", Hidden, new FaultAsked("504-then-visible") { Seconds = 1.5 }),
        On("listing lags", "does it and breaks the connection, and shows nobody the newest posts for four seconds", Hidden, new FaultAsked("cut-after"), new FaultAsked("lagging-listing") { Seconds = 4, Times = null })
            with { Concerns = platform => platform is IRecall && platform.Info.SettleTime > TimeSpan.Zero },
        On("cut before", "breaks the connection and does nothing", Lost, new FaultAsked("cut-before")),
        On("cut after", "does it and breaks the connection", Hidden, new FaultAsked("cut-after")),
        On("garbage", "does it and answers what nobody can read", Hidden, new FaultAsked("garbage")),
        On("web page", "does nothing and answers a page to sign in, as a proxy does", Lost, new FaultAsked("wrong-type")),
        On("429, wait told", "answers 429 three times, each time with a second to wait", _ => Out, new FaultAsked("status") { Status = 429, RetryAfter = "1", Times = 3 }),
        On("429", "answers 429 twice in its own words", _ => Out, new FaultAsked("status") { Status = 429, Times = 2 }) with { Grace = TimeSpan.FromSeconds(30) },
        On("429 on and on", "answers 429 for as long as the post may go out", _ => Missed, new FaultAsked("status") { Status = 429, RetryAfter = "1", Times = null }) with { Grace = Soon },
        On("503 on and on", "answers 503 for as long as the post may go out", platform => CanLook(platform) ? Missed : Lost(platform), new FaultAsked("status") { Status = 503, Times = null }) with { Grace = Soon },
        On("token lapsed", "says once that the token has expired", Renewed, new FaultAsked("expired-token")),
        new("access revoked", Stage.Before, "has its access taken back after everything is prepared", _ => SignIn) { Tokens = "revoke" },

        InPreparing("slow", "answers three seconds late", new FaultAsked("delay") { DelayMs = 3000 }),
        InPreparing("503", "answers 503 twice and does nothing", new FaultAsked("status") { Status = 503, Times = 2 }),
        InPreparing("500, yet there", "takes the file and answers 500", new FaultAsked("status-after") { Status = 500 }),
        InPreparing("cut before", "breaks the connection and does nothing", new FaultAsked("cut-before")),
        InPreparing("cut after", "takes the file and breaks the connection", new FaultAsked("cut-after")),
        InPreparing("garbage", "takes the file and answers what nobody can read", new FaultAsked("garbage")),
        InPreparing("web page", "does nothing and answers a page to sign in, as a proxy does", new FaultAsked("wrong-type")),
        InPreparing("429, wait told", "answers 429 three times, each time with a second to wait", new FaultAsked("status") { Status = 429, RetryAfter = "1", Times = 3 }),
        InPreparing("429 on and on", "answers 429 for as long as the post may go out", new FaultAsked("status") { Status = 429, RetryAfter = "1", Times = null }) with { Grace = Soon, Follows = _ => Missed },
        InPreparing("token lapsed", "says once that the token has expired", new FaultAsked("expired-token")) with { Follows = Renewed },
        InPreparing("access revoked", "has its access taken back before anything is prepared") with { Follows = _ => SignIn, Tokens = "revoke" },
    ];

    /// <summary>Faults of one platform alone, by the name its stand-in has for them.</summary>
    public static IReadOnlyList<FaultColumn> Own { get; } =
    [
        Of("x", "no-credit", _ => Missed with { Code = Codes.NoCredit }, lasts: true),
        Of("x", "duplicate-ghost", _ => Refused(Codes.Duplicate)),
        Of("x", "reply-refused", _ => new Cell(DeliveryState.PartlyOut, 1) { InTheEnd = 2 }, lasts: true) with { Parts = 2, Grace = TimeSpan.FromMinutes(5) },
        Of("linkedin", "duplicate-ghost", _ => Refused(Codes.Duplicate)),
        Of("linkedin", "cut-text", _ => Out) with { ShowsAll = false },
        Of("facebook", "duplicate", _ => Refused(Codes.Duplicate)),
        Of("facebook", "video-fails", _ => Refused(Codes.MediaRefused)) with { WithVideo = true },
        Of("instagram", "not-ready-yet", _ => Out),
        Of("instagram", "quota-reached", _ => Missed with { Code = Codes.QuotaReached }),
        Of("threads", "not-found-yet", _ => Out),
        Of("youtube", "audit-missing", _ => Refused(Codes.AuditMissing)),
        Of("youtube", "quota-exceeded", _ => Missed with { Code = Codes.QuotaReached }),
        Of("tiktok", "unaudited", _ => Missed with { Code = Codes.AuditMissing }, lasts: true),
        Of("tiktok", "too-many-posts", _ => Missed with { Code = Codes.QuotaReached }, lasts: true),
        Of("tiktok", "processing-fails", _ => Out),
        Of("pinterest", "trial-access", _ => Missed with { Code = Codes.AuditMissing }, lasts: true),
        Of("flickr", "upload-limit", _ => Missed with { Code = Codes.QuotaReached }, lasts: true, on: "media"),
        Of("flickr", "wait", _ => Missed with { Code = Codes.RateLimited, InTheEnd = null }, lasts: true, on: "media"),
        Of("peertube", "upload-busy", _ => Missed, lasts: true, on: "media"),
    ];

    /// <summary>Platforms on which something else follows, and why.</summary>
    public static IReadOnlyList<(string Platform, Stage Stage, string Column, Cell Cell, string Reason)> Exceptions { get; } =
    [
        ("mastodon", Stage.Sending, "429", Missed with { InTheEnd = null }, "Its answer names the end of its window, minutes away."),
        ("bluesky", Stage.Sending, "429", Missed with { InTheEnd = null }, "Its answer says to wait a minute."),
        ("x", Stage.Sending, "429", Missed with { InTheEnd = null }, "Its answer names the end of its window, up to a quarter of an hour away."),
        ("linkedin", Stage.Sending, "429", Missed with { InTheEnd = null }, "Its answer says nothing, and its limits count until midnight UTC."),
        ("tiktok", Stage.Sending, "429", Missed with { InTheEnd = null }, "Its answer says nothing, and its limits count by the minute."),
        ("telegram", Stage.Sending, "429", Missed with { InTheEnd = null }, "Its answer says to wait a minute."),
        .. new[] { "too slow", "503", "cut before", "web page", "503 on and on" }.Select(column =>
            ("tiktok", Stage.Sending, column, new Cell(DeliveryState.CannotTell, 0), "Photos get their name with the answer that is lost, and what only their author sees or is in moderation is not listed.")),
    ];

    public static Cell Expected(FaultColumn column, IPlatform platform) =>
        Exceptions.Where(one => one.Platform == platform.Info.Name && one.Stage == column.Stage && one.Column == column.Name).Select(one => one.Cell).FirstOrDefault() ?? column.Follows(platform);

    /// <summary>Nothing is there, and only looking can tell: where that proves nothing, a person decides.</summary>
    private static Cell Lost(IPlatform platform) => CanLook(platform) ? Out : new Cell(DeliveryState.CannotTell, 0);

    /// <summary>The post is there, and nobody said so: found where there is something to look at.</summary>
    private static Cell Hidden(IPlatform platform) => platform is IRecall ? Out : new Cell(DeliveryState.CannotTell, 1);

    private static bool CanLook(IPlatform platform) => platform is IRecall && platform.Info.CanProveAbsence;

    private static Cell Renewed(IPlatform platform) => platform is IRefreshTokens ? Out : SignIn;

    private static Cell Refused(string code) => new(DeliveryState.Rejected, 0, code) { InTheEnd = 0 };

    private static FaultColumn Of(string platform, string kind, Func<IPlatform, Cell> follows, bool lasts = false, string? on = null) =>
        new(kind, Stage.Sending, "", follows) { Only = platform, Faults = [new FaultAsked(kind) { On = on, Times = lasts ? null : 1 }], Grace = lasts ? Soon : TimeSpan.FromMinutes(5) };

    private static FaultColumn On(string name, string does, Func<IPlatform, Cell> follows, params FaultAsked[] faults) => new(name, Stage.Sending, does, follows) { Faults = faults };

    private static FaultColumn InPreparing(string name, string does, params FaultAsked[] faults) =>
        new(name, Stage.Preparing, does, _ => Out) { Faults = [.. faults.Select(fault => fault with { On = "media" })], WithFile = true };
}
