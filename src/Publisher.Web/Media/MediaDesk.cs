using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>Takes files in: looks what they are, takes out what tells of place and device, and keeps them.</summary>
public sealed partial class MediaDesk(Writer writer, IDbContextFactory<PublisherDb> databases, MediaStore store, TimeProvider time)
{
    /// <summary>Bytes of a picture.</summary>
    public const long LargestImage = 32L * 1024 * 1024;

    /// <summary>Bytes of a video.</summary>
    public const long LargestVideo = 512L * 1024 * 1024;

    // What a decoder would unpack: a few kilobytes can claim to be a terabyte of pixels.
    private const long MostPixels = 100_000_000;
    private const int LongestName = 200;

    private readonly Ffmpeg _ffmpeg = new();

    /// <summary>Keeps the file for messages of this sender. The same bytes are kept once.</summary>
    /// <param name="content">Read once, to its end or to the limit.</param>
    public async Task<Answer<MediaFile>> AddAsync(Actor actor, long senderId, Stream content, string fileName, CancellationToken cancellationToken)
    {
        if (await RefusedAsync(actor, senderId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var draft = store.NewDraft();
        try
        {
            if (await ReceiveAsync(content, draft, cancellationToken) is not { } kind)
            {
                return new Refusal("media.type.unknown");
            }

            var read = kind.IsVideo ? await ReadVideoAsync(draft, kind, cancellationToken) : await ReadImageAsync(draft, kind, cancellationToken);
            return read.Refusal is { } unreadable ? unreadable : await KeepAsync(actor, senderId, draft, kind, read.Value!, fileName, cancellationToken);
        }
        catch (TooLarge large)
        {
            return new Refusal("media.too.large", large.Most / (1024 * 1024));
        }
        catch (Ffmpeg.CutOff)
        {
            return new Refusal("media.cut.off");
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

    /// <summary>ENOSPC: nothing was named yet, so nothing is half kept.</summary>
    private static bool IsFull(IOException failure) => failure.HResult is 28 or unchecked((int)0x80070070);

    private async Task<Answer<MediaFile>> KeepAsync(Actor actor, long senderId, string draft, MediaKind kind, Found found, string fileName, CancellationToken cancellationToken)
    {
        var (hash, length) = await store.KeepAsync(draft, cancellationToken);
        return await writer.DecideAsync<MediaFile>(
            async (db, cancel) =>
            {
                var now = time.GetUtcNow();
                var rights = await Rights.LoadAsync(db, actor, now, cancel);
                if (Refused(rights, senderId) is { } refusal)
                {
                    return refusal;
                }

                if (await db.Media.AsNoTracking().FirstOrDefaultAsync(row => row.SenderId == senderId && row.Hash == hash, cancel) is { } known)
                {
                    return known;
                }

                var media = new MediaFile
                {
                    SenderId = senderId,
                    Hash = hash,
                    Type = kind.Type,
                    Length = length,
                    Width = found.Width,
                    Height = found.Height,
                    Duration = found.Duration,
                    Credit = found.Credit,
                    FileName = NameOf(fileName) is { Length: > 0 } name ? name : hash[..12],
                    AddedBy = actor.PersonId,
                    AddedAt = now,
                };
                db.Media.Add(media);
                db.Append(new LogEntry(actor, now, "media.added") { SenderId = senderId, RemoteId = hash });
                await db.SaveChangesAsync(cancel);
                return media;
            },
            cancellationToken);
    }

    /// <summary>As the browser or the page calls it, without what a database may not take: a control character, half a letter where the name is cut.</summary>
    private static string NameOf(string fileName)
    {
        var name = string.Concat(Path.GetFileName(fileName).Where(letter => !char.IsControl(letter)));
        return name.Length <= LongestName ? name : name[..(char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName)];
    }

    private async Task<Refusal?> RefusedAsync(Actor actor, long senderId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return Refused(await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken), senderId);
    }

    private static Refusal? Refused(Rights? rights, long senderId) =>
        rights is null ? Refusal.SignInAgain : rights.Can(Act.Draft, senderId) ? null : Refusal.NotAllowed;

    /// <summary>Writes the draft and tells what it is; null for nothing we take.</summary>
    private static async Task<MediaKind?> ReceiveAsync(Stream content, string draft, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        var buffer = new byte[1 << 16];
        MediaKind? kind = null;
        int read;
        while ((read = await content.ReadAtLeastAsync(buffer, kind is null ? 32 : 1, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            kind ??= MediaKind.Of(buffer.AsSpan(0, read));
            if (kind is null)
            {
                return null;
            }

            var most = kind.IsVideo ? LargestVideo : LargestImage;
            if (file.Length + read > most)
            {
                throw new TooLarge(most);
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return kind;
    }

    private static async Task<Answer<Found>> ReadImageAsync(string draft, MediaKind kind, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(draft, cancellationToken);
        if (kind.SizeOf(bytes) is not { } size || Cleaning.Clean(kind, bytes) is not { } clean)
        {
            return new Refusal("media.unreadable");
        }

        if ((long)size.Width * size.Height > MostPixels)
        {
            return new Refusal("media.too.many.pixels", MostPixels / 1_000_000);
        }

        await File.WriteAllBytesAsync(draft, clean.File, cancellationToken);
        // As people see it: a camera held upright writes a lying picture and says so.
        return Cleaning.TurnOf(kind, clean.File) >= 5 ? new Found(size.Height, size.Width, null, clean.Credit) : new Found(size.Width, size.Height, null, clean.Credit);
    }

    private async Task<Answer<Found>> ReadVideoAsync(string draft, MediaKind kind, CancellationToken cancellationToken)
    {
        if (!_ffmpeg.IsHere)
        {
            return new Refusal("media.video.needs.ffmpeg");
        }

        var clean = $"{draft}-clean";
        try
        {
            if (await _ffmpeg.ProbeAsync(draft, kind, cancellationToken) is not { } found || !await _ffmpeg.CleanAsync(draft, kind, clean, cancellationToken))
            {
                return new Refusal("media.unreadable");
            }

            File.Move(clean, draft, overwrite: true);
            return new Found(found.Width, found.Height, found.Duration, "");
        }
        finally
        {
            File.Delete(clean);
        }
    }

    private sealed record Found(int Width, int Height, TimeSpan? Duration, string Credit);

    private sealed class TooLarge(long most) : Exception
    {
        public long Most => most;
    }
}
