namespace Publisher.Platforms.YouTube;

/// <summary>Deleting a video that was brought and never shown. It would stay in YouTube Studio, and keep the same file from being brought again.</summary>
internal sealed partial class YouTubePlatform
{
    public async Task<PublishResult?> DiscardAsync(Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        // An upload that was only announced is no video.
        if (prepared.Files is not [{ Id: { Length: > 0 } id }, ..])
        {
            return null;
        }

        var answer = await GetAsync($"videos?part=status&id={Uri.EscapeDataString(id)}", account, cancellationToken);
        if (Items(answer) is not { } videos)
        {
            return NotSeen(answer);
        }

        // One that was deleted is not listed.
        if (videos.Count == 0)
        {
            return null;
        }

        var status = videos[0].Get("status");
        return status.Text("privacyStatus") switch
        {
            null => answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)),
            // A private video with a time is one that somebody has scheduled in YouTube Studio.
            Private when status.Text("publishAt") is null => (await RetractAsync(new RemotePost(id, null), account, cancellationToken)).Failure,
            _ => PublishResult.Rejected(Codes.DraftVisible),
        };
    }
}
