using System.Text.Json.Nodes;

namespace Publisher.Platforms.YouTube;

/// <summary>
/// Changing the description of a video (developers.google.com/youtube/v3/docs/videos/update). An update erases what it leaves out, so the
/// snippet is read first and sent back whole. Who can see the video is another part, which stays as it is.
/// </summary>
internal sealed partial class YouTubePlatform
{
    /// <summary>What of a snippet can be set; all else in it is YouTube's own.</summary>
    private static readonly string[] Settable = ["title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"];

    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        var there = await GetAsync($"videos?part=snippet&id={Uri.EscapeDataString(id)}", account, cancellationToken);
        if (!there.IsSuccess)
        {
            return there.As(Refusal(there, part, account, visible: false));
        }

        var videos = Items(there);
        if (videos is { Count: 0 })
        {
            return there.As(PublishResult.Rejected(Codes.PostGone));
        }

        // Without these two every update is refused: a snippet that lacks them is not the video's.
        if (videos?[0].Get("snippet") is not { } old || old.Text("title") is null || old.Text("categoryId") is null)
        {
            return there.As(PublishResult.NotNow(Codes.AnswerUnreadable));
        }

        var snippet = new JsonObject();
        foreach (var name in Settable)
        {
            if (old.Get(name) is { } kept)
            {
                snippet[name] = JsonNode.Parse(kept.GetRawText());
            }
        }

        snippet["description"] = part.Text;
        // A title of its own is no part of the text: it stays, also where somebody has changed it on YouTube since.
        if (part.Option(OptionField.TitleName).Length == 0)
        {
            snippet["title"] = part.Title();
        }

        using var request = Signed(HttpMethod.Put, "youtube/v3/videos?part=snippet", account, Answers.Content(new JsonObject { ["id"] = id, ["snippet"] = snippet }));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.As(!answer.IsSuccess ? Refusal(answer, part, account, visible: true)
            : answer.Json().Text("id") == id ? PublishResult.Published(Remote(id, account))
            : PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    private PublishResult Refusal(Answer answer, Part part, Account account, bool visible) => Meaning(answer, visible) switch
    {
        { Code: Codes.MediaGone } => PublishResult.Rejected(Codes.PostGone),
        { Code: Codes.ContentRefused } when Info.Length(part, account.Limits) > account.Limits.Text => PublishResult.Rejected(Codes.TextTooLong),
        var meaning => meaning,
    };
}
