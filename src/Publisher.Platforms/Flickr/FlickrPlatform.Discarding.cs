namespace Publisher.Platforms.Flickr;

/// <summary>Deleting a photo that was brought and never opened to anybody.</summary>
internal sealed partial class FlickrPlatform
{
    private static readonly string[] Audiences = ["ispublic", "isfriend", "isfamily"];

    public async Task<PublishResult?> DiscardAsync(Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        if (prepared.Files is not [{ Id: { Length: > 0 } id }])
        {
            return null;
        }

        var answer = await ReadAsync("flickr.photos.getInfo", [("photo_id", id)], OAuthKeys.Of(account.Credentials), account.Server, cancellationToken);
        var reply = FlickrReply.Read(answer);
        if (answer.IsSuccess && reply.Code == PhotoNotFound)
        {
            return null;
        }

        if (!answer.IsSuccess || !reply.IsOk)
        {
            return answer.As(Later(Meaning(answer, reply, visible: false)));
        }

        var seen = Audiences.Select(who => FlickrReply.Number(answer.Json().Get("photo").Get("visibility").Get(who))).ToList();
        return seen.Contains(null) ? answer.As(PublishResult.NotNow(Codes.AnswerUnreadable))
            : seen.TrueForAll(one => one == 0) ? (await RetractAsync(new RemotePost(id, null), account, cancellationToken)).Failure
            : PublishResult.Rejected(Codes.DraftVisible);
    }
}
