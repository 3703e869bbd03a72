using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Mastodon;

/// <summary>Editing a status (docs.joinmastodon.org/methods/statuses, edit). Visibility and the status it answers can't be changed.</summary>
internal sealed partial class MastodonPlatform
{
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var path = $"api/v1/statuses/{Uri.EscapeDataString(part.Correction!.Post.Id)}";
        // An edit drops every file it does not name, so the status is asked first which it has.
        using var asking = Signed(HttpMethod.Get, path, account);
        var there = await http.AskAsync(asking, cancellationToken);
        if (!there.IsSuccess)
        {
            return there.As(IsGone(there) ? PublishResult.Rejected(Codes.PostGone) : Meaning(there, visible: false));
        }

        if (there.Json() is not { } status || status.Text("id") is null)
        {
            return there.As(PublishResult.NotNow(Codes.AnswerUnreadable));
        }

        var body = BodyOf(part);
        var media = MediaOf(status);
        if (media.Count > 0)
        {
            body["media_ids"] = new JsonArray([.. media.Select(id => JsonValue.Create(id))]);
        }

        using var request = Signed(HttpMethod.Put, path, account, Answers.Content(body));
        var answer = await http.AskAsync(request, cancellationToken);
        if (answer.IsSuccess)
        {
            return answer.Json() is { } edited && edited.Text("id") is { Length: > 0 } id
                ? answer.As(Corrected(id, edited, media.Count))
                : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
        }

        return answer.As(answer.Status switch
        {
            _ when IsGone(answer) => PublishResult.Rejected(Codes.PostGone),
            // Relatives without editing know the path, but not this method on it.
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.NotFound => PublishResult.Rejected(Codes.EditNotOffered),
            HttpStatusCode.UnprocessableEntity when Info.Length(part, account.Limits) > account.Limits.Text => PublishResult.Rejected(Codes.TextTooLong),
            _ => Meaning(answer, visible: true),
        });
    }

    private static PublishResult Corrected(string id, JsonElement status, int files)
    {
        var result = PublishResult.Published(new RemotePost(id, Address(status)));
        return MediaOf(status).Count < files ? result with { Code = Codes.MediaMissing } : result;
    }

    // A body that is no JSON comes from something that stands before the server.
    private static bool IsGone(Answer answer) => answer.Status is HttpStatusCode.Gone || (answer.Status is HttpStatusCode.NotFound && answer.Json() is not null);

    private static IReadOnlyList<string> MediaOf(JsonElement status) => status.Get("media_attachments") is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(media => media.Text("id")).OfType<string>()]
        : [];
}
