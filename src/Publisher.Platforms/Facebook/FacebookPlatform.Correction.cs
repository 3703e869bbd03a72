using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Facebook;

/// <summary>
/// Changing the words of a post that this app made (developers.facebook.com/documentation/pages-api/posts, update). Pictures, video and the
/// preview of a link stay. What a video says belongs to the video, not to its post.
/// </summary>
internal sealed partial class FacebookPlatform
{
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var post = part.Correction!.Post;
        var (id, field) = post.Version is { } video ? (video, "description") : (post.Id, "message");
        using var content = Answers.Content(new JsonObject { [field] = part.Text });
        var answer = await _graph.PostAsync(Uri.EscapeDataString(id), content, account, cancellationToken);
        if (answer.IsSuccess)
        {
            return answer.As(answer.Json().Get("success") is { ValueKind: JsonValueKind.True }
                ? PublishResult.Published(post with { Permalink = Permalink(post.Id, account) })
                : PublishResult.Unclear(Codes.AnswerUnreadable));
        }

        return GraphErrors.IsMissing(answer) ? await WhyMissingAsync(id, answer, account, cancellationToken)
            // Made by another app, or of a kind that none may change. Of the page's sign-in this says nothing, so that the channel goes on.
            : GraphErrors.IsForbidden(answer) ? answer.As(PublishResult.Rejected(Codes.EditRefused))
            : GraphErrors.Read(answer, visible: true);
    }

    /// <summary>The same words say that a post is gone and that it can't be changed: reading it tells which.</summary>
    private async Task<PublishResult> WhyMissingAsync(string id, Answer refusal, Account account, CancellationToken cancellationToken)
    {
        var there = await _graph.GetAsync($"{Uri.EscapeDataString(id)}?fields=id", account, cancellationToken);
        return there.IsSuccess && there.Json().Text("id") is not null ? refusal.As(PublishResult.Rejected(Codes.EditRefused))
            : GraphErrors.IsMissing(there) ? refusal.As(PublishResult.Rejected(Codes.PostGone))
            : GraphErrors.ReadOfLooking(there);
    }
}
