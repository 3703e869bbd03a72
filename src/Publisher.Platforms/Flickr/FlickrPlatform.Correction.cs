using System.Net;

namespace Publisher.Platforms.Flickr;

/// <summary>
/// Changing title and description of a photo (flickr.com/services/api/flickr.photos.setMeta.html), both at once: a title that is the first line
/// of the text follows it. The file, its tags and who may see it stay.
/// </summary>
internal sealed partial class FlickrPlatform
{
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        var answer = await WriteAsync("flickr.photos.setMeta", [("photo_id", id), ("title", part.Title()), ("description", FlickrText.Description(part))], account, cancellationToken);
        var reply = FlickrReply.Read(answer);
        return answer.As((answer.IsSuccess, reply) switch
        {
            (true, { IsOk: true }) => PublishResult.Published(Remote(id, account)),
            (true, { Code: PhotoNotFound }) => PublishResult.Rejected(Codes.PostGone),
            // There are only words that could be too much.
            _ when answer.Status == HttpStatusCode.RequestEntityTooLarge => PublishResult.Rejected(Codes.TextTooLong),
            _ => Meaning(answer, reply, visible: true),
        });
    }
}
