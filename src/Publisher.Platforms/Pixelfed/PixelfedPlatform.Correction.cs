using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Pixelfed;

/// <summary>
/// Changing a caption or a comment (StatusEditController.php and UpdateStatusService.php at github.com/pixelfed/pixelfed). An edit erases a warning
/// that it leaves out and deletes the files of an album that it does not name, so the post is read first and both are sent back as they are.
/// Whether pictures are hidden, the place and the visibility stay where an edit does not name them.
/// </summary>
internal sealed partial class PixelfedPlatform
{
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        var path = $"api/v1/statuses/{Uri.EscapeDataString(id)}";
        using var asking = Signed(HttpMethod.Get, path, account);
        var there = await http.AskAsync(asking, cancellationToken);
        if (!there.IsSuccess)
        {
            return there.As(IsGone(there) ? PublishResult.Rejected(Codes.PostGone) : Meaning(there, visible: false));
        }

        // A file whose id can't be read would be deleted: then nothing is sent.
        if (there.Json() is not { } status || Id(status, "id") != id || MediaOf(status) is not { } media)
        {
            return there.As(PublishResult.NotNow(Codes.AnswerUnreadable));
        }

        var body = new JsonObject { ["status"] = part.Text };
        if (media.Count > 0)
        {
            body["media_ids"] = new JsonArray([.. media.Select(file => JsonValue.Create(file))]);
        }

        if (status.Text("spoiler_text") is { Length: > 0 } warning)
        {
            body["spoiler_text"] = warning;
        }

        using var request = Signed(HttpMethod.Put, path, account, Answers.Content(body));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.As(answer.IsSuccess ? Corrected(answer, new RemotePost(id, Address(status)), status, media.Count) : EditRefusal(answer));
    }

    private static PublishResult Corrected(Answer answer, RemotePost post, JsonElement before, int files)
    {
        var live = PublishResult.Published(post);
        return answer.Json() switch
        {
            { } edited when Id(edited, "id") == post.Id => MediaOf(edited)?.Count < files ? live with { Code = Codes.MediaMissing } : live,
            // The server answers with the post as everybody can see it, and so with nothing where not everybody can.
            null when answer.Body.Length == 0 && before.Text("visibility") is not (null or Everyone) => live,
            _ => PublishResult.Unclear(Codes.AnswerUnreadable),
        };
    }

    private PublishResult EditRefusal(Answer answer) => ((int)answer.Status, Sentence(answer)) switch
    {
        _ when IsUnknown(answer, "Status") => PublishResult.Rejected(Codes.PostGone),
        // The post was there a moment ago. So what is not there is editing: switched off, or the version is older than it.
        (404 or 405, _) => PublishResult.Rejected(Codes.EditNotOffered),
        // Ten edits are the most; an account that moderators have limited may make none.
        (400, var said) when said.StartsWith("You cannot edit", StringComparison.Ordinal) => PublishResult.Rejected(Codes.EditRefused),
        (403 or 500, "This action is unauthorized.") => PublishResult.Rejected(Codes.EditRefused),
        _ => Meaning(answer, visible: true),
    };

    /// <summary>Some versions say so without a word. A page comes from something that stands before the server.</summary>
    private static bool IsGone(Answer answer) => IsUnknown(answer, "Status") || ((int)answer.Status == 404 && (answer.Body.Length == 0 || answer.Json() is not null));

    /// <summary>The ids of a post's files in their order; null where one of them can't be read.</summary>
    private static IReadOnlyList<string>? MediaOf(JsonElement status)
    {
        List<string?> ids = status.Get("media_attachments") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(media => Id(media, "id"))] : [];
        return ids.Contains(null) ? null : [.. ids.OfType<string>()];
    }
}
