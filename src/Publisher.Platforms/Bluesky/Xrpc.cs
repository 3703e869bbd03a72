using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Bluesky;

/// <summary>How a Bluesky server is asked, and how its refusals read: by their name, since one status means many things (atproto.com/specs/xrpc).</summary>
internal static class Xrpc
{
    public static HttpRequestMessage Get(Uri server, string method, string query, Secret? token = null) =>
        Signed(new HttpRequestMessage(HttpMethod.Get, new Uri(server, query.Length == 0 ? $"xrpc/{method}" : $"xrpc/{method}?{query}")), token);

    public static HttpRequestMessage Post(Uri server, string method, JsonObject body, Secret? token = null) =>
        Signed(new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"xrpc/{method}")) { Content = Answers.Content(body) }, token);

    public static HttpRequestMessage Post(Uri server, string methodAndQuery, HttpContent body, Secret token) =>
        Signed(new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"xrpc/{methodAndQuery}")) { Content = body }, token);

    /// <summary>What a refusal means. A fault of the server leaves open whether a visible call took effect.</summary>
    public static PublishResult Read(Answer answer, bool visible, TimeProvider time) => answer.As(Meaning(answer, visible, time));

    private static PublishResult Meaning(Answer answer, bool visible, TimeProvider time)
    {
        switch (answer.Json().Text("error"))
        {
            // Answered with 400, not 401.
            // A file's permission ends by our clock, at most an hour from now by theirs.
            case "BadExpiration":
                return PublishResult.NotNow(Codes.ClockDiffers);
            case "ExpiredToken":
                return PublishResult.Expired();
            case "InvalidToken" or "AuthMissing" or "AuthenticationRequired" or "AuthRequiredError":
                return PublishResult.SignInNeeded(Codes.AccessRevoked);
            case "AccountTakedown" or "AccountDeactivated" or "AccountSuspended":
                return PublishResult.SignInNeeded(Codes.AccountSuspended);
            case "RateLimitExceeded":
                return PublishResult.NotNow(Codes.RateLimited, Wait(answer, time));
            case "BlobNotFound":
                return PublishResult.NotNow(Codes.MediaGone);
            case "InvalidSwap":
                // A record with our key and other content is there: looking decides what it is.
                return PublishResult.Unclear(Codes.Duplicate);
            case "UnsupportedContentType" or "VideoTooLarge" or "VideoTooLong" or "BadAspectRatio" or "UploadForbidden" or "BlobTooLarge":
                return PublishResult.Rejected(Codes.MediaRefused);
            case "DailyLimitExceeded" or "TooManyOpenUploads" or "ServiceOverloaded":
                return PublishResult.NotNow(Codes.RateLimited, Wait(answer, time));
            case "InvalidRequest":
                return PublishResult.Rejected(Codes.ContentRefused);
        }

        return answer.Status switch
        {
            HttpStatusCode.Unauthorized => PublishResult.SignInNeeded(Codes.AccessRevoked),
            HttpStatusCode.Forbidden => PublishResult.SignInNeeded(Codes.PermissionMissing),
            HttpStatusCode.RequestEntityTooLarge => PublishResult.Rejected(Codes.MediaRefused),
            HttpStatusCode.TooManyRequests => PublishResult.NotNow(Codes.RateLimited, Wait(answer, time)),
            // A proxy that gave up waiting knows nothing of what became of the call.
            HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, visible),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.Rejected(Codes.Refused),
            _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
        };
    }

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    /// <summary>Retry-After, or the end of the window the server names (Unix seconds).</summary>
    private static TimeSpan? Wait(Answer answer, TimeProvider time)
    {
        if (answer.RetryAfter(time) is { } wait)
        {
            return wait;
        }

        if (!answer.Headers.TryGetValues("RateLimit-Reset", out var values) || !long.TryParse(values.First(), out var reset))
        {
            return null;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static HttpRequestMessage Signed(HttpRequestMessage request, Secret? token)
    {
        if (token is { } secret)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret.Value);
        }

        return request;
    }
}
