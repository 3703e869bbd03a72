using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>Copies of pictures within a channel's limits, made before anything is sealed.</summary>
public sealed partial class MediaDesk
{
    /// <summary>Qualities of JPEG tried before the picture is made smaller; ffmpeg's scale, 2 is the best.</summary>
    private static readonly int[] Qualities = [2, 4, 7];

    /// <summary>Turns of making it smaller. A fifth less on each side every time, so the last has a thirtieth of the pixels.</summary>
    private const int MostTurns = 8;

    /// <summary>The copy for these limits; made once, then kept. The picture itself stays as it is.</summary>
    public async Task<Answer<MediaFile>> FitAsync(Actor actor, MediaFile source, Fit fit, CancellationToken cancellationToken)
    {
        if (await RefusedAsync(actor, source.SenderId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            if (await Fits(db, [source.Id], fit.Key).FirstOrDefaultAsync(cancellationToken) is { } known)
            {
                return known.File;
            }
        }

        if (!_ffmpeg.IsHere)
        {
            return new Refusal("media.fit.needs.ffmpeg");
        }

        var draft = store.NewDraft();
        try
        {
            return await ShrinkAsync(source, fit, draft, cancellationToken) is not { } size
                ? new Refusal("media.unreadable")
                : await KeepFitAsync(actor, source, fit, draft, size, cancellationToken);
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

    /// <summary>Every copy that was made of these files, or the one for some limits.</summary>
    internal static IQueryable<FittedFile> Fits(PublisherDb db, IReadOnlyCollection<long> sources, string? key = null) =>
        db.MediaFits.AsNoTracking().Where(row => sources.Contains(row.SourceId) && (key == null || row.Key == key))
            .Join(db.Media.AsNoTracking(), row => row.FittedId, file => file.Id, (row, file) => new FittedFile(row.SourceId, row.Key, file));

    private async Task<(int Width, int Height)?> ShrinkAsync(MediaFile source, Fit fit, string draft, CancellationToken cancellationToken)
    {
        var from = store.PathOf(source.Hash);
        var bytes = await File.ReadAllBytesAsync(from, cancellationToken);
        if (MediaKind.Of(bytes) is not { IsVideo: false } kind)
        {
            return null;
        }

        var turned = Cleaning.TurnOf(kind, bytes);
        var scale = 1.0;
        for (var turn = 0; turn < Qualities.Length + MostTurns; turn++)
        {
            var layout = fit.Layout(source.Width, source.Height, scale);
            if (!await _ffmpeg.FitAsync(from, kind, turned, layout, fit.Type, Qualities[Math.Min(turn, Qualities.Length - 1)], draft, cancellationToken))
            {
                return null;
            }

            if (new FileInfo(draft).Length <= fit.Bytes)
            {
                return (layout.PaperWidth, layout.PaperHeight);
            }

            scale *= turn < Qualities.Length - 1 ? 1 : 0.8;
        }

        return null;
    }

    private async Task<Answer<MediaFile>> KeepFitAsync(Actor actor, MediaFile source, Fit fit, string draft, (int Width, int Height) size, CancellationToken cancellationToken)
    {
        var kind = fit.Type == MediaKind.Png.Type ? MediaKind.Png : MediaKind.Jpeg;
        var kept = await KeepAsync(actor, source.SenderId, draft, kind, new Found(size.Width, size.Height, null, source.Credit), source.FileName, cancellationToken);
        if (kept.Refusal is not null)
        {
            return kept;
        }

        return await writer.DecideAsync<MediaFile>(
            async (db, cancel) =>
            {
                // Two who needed it at once made the same copy.
                if (!await db.MediaFits.AnyAsync(row => row.SourceId == source.Id && row.Key == fit.Key, cancel))
                {
                    db.MediaFits.Add(new MediaFit { SourceId = source.Id, Key = fit.Key, FittedId = kept.Value!.Id });
                    db.Append(new LogEntry(actor, time.GetUtcNow(), "media.fitted") { SenderId = source.SenderId, SubjectId = source.Id, RemoteId = kept.Value.Hash, Code = fit.Key });
                }

                return kept.Value!;
            },
            cancellationToken);
    }
}

/// <summary>A copy, and of which file and for which limits it is.</summary>
public sealed record FittedFile(long SourceId, string Key, MediaFile File);
