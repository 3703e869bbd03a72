using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.LinkedIn;

/// <summary>How LinkedIn's versioned interface is asked, and how its refusals read.</summary>
internal static partial class Restli
{
    /// <summary>
    /// The version of the interface. Each lives about a year (learn.microsoft.com/linkedin, marketing/versioning); after it every
    /// call answers 426, and this is the line to change.
    /// </summary>
    public const string Version = "202609";

    public static HttpRequestMessage Get(Uri server, string path, Secret token, string? method = null) =>
        Signed(new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"rest/{path}")), token, method);

    public static HttpRequestMessage Post(Uri server, string path, JsonObject body, Secret token, string? method = null) =>
        Signed(new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"rest/{path}")) { Content = Answers.Content(body) }, token, method);

    public static HttpRequestMessage Delete(Uri server, string path, Secret token) =>
        Signed(new HttpRequestMessage(HttpMethod.Delete, new Uri(server, $"rest/{path}")), token, "DELETE");

    /// <summary>What a refusal means. A fault of the server leaves open whether a visible call took effect.</summary>
    public static PublishResult Read(Answer answer, bool visible, TimeProvider time) => answer.As(Meaning(answer, visible, time));

    /// <summary>The post a refused repeat names as already there.</summary>
    [GeneratedRegex(@"urn:li:(?:share|ugcPost):\d+")]
    public static partial Regex PostUrn();

    private static PublishResult Meaning(Answer answer, bool visible, TimeProvider time)
    {
        var json = answer.Json();
        var message = json.Text("message") ?? "";
        var codes = $"{json.Text("code")} {InputErrors(json)}";
        return (int)answer.Status switch
        {
            401 => message.Contains("expired", StringComparison.OrdinalIgnoreCase) || codes.Contains("EXPIRED", StringComparison.Ordinal)
                ? PublishResult.Expired()
                : PublishResult.SignInNeeded(Codes.AccessRevoked),
            403 => PublishResult.SignInNeeded(Codes.PermissionMissing),
            // A proxy that gave up waiting knows nothing of what became of the call.
            408 => Broken(Codes.ServerError, visible),
            // The page says "try again"; trying again has been seen to post twice.
            409 when visible => PublishResult.Unclear(Codes.Duplicate),
            413 => PublishResult.Rejected(Codes.MediaRefused),
            426 => PublishResult.NotNow(Codes.VersionEnded),
            // Limits count per day, with no header to say so; who does say how long stands before LinkedIn and means less.
            429 => PublishResult.NotNow(Codes.RateLimited, answer.RetryAfter(time) ?? Tomorrow(time.GetUtcNow())),
            >= 400 and < 500 => Refusal(codes),
            >= 500 => Broken(Codes.ServerError, visible),
            _ => Broken(Codes.AnswerUnreadable, visible),
        };
    }

    private static PublishResult Refusal(string codes)
    {
        if (codes.Contains("DUPLICATE_POST", StringComparison.Ordinal))
        {
            return PublishResult.Rejected(Codes.Duplicate);
        }

        if (codes.Contains("MEDIA_ASSET_PROCESSING_FAILED", StringComparison.Ordinal))
        {
            return PublishResult.Rejected(Codes.MediaRefused);
        }

        if (codes.Contains("MEDIA_ASSET", StringComparison.Ordinal))
        {
            return PublishResult.NotNow(Codes.MediaNotReady);
        }

        return PublishResult.Rejected(codes.Contains("FIELD_LENGTH_TOO_LONG", StringComparison.Ordinal) ? Codes.TextTooLong : Codes.ContentRefused);
    }

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    private static TimeSpan Tomorrow(DateTimeOffset now) => now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;

    private static string InputErrors(JsonElement? json) => json.Get("errorDetails").Get("inputErrors") is { ValueKind: JsonValueKind.Array } errors
        ? string.Join(' ', errors.EnumerateArray().Select(error => error.Text("code")))
        : "";

    private static HttpRequestMessage Signed(HttpRequestMessage request, Secret token, string? method = null)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        request.Headers.Add("LinkedIn-Version", Version);
        request.Headers.Add("X-Restli-Protocol-Version", "2.0.0");
        if (method is not null)
        {
            request.Headers.Add("X-RestLi-Method", method);
        }

        return request;
    }
}
