using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>Copies of pictures that channels with tighter limits need, made before a post is sealed. What can't be made to fit stays a problem of the post.</summary>
public sealed class FitReader(MediaDesk media)
{
    /// <summary>What is over a chosen channel's limits and has no copy yet.</summary>
    public static IReadOnlyList<(MediaFile File, Fit Fit)> Open(MessageDraft draft, IEnumerable<Channel> channels, Findings found)
    {
        var chosen = draft.Channels.Select(channel => channel.ChannelId).ToHashSet();
        return
        [
            .. from channel in channels
               where chosen.Contains(channel.Id)
               from one in draft.Media.Select(media => (Id: (long?)media.MediaId, channel.Limits)).Concat(draft.Media.Select(media => (Id: media.CoverId, Limits: channel.Limits.ForCover())))
               let file = one.Id is { } id && one.Limits.ImageBytes > 0 ? found.Media.GetValueOrDefault(id) : null
               let fit = file is null ? null : Fit.Of(file, one.Limits)
               where fit is not null && !found.Fits.ContainsKey((file.Id, fit.Key))
               group (File: file!, Fit: fit!) by (file!.Id, fit!.Key) into same
               select same.First(),
        ];
    }

    /// <summary>The findings with what could be made.</summary>
    public async Task<Findings> ReadAsync(Actor actor, Findings found, IReadOnlyList<(MediaFile File, Fit Fit)> open, CancellationToken cancellationToken)
    {
        var fits = new Dictionary<(long, string), MediaFile>(found.Fits);
        foreach (var (file, fit) in open)
        {
            if ((await media.FitAsync(actor, file, fit, cancellationToken)).Value is { } copy)
            {
                fits[(file.Id, fit.Key)] = copy;
            }
        }

        return found with { Fits = fits };
    }

    /// <summary>A message's files, their captions, its card's picture, the copies made of them, the posts it corrects, and whom its texts may name.</summary>
    internal static async Task<Findings> FilesAsync(PublisherDb db, MessageDraft draft, CancellationToken cancellationToken)
    {
        var ids = draft.Files();
        return new Findings
        {
            Media = await db.Media.AsNoTracking().Where(row => row.SenderId == draft.SenderId && ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken),
            Fits = await MediaDesk.Fits(db, ids).ToDictionaryAsync(known => (known.SourceId, known.Key), known => known.File, cancellationToken),
            Live = await LiveAsync(db, draft, cancellationToken),
            Contacts = await Findings.ContactsAsync(db, cancellationToken),
        };
    }

    private static async Task<Dictionary<long, Platforms.Post>> LiveAsync(PublisherDb db, MessageDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Corrects is not { } corrects)
        {
            return [];
        }

        var ids = corrects.Select(post => post.FrozenPostId).ToList();
        return (await db.FrozenPosts.AsNoTracking()
                .Where(post => ids.Contains(post.Id))
                .Join(db.Channels.AsNoTracking(), post => post.ChannelId, channel => channel.Id, (post, channel) => new { post, channel.Limits })
                .ToListAsync(cancellationToken))
            .ToDictionary(row => row.post.ChannelId, row => Seal.Thaw(row.post.Bytes, row.post.Format, row.Limits));
    }
}
