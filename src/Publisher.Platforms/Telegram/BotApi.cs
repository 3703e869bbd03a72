using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Telegram;

/// <summary>
/// How the Bot API is asked, and how its refusals read (core.telegram.org/bots/api#making-requests). The token is part of the
/// address, so an address must never stand in a log, an exception or an answer that is shown.
/// </summary>
internal static partial class BotApi
{
    /// <summary>
    /// What refusals say. There are no codes, and the words may change: one that is not found here is a refusal all the same.
    /// </summary>
    private static readonly (string Words, PublishResult Means)[] Refusals =
    [
        // That an album is sent whole or not at all is practice, not promised.
        ("group send failed", PublishResult.Unclear(Codes.MediaRefused)),
        ("failed to send message #", PublishResult.Unclear(Codes.MediaRefused)),
        ("too long", PublishResult.Rejected(Codes.TextTooLong)),
        ("TOO_LONG", PublishResult.Rejected(Codes.TextTooLong)),
        ("message to edit not found", PublishResult.Rejected(Codes.PostGone)),
        ("MESSAGE_ID_INVALID", PublishResult.Rejected(Codes.PostGone)),
        ("message can't be edited", PublishResult.Rejected(Codes.EditRefused)),
        // It was made another kind of message since, with files or without.
        ("in the message to edit", PublishResult.Rejected(Codes.EditRefused)),
        ("replied not found", PublishResult.Rejected(Codes.ParentGone)),
        ("reply message not found", PublishResult.Rejected(Codes.ParentGone)),
        ("chat not found", PublishResult.SignInNeeded(Codes.PermissionMissing)),
        ("administrator rights", PublishResult.SignInNeeded(Codes.PermissionMissing)),
        ("not enough rights", PublishResult.SignInNeeded(Codes.PermissionMissing)),
        ("have no rights", PublishResult.SignInNeeded(Codes.PermissionMissing)),
        ("PHOTO_", PublishResult.Rejected(Codes.MediaRefused)),
        ("IMAGE_PROCESS_FAILED", PublishResult.Rejected(Codes.MediaRefused)),
        ("VIDEO_", PublishResult.Rejected(Codes.MediaRefused)),
        ("file", PublishResult.Rejected(Codes.MediaRefused)),
        ("text is empty", PublishResult.Rejected(Codes.ContentRefused)),
        ("parse entities", PublishResult.Rejected(Codes.ContentRefused)),
    ];

    /// <summary>Whether this is a bot's token; anything else would change where the request goes.</summary>
    public static bool IsToken(string typed) => Token().IsMatch(typed);

    /// <summary>Sends once. What the answer repeats of the token is blotted out; the digits before the colon are the bot's public number.</summary>
    public static async Task<Answer> CallAsync(this HttpClient http, Uri server, Secret token, string method, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{server.AbsoluteUri}bot{token.Value}/{method}")) { Content = content };
        return await http.AskAsync(request, cancellationToken) with { Secret = token.Value[(token.Value.IndexOf(':', StringComparison.Ordinal) + 1)..] };
    }

    /// <summary>What a call that was carried out answers; null for everything else.</summary>
    public static JsonElement? Result(Answer answer) =>
        answer.IsSuccess && answer.Json() is { } json && json.Get("ok") is { ValueKind: JsonValueKind.True } ? json.Get("result") : null;

    /// <summary>What a refusal means. Only one in the interface's own form says that nothing was posted.</summary>
    public static PublishResult Read(Answer answer, bool visible, TimeProvider time) => answer.As(Meaning(answer, visible, time));

    /// <summary>Whether a message that was to be deleted is not there.</summary>
    public static bool IsGone(Answer answer) => Says(answer, "message to delete not found");

    /// <summary>Whether a message that was to be edited says already what it should.</summary>
    public static bool IsUnchanged(Answer answer) => Says(answer, "message is not modified");

    private static bool Says(Answer answer, string words) => Description(answer)?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;

    private static PublishResult Meaning(Answer answer, bool visible, TimeProvider time) => ((int)answer.Status, Description(answer)) switch
    {
        (408 or >= 500, _) => Broken(Codes.ServerError, visible),
        (413, _) => PublishResult.Rejected(Codes.MediaRefused),
        (429, _) => PublishResult.NotNow(Codes.RateLimited, Wait(answer, time)),
        // A token of the wrong form is answered as a path that is not there.
        (401 or 404, not null) => PublishResult.SignInNeeded(Codes.AccessRevoked),
        (403, not null) => PublishResult.SignInNeeded(Codes.PermissionMissing),
        (400, { } words) => Array.Find(Refusals, refusal => words.Contains(refusal.Words, StringComparison.OrdinalIgnoreCase)).Means ?? PublishResult.Rejected(Codes.Refused),
        (> 400, not null) => PublishResult.Rejected(Codes.Refused),
        _ => Broken(Codes.AnswerUnreadable, visible),
    };

    /// <summary>The words of an explicit no; null where the answer is something else.</summary>
    private static string? Description(Answer answer) =>
        answer.Json() is { } json && json.Get("ok") is { ValueKind: JsonValueKind.False } ? json.Text("description") ?? "" : null;

    private static TimeSpan? Wait(Answer answer, TimeProvider time) =>
        answer.Json().Get("parameters").Get("retry_after") is { ValueKind: JsonValueKind.Number } said && said.TryGetInt32(out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : answer.RetryAfter(time);

    private static PublishResult Broken(string code, bool visible) => visible ? PublishResult.Unclear(code) : PublishResult.NotNow(code);

    [GeneratedRegex("^[0-9]+:[A-Za-z0-9_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
