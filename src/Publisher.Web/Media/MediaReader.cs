using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>Answers a browser's request for a picture or a video.</summary>
internal sealed class MediaReader(IDbContextFactory<PublisherDb> databases, MediaStore store, TimeProvider time)
{
    // Two at once: a list of thirty new pictures must not start thirty processes.
    private static readonly SemaphoreSlim Places = new(2);
    private readonly Ffmpeg _ffmpeg = new();

    public async Task<IResult> SendAsync(string hash, HttpContext context, bool isThumb)
    {
        if (CurrentPerson.Read(context.User) is not { } actor || await TypeOfAsync(hash, actor, context.RequestAborted) is not { } type || !store.Has(hash))
        {
            return Results.NotFound();
        }

        // Named by their bytes: a browser that has them has them for ever, but only this person's browser.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        var path = store.PathOf(hash);
        return isThumb && await ThumbAsync(path, context.RequestAborted) is { } thumb
            ? Results.File(thumb, "image/jpeg")
            : Results.File(path, type, enableRangeProcessing: true);
    }

    /// <summary>Null where this person may not see it, or nobody has it.</summary>
    private async Task<string?> TypeOfAsync(string hash, Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return null;
        }

        var files = await db.Media.AsNoTracking().Where(row => row.Hash == hash).Select(row => new { row.SenderId, row.Type }).ToListAsync(cancellationToken);
        return files.FirstOrDefault(file => rights.Can(Act.ReadMessages, file.SenderId))?.Type;
    }

    /// <summary>A smaller copy beside the file; null where the machine can't make one, and the file itself serves.</summary>
    private async Task<string?> ThumbAsync(string path, CancellationToken cancellationToken)
    {
        var thumb = $"{path}.thumb";
        if (File.Exists(thumb) || !_ffmpeg.IsHere)
        {
            return File.Exists(thumb) ? thumb : null;
        }

        await Places.WaitAsync(cancellationToken);
        var draft = $"{thumb}-{Guid.NewGuid():N}";
        try
        {
            var start = new byte[32];
            await using (var file = File.OpenRead(path))
            {
                await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            }

            if (MediaKind.Of(start) is not { } kind || !await _ffmpeg.ShrinkAsync(path, kind, draft, cancellationToken))
            {
                return null;
            }

            File.Move(draft, thumb, overwrite: true);
            return thumb;
        }
        catch (Ffmpeg.CutOff)
        {
            return null;
        }
        finally
        {
            Places.Release();
            File.Delete(draft);
        }
    }
}
