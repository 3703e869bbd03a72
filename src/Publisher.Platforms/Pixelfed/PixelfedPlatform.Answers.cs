using System.Text.Json;

namespace Publisher.Platforms.Pixelfed;

/// <summary>
/// What an answer means. The server's error handler keeps the status of few refusals and gives the rest 500 with a sentence (its
/// Exceptions/Handler.php), so the sentence is read before a 500 is called a fault. The sentences read here are not translated.
/// </summary>
internal sealed partial class PixelfedPlatform
{
    /// <summary>A refusal of the visible call.</summary>
    private PublishResult Refusal(Answer answer, Part part)
    {
        var isComment = part.Root is not null;
        if (Sentence(answer).StartsWith("Invalid media", StringComparison.Ordinal) || IsUnknown(answer, "Media"))
        {
            // A post is a draft until its files are found; a comment is live before they are looked for.
            return isComment ? PublishResult.Unclear(Codes.ServerError) : PublishResult.NotNow(Codes.MediaGone);
        }

        return (int)answer.Status switch
        {
            404 when isComment => PublishResult.Rejected(Codes.ParentGone),
            500 when isComment && IsUnknown(answer, "Status") => PublishResult.Rejected(Codes.ParentGone),
            422 when isComment && Fields(answer) is null => PublishResult.Rejected(Codes.ReplyRefused),
            _ => Meaning(answer, visible: true),
        };
    }

    private PublishResult Meaning(Answer answer, bool visible) => ((int)answer.Status, Sentence(answer)) switch
    {
        // No token, a lapsed one and a revoked one are told apart by nobody; the refresh shows which it was.
        (401, _) or (500, "Unauthenticated.") => PublishResult.Expired(),
        (422 or 500, _) when Fields(answer) is { } fields => PublishResult.Rejected(Invalid(fields)),
        (400, "Duplicate idempotency key.") => Broken(Codes.Duplicate, visible),
        (400, var said) when said.Contains("banned keyword", StringComparison.Ordinal) => PublishResult.Rejected(Codes.ContentRefused),
        (403, "Empty statuses are not allowed") => PublishResult.Rejected(Codes.ContentRefused),
        (403, "Account size limit reached." or "Invalid or unsupported mime type.") => PublishResult.Rejected(Codes.MediaRefused),
        (403, _) => PublishResult.SignInNeeded(Codes.PermissionMissing),
        (413 or 422, _) => PublishResult.Rejected(Codes.ContentRefused),
        (429, _) => PublishResult.NotNow(Codes.RateLimited, answer.RetryAfter(time)),
        (451, _) => PublishResult.Rejected(Codes.MediaRefused),
        // A proxy that gave up waiting knows nothing of what became of the call.
        (408, _) => Broken(Codes.ServerError, visible),
        (>= 400 and < 500, _) => PublishResult.Rejected(Codes.Refused),
        _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
    };

    private static string Invalid(JsonElement fields) =>
        fields.Get("status") is not null ? Codes.TextTooLong
        : fields.Get("file") is not null || fields.Get("description") is not null || fields.Get("media_ids") is not null ? Codes.MediaRefused
        : Codes.ContentRefused;

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    private static string Sentence(Answer answer) => answer.Json().Text("error") ?? "";

    /// <summary>What a refused form lists, by the names of its fields.</summary>
    private static JsonElement? Fields(Answer answer) => answer.Json().Get("errors") is { ValueKind: JsonValueKind.Object } fields ? fields : null;

    /// <summary>"No query results for model [App\Models\Status] 7": nothing has that id, or it is somebody else's.</summary>
    private static bool IsUnknown(Answer answer, string model) =>
        Sentence(answer) is var said && said.StartsWith("No query results for model", StringComparison.Ordinal) && said.Contains($@"\{model}]", StringComparison.Ordinal);
}
