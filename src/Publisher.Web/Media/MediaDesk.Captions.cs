using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>Captions of a video: read once, and kept in the one form that is sent.</summary>
public sealed partial class MediaDesk
{
    /// <summary>Bytes of a file of captions. A hundred thousand tell everything that is said in an hour.</summary>
    public const long LargestCaptions = 1_000_000;

    /// <summary>Keeps what is said in the video, for messages of this sender.</summary>
    public async Task<Answer<MediaFile>> AddCaptionsAsync(Actor actor, long senderId, long videoId, Stream content, string fileName, CancellationToken cancellationToken)
    {
        if (await RefusedAsync(actor, senderId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await db.Media.AsNoTracking().SingleOrDefaultAsync(row => row.Id == videoId && row.SenderId == senderId, cancellationToken) is not { Duration: { } length })
            {
                return new Refusal("captions.video");
            }

            var file = new byte[LargestCaptions + 1];
            var read = await content.ReadAtLeastAsync(file, file.Length, throwOnEndOfStream: false, cancellationToken);
            if (read > LargestCaptions)
            {
                return new Refusal("captions.too.large", LargestCaptions / 1000);
            }

            var cues = CaptionsFile.Read(file.AsSpan(0, read), length);
            return cues.Refusal is { } unreadable ? unreadable : await KeepCaptionsAsync(actor, senderId, CaptionsFile.Write(cues.Value!), fileName, cancellationToken);
        }
    }

    private async Task<Answer<MediaFile>> KeepCaptionsAsync(Actor actor, long senderId, byte[] captions, string fileName, CancellationToken cancellationToken)
    {
        var draft = store.NewDraft();
        try
        {
            await File.WriteAllBytesAsync(draft, captions, cancellationToken);
            return await KeepAsync(actor, senderId, draft, MediaKind.WebVtt, new Found(0, 0, null, ""), fileName, cancellationToken);
        }
        catch (IOException failure) when (IsFull(failure))
        {
            return new Refusal("disk.full");
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
