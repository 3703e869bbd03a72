using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>
/// Finds whom the handles in a text mean, where a platform links them by an id. Answers are kept, so that typing does not ask again; what
/// could not be asked stays open and becomes a note.
/// </summary>
public sealed class MentionReader(IDbContextFactory<PublisherDb> databases, Writer writer, PlatformList platforms, ChannelKeys keys, TimeProvider time)
{
    private const int MostAtOnce = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Handles change hands rarely; a new account should be found the same morning.</summary>
    private static readonly TimeSpan FoundHolds = TimeSpan.FromDays(7);
    private static readonly TimeSpan NobodyHolds = TimeSpan.FromMinutes(10);

    /// <summary>Handles of these posts that are neither known nor known to be nobody's.</summary>
    public static IReadOnlyList<(MentionKey Key, string Handle, Channel Channel)> Open(IEnumerable<BuiltPost> posts, Findings found) =>
    [
        .. posts.Where(post => post.Platform is IResolveMentions)
            .SelectMany(post => post.Post.Parts.SelectMany(part => post.Platform.Info.Entities(part.Text))
                .Where(entity => entity.Kind == EntityKind.Mention)
                .Select(entity => (Key: new MentionKey(post.Channel.Platform, post.Channel.Server, entity.Value), Handle: entity.Value, post.Channel)))
            .Where(wanted => !found.Mentions.ContainsKey(wanted.Key))
            .DistinctBy(wanted => wanted.Key)
            .Take(MostAtOnce),
    ];

    /// <summary>The findings with what is known and what could be asked.</summary>
    public async Task<Findings> ReadAsync(Findings found, IReadOnlyList<(MentionKey Key, string Handle, Channel Channel)> open, CancellationToken cancellationToken)
    {
        if (open.Count == 0)
        {
            return found;
        }

        var mentions = new Dictionary<MentionKey, string?>(found.Mentions);
        var handles = open.Select(wanted => wanted.Key.Handle).ToList();
        var now = time.GetUtcNow();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            foreach (var known in await db.KnownMentions.AsNoTracking().Where(row => handles.Contains(row.Handle)).ToListAsync(cancellationToken))
            {
                if (now < known.LookedUpAt + (known.RemoteId is null ? NobodyHolds : FoundHolds))
                {
                    mentions[new MentionKey(known.Platform, new Uri(known.Server), known.Handle)] = known.RemoteId;
                }
            }
        }

        var unknown = open.Where(wanted => !mentions.ContainsKey(wanted.Key)).ToList();
        var answers = await Task.WhenAll(unknown.Select(wanted => AskAsync(wanted.Handle, wanted.Channel, cancellationToken)));
        var asked = unknown.Zip(answers).Where(pair => pair.Second.IsAnswered).Select(pair => (pair.First.Key, pair.Second.Id)).ToList();
        if (asked.Count > 0)
        {
            await KeepAsync(asked, now, cancellationToken);
        }

        foreach (var (key, id) in asked)
        {
            mentions[key] = id;
        }

        return found with { Mentions = mentions };
    }

    private async Task<(bool IsAnswered, string? Id)> AskAsync(string handle, Channel channel, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var mention = await ((IResolveMentions)platforms[channel.Platform]).ResolveAsync(handle, keys.Open(channel), patience.Token);
            return (true, mention?.Id);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (false, null);
        }
    }

    private Task<bool> KeepAsync(List<(MentionKey Key, string? Id)> asked, DateTimeOffset now, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                foreach (var (key, id) in asked)
                {
                    if (await db.KnownMentions.FindAsync([key.Platform, key.Server, key.Handle], token) is { } known)
                    {
                        known.RemoteId = id;
                        known.LookedUpAt = now;
                    }
                    else
                    {
                        db.KnownMentions.Add(new KnownMention { Platform = key.Platform, Server = key.Server, Handle = key.Handle, RemoteId = id, LookedUpAt = now });
                    }
                }

                return true;
            },
            cancellationToken);
}
