using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>Pictures taken out of a video, to stand for it.</summary>
public sealed partial class MediaDesk
{
    /// <summary>The video as it looks at that moment, kept as a picture.</summary>
    public async Task<Answer<MediaFile>> TakeStillAsync(Actor actor, long senderId, long videoId, TimeSpan at, CancellationToken cancellationToken)
    {
        if (await RefusedAsync(actor, senderId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        MediaFile? video;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            video = await db.Media.AsNoTracking().SingleOrDefaultAsync(row => row.Id == videoId && row.SenderId == senderId, cancellationToken);
        }

        if (video is not { Duration: { } length } || at < TimeSpan.Zero || at > length || !_ffmpeg.IsHere)
        {
            return new Refusal("still.video");
        }

        var kind = video.Type == MediaKind.WebM.Type ? MediaKind.WebM : MediaKind.Mp4;
        var draft = store.NewDraft();
        try
        {
            if (!await _ffmpeg.StillAsync(store.PathOf(video.Hash), kind, at, draft, cancellationToken)
                || MediaKind.Jpeg.SizeOf(await File.ReadAllBytesAsync(draft, cancellationToken)) is not { } size)
            {
                return new Refusal("still.video");
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(video.FileName)} {at.TotalSeconds:0.0} s.jpg");
            return await KeepAsync(actor, senderId, draft, MediaKind.Jpeg, new Found(size.Width, size.Height, null, video.Credit), name, cancellationToken);
        }
        catch (Ffmpeg.CutOff)
        {
            return new Refusal("media.cut.off");
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
