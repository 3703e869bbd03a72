using System.Net;

namespace Publisher.Platforms.PeerTube;

/// <summary>Deleting a video that was brought and never shown.</summary>
internal sealed partial class PeerTubePlatform
{
    public async Task<PublishResult?> DiscardAsync(Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        // A server removes an upload that did not end by itself.
        if (prepared.Files is not [{ Id: { Length: > 0 } id }, ..])
        {
            return null;
        }

        using var request = Signed(HttpMethod.Get, $"api/v1/videos/{Uri.EscapeDataString(id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        var video = answer.Json();
        if (answer.Status == HttpStatusCode.NotFound && video is not null)
        {
            return null;
        }

        if (!answer.IsSuccess)
        {
            return answer.As(Later(Meaning(answer, visible: false)));
        }

        return Number(video.Get("privacy"), "id") switch
        {
            null => answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)),
            // A private video with a time is one that somebody has scheduled on the server.
            Private when video.Get("scheduledUpdate").Text("updateAt") is null => (await RetractAsync(new RemotePost(id, null), account, cancellationToken)).Failure,
            _ => PublishResult.Rejected(Codes.DraftVisible),
        };
    }
}
