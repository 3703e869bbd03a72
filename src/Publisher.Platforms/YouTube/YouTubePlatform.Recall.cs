using System.Text.Json;

namespace Publisher.Platforms.YouTube;

/// <summary>Asking whether a video has become visible: it is known since it was brought, so no list is needed, which may lag.</summary>
internal sealed partial class YouTubePlatform
{
    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        // Captions and a cover stand behind the video.
        var id = prepared.Files is [{ Id: { Length: > 0 } brought }, ..] ? brought : null;
        var answer = await GetAsync(id is null ? "channels?part=id&mine=true" : $"videos?part=status&id={Uri.EscapeDataString(id)}", account, cancellationToken);
        if (Items(answer) is not { } videos)
        {
            return Failed(answer);
        }

        // Without a video there is nothing to find: the channel answered, and that is all that is known.
        if (id is null)
        {
            return new RecallResult();
        }

        // One that was deleted is not listed, and shows nowhere.
        return videos.FirstOrDefault().Get("status").Text("privacyStatus") switch
        {
            Private => new RecallResult { IsComplete = true },
            null => new RecallResult { IsComplete = videos.Count == 0 },
            _ => new RecallResult { Matches = [Remote(id, account)], IsComplete = true },
        };
    }

    private RecallResult Failed(Answer answer) => new() { Failure = NotSeen(answer) };

    private async Task<Answer> GetAsync(string query, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"youtube/v3/{query}", account);
        return await http.AskAsync(request, cancellationToken);
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private PublishResult NotSeen(Answer answer)
    {
        var failure = answer.IsSuccess ? PublishResult.NotNow(Codes.AnswerUnreadable) : Meaning(answer, visible: false);
        return answer.As(failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter));
    }

    /// <summary>What a list names; null where the answer is none. A list of nothing may leave out its items.</summary>
    private static IReadOnlyList<JsonElement>? Items(Answer answer) =>
        !answer.IsSuccess || answer.Json() is not { } json || json.Text("kind")?.EndsWith("ListResponse", StringComparison.Ordinal) is not true ? null
        : json.Get("items") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()]
        : [];
}
