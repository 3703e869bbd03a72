using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Meta;

/// <summary>
/// What a refusal of Meta's Graph interfaces means: an object "error" with a number, a finer number and words, whatever the status
/// (developers.facebook.com/docs/graph-api/guides/error-handling and the error pages of each product).
/// </summary>
internal static partial class GraphErrors
{
    /// <summary>Container and files are there soon after; asking much earlier only costs calls.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>Blocks last hours to days, and calling meanwhile prolongs them: no attempt before this.</summary>
    private static readonly TimeSpan Block = TimeSpan.FromHours(1);

    /// <summary>A fault of the server leaves open whether a visible call took effect.</summary>
    public static PublishResult Read(Answer answer, bool visible) => answer.As(Meaning(answer, visible));

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    public static PublishResult ReadOfLooking(Answer answer) => Read(answer, visible: false) is var failure && failure.Outcome is Outcome.SignInNeeded or Outcome.NotNow
        ? failure
        : answer.As(PublishResult.NotNow(failure.Code));

    /// <summary>The object is not there, or not there for this account.</summary>
    public static bool IsMissing(Answer answer) => Numbers(answer) is (100, 33) or (24, _);

    /// <summary>The app may not do this to the object; where somebody has to settle something at Meta first, a finer number says so.</summary>
    public static bool IsForbidden(Answer answer) => Numbers(answer) is ((3 or 10 or (>= 200 and < 300)), var detail) && OfDetail(detail) is null && !LeavesOpen(detail);

    /// <summary>What one of the finer numbers means where it stands alone, as in a failed container's words; null where it says nothing certain.</summary>
    public static PublishResult? OfDetail(int detail) => detail switch
    {
        2207004 or 2207005 or 2207009 or 2207023 or 2207026 or 2207028 or 2207057 or 2207081 => PublishResult.Rejected(Codes.MediaRefused),
        1366046 or 2069019 => PublishResult.Rejected(Codes.MediaRefused),
        2207010 => PublishResult.Rejected(Codes.TextTooLong),
        1366051 => PublishResult.Rejected(Codes.Duplicate),
        1346003 or 1349125 or 1404102 or 1609005 or 1609008 or 2061006 => PublishResult.Rejected(Codes.ContentRefused),
        2207006 or 2207008 or 2207020 => PublishResult.NotNow(Codes.MediaGone),
        2207052 => PublishResult.NotNow(Codes.MediaUnreachable),
        2207027 or 4279009 => PublishResult.NotNow(Codes.MediaNotReady, Soon),
        2207042 => PublishResult.NotNow(Codes.QuotaReached, Block),
        1390008 or 2207051 => PublishResult.NotNow(Codes.RateLimited, Block),
        1404112 or 2207050 or 4279013 => PublishResult.SignInNeeded(Codes.AccountSuspended),
        1404006 or 1404078 or 4854002 => PublishResult.SignInNeeded(Codes.PermissionMissing),
        _ => null,
    };

    private static PublishResult Meaning(Answer answer, bool visible)
    {
        if (answer.IsServerError)
        {
            return Broken(Codes.ServerError, visible);
        }

        if (Numbers(answer) is not (var code, var detail))
        {
            return (int)answer.Status == 429 ? PublishResult.NotNow(Codes.RateLimited, Regain(answer)) : Broken(Codes.AnswerUnreadable, visible);
        }

        // Before all else: with a limit or a permission in the other number, it would read as certainly not posted.
        if (LeavesOpen(code) || LeavesOpen(detail))
        {
            return Broken(Codes.ServerError, visible);
        }

        return OfDetail(detail) ?? OfDetail(code) ?? code switch
        {
            190 when detail == 463 => PublishResult.Expired(),
            102 or 190 => PublishResult.SignInNeeded(Codes.AccessRevoked),
            3 or 10 or (>= 200 and < 300) => PublishResult.SignInNeeded(Codes.PermissionMissing),
            4 or 17 or 32 or 613 or (>= 80000 and < 80100) => PublishResult.NotNow(Codes.RateLimited, Regain(answer)),
            341 or 368 => PublishResult.NotNow(Codes.RateLimited, Block),
            -2 or -1 or 1 or 2 => Broken(Codes.ServerError, visible),
            _ when IsTransient(answer) => Broken(Codes.ServerError, visible),
            24 => PublishResult.NotNow(Codes.MediaGone),
            100 when detail == 33 => PublishResult.SignInNeeded(Codes.PermissionMissing),
            100 when SaysTooLong().IsMatch(Words(answer)) => PublishResult.Rejected(Codes.TextTooLong),
            100 => PublishResult.Rejected(Codes.ContentRefused),
            352 or 36000 or 36001 or 36003 => PublishResult.Rejected(Codes.MediaRefused),
            36004 => PublishResult.Rejected(Codes.TextTooLong),
            506 => PublishResult.Rejected(Codes.Duplicate),
            9004 => PublishResult.NotNow(Codes.MediaUnreachable),
            _ => PublishResult.Rejected(Codes.Refused),
        };
    }

    /// <summary>Whether anything was created is not known; stands in either of the two numbers.</summary>
    private static bool LeavesOpen(int number) => number is 1363047 or 1609010;

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    private static (int Code, int Detail)? Numbers(Answer answer) =>
        answer.Json().Get("error") is { } error && Number(error, "code") is { } code ? (code, Number(error, "error_subcode") ?? 0) : null;

    private static bool IsTransient(Answer answer) => answer.Json().Get("error").Get("is_transient") is { ValueKind: JsonValueKind.True };

    private static string Words(Answer answer) => answer.Json().Get("error").Text("message") ?? "";

    /// <summary>Minutes until calls are taken again, the longest of all the limits named; there is no Retry-After.</summary>
    private static TimeSpan? Regain(Answer answer)
    {
        if (!answer.Headers.TryGetValues("X-Business-Use-Case-Usage", out var values))
        {
            return null;
        }

        var minutes = Minutes().Matches(string.Join(' ', values)).Select(match => int.TryParse(match.Groups[1].Value, out var said) ? said : 0).DefaultIfEmpty().Max();
        return minutes > 0 ? TimeSpan.FromMinutes(minutes) : null;
    }

    private static int? Number(JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

    [GeneratedRegex(@"at most \d+ characters|too long", RegexOptions.IgnoreCase)]
    private static partial Regex SaysTooLong();

    [GeneratedRegex("\"estimated_time_to_regain_access\"\\s*:\\s*(\\d+)")]
    private static partial Regex Minutes();
}
