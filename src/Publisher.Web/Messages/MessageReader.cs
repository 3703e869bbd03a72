using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>What a correction came to on one channel, see <see cref="DeliveryDesk.CorrectionFor"/>.</summary>
/// <param name="Delivery">Null where it was left out.</param>
public sealed record CorrectionStory(long MessageId, Delivery? Delivery)
{
    /// <summary>Readers there see the new words, or a post that gives them.</summary>
    public bool IsOut => Delivery is { } delivery && DeliveryLook.Out.Contains(delivery.State);
}

/// <summary>One channel of a message, with what became of it there.</summary>
/// <param name="ByHand">Who puts it out where a person does; null for anybody of the sender.</param>
/// <param name="Delivery">Null before approval, and where the approver left the channel out.</param>
/// <param name="Correction">Null where none was approved yet, and where nothing is out.</param>
public sealed record ChannelStory(Channel Channel, PlatformInfo Info, ShownPost? Post, Delivery? Delivery, bool CanRetract, string? ByHand, CorrectionStory? Correction)
{
    /// <summary>How it reaches the readers of a live post; null in a message of its own.</summary>
    public CorrectionWay? Way => Delivery?.Way ?? Post?.Post.Parts[0].Correction?.Way;

    /// <summary>The newest; null where nothing was counted yet.</summary>
    public DeliveryMeasurement? Counted { get; init; }

    /// <summary>What became of the draft that a stopped delivery had brought, as a code for the screens; null where there was none.</summary>
    public string? Draft { get; init; }

    /// <summary>Parts that stand there otherwise than they were sent.</summary>
    public IReadOnlyList<ReadBack> Differences { get; init; } = [];
}

/// <summary>A line of history.</summary>
public sealed record HistoryLine(LogEntry Entry, string? Person, ChannelStory? Channel, string? Text);

/// <summary>Everything the message page shows.</summary>
/// <param name="Sender">Null where the house has only one.</param>
/// <param name="Corrections">Of this message, the newest first, without those that were given up.</param>
public sealed record MessageStory(
    Message Message, Sender? Sender, Progress Progress, IReadOnlyList<ChannelStory> Channels, IReadOnlyList<HistoryLine> History, string? ReturnReason, bool IsOwn, Rights Rights,
    IReadOnlyList<Message> Corrections)
{
    /// <summary>A correction that waits for its author or a manager; null for none.</summary>
    public Message? Begun => Corrections.FirstOrDefault(row => row.State is not MessageState.Approved);

    public bool CanBeCorrected => Message.CorrectsMessageId is null && Begun is null && Channels.Any(line => line.Delivery is { } delivery && DeliveryLook.Out.Contains(delivery.State));

    public bool Can(Act act) => Rights.Can(act, Message.SenderId);
}

/// <summary>Reads a message with its deliveries, attempts and history.</summary>
public sealed class MessageReader(IDbContextFactory<PublisherDb> databases, PlatformList platforms, TimeProvider time)
{
    private const int MostHistory = 200;

    public async Task<Answer<MessageStory>> ReadAsync(Actor actor, long messageId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        var message = await db.Messages.AsNoTracking().Include(row => row.Contributors).SingleOrDefaultAsync(row => row.Id == messageId, cancellationToken);
        if (message is null || !rights.Can(Act.ReadMessages, message.SenderId))
        {
            return Refusal.NotFound;
        }

        var senders = await db.Senders.AsNoTracking().ToListAsync(cancellationToken);
        var corrections = await db.Messages.AsNoTracking().Include(row => row.Channels)
            .Where(row => row.CorrectsMessageId == messageId && row.State != MessageState.Cancelled).OrderByDescending(row => row.Id).ToListAsync(cancellationToken);
        var channels = await ChannelsAsync(db, message, corrections, cancellationToken);
        var reason = message.State == MessageState.Returned
            ? await db.Approvals.Where(row => row.MessageId == messageId && !row.IsYes).OrderByDescending(row => row.Id).Select(row => row.Reason).FirstOrDefaultAsync(cancellationToken)
            : null;
        return new MessageStory(
            message,
            senders.Count > 1 ? senders.Find(sender => sender.Id == message.SenderId) : null,
            Progress.Of(message.State, channels.Where(line => line.Delivery is not null).GroupBy(line => line.Delivery!.State).ToDictionary(same => same.Key, same => same.Count())),
            channels,
            await HistoryAsync(db, messageId, channels, cancellationToken),
            reason,
            message.Contributors.Exists(row => row.PersonId == actor.PersonId)
                || await db.Submissions.AnyAsync(row => row.MessageId == messageId && row.Revision == message.Revision && row.SubmittedBy == actor.PersonId, cancellationToken),
            rights,
            corrections);
    }

    private async Task<IReadOnlyList<ChannelStory>> ChannelsAsync(PublisherDb db, Message message, List<Message> corrections, CancellationToken cancellationToken)
    {
        var deliveries = await db.Deliveries.AsNoTracking().AsSplitQuery().Include(row => row.Parts).Include(row => row.Attempts)
            .Where(row => row.MessageId == message.Id).ToListAsync(cancellationToken);
        var revision = message.Revision;
        var posts = await db.FrozenPosts.AsNoTracking().Where(post => post.MessageId == message.Id && post.Revision == revision).ToListAsync(cancellationToken);
        var draft = await db.Set<MessageChannel>().Where(row => row.MessageId == message.Id).Select(row => row.ChannelId).ToListAsync(cancellationToken);
        var isDraft = message.State is MessageState.Draft or MessageState.Returned;
        var wanted = deliveries.Select(row => row.ChannelId).Union(isDraft ? draft : posts.Select(post => post.ChannelId)).ToList();
        var channels = await db.Channels.AsNoTracking().Where(channel => wanted.Contains(channel.Id)).OrderBy(channel => channel.Id).ToListAsync(cancellationToken);
        var hands = channels.Select(channel => channel.ByHandPersonId).ToList();
        var correcting = corrections.ConvertAll(row => row.Id);
        var corrected = await db.Deliveries.AsNoTracking().Where(row => correcting.Contains(row.MessageId)).ToListAsync(cancellationToken);
        var names = await db.Users.Where(person => hands.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var ids = deliveries.Select(row => row.Id).ToList();
        var counted = await db.DeliveryMeasurements.AsNoTracking()
            .Where(row => ids.Contains(row.DeliveryId) && !db.DeliveryMeasurements.Any(later => later.DeliveryId == row.DeliveryId && later.Day > row.Day))
            .ToListAsync(cancellationToken);
        var differences = await db.ReadBacks.AsNoTracking().Where(row => ids.Contains(row.DeliveryId) && row.Differs).OrderBy(row => row.Part).ToListAsync(cancellationToken);
        var drafts = await db.Log.AsNoTracking().Where(entry => entry.MessageId == message.Id && (entry.Action == "delivery.discarded" || entry.Action == "delivery.not.discarded"))
            .OrderByDescending(entry => entry.At).Select(entry => new { entry.DeliveryId, entry.Code }).ToListAsync(cancellationToken);
        return
        [
            .. channels.Select(channel =>
            {
                var frozen = isDraft ? null : posts.Find(post => post.ChannelId == channel.Id);
                var delivery = deliveries.Find(row => row.ChannelId == channel.Id);
                return new ChannelStory(
                    channel,
                    platforms[channel.Platform].Info,
                    frozen is null ? null : ShownPost.Of(frozen, channel, platforms),
                    delivery,
                    platforms[channel.Platform] is IRetract && delivery?.Way is not CorrectionWay.Edit,
                    channel.ByHandPersonId is { } person ? names.GetValueOrDefault(person) : null,
                    delivery is not null && DeliveryLook.Out.Contains(delivery.State) ? CorrectionOf(channel.Id, corrections, corrected) : null)
                {
                    Draft = delivery is not { IsStopped: true } ? null
                        : delivery is { Draft: not null, NextAt: not null } && platforms[channel.Platform] is IDiscard ? "draft.removing"
                        : drafts.Find(entry => entry.DeliveryId == delivery.Id)?.Code,
                    Counted = counted.Find(row => row.DeliveryId == delivery?.Id),
                    Differences = [.. differences.Where(row => row.DeliveryId == delivery?.Id)],
                };
            }),
        ];
    }

    private static CorrectionStory? CorrectionOf(long channelId, List<Message> corrections, List<Delivery> deliveries) =>
        DeliveryDesk.CorrectionFor(channelId, corrections) is { } last
            ? new CorrectionStory(last.Id, deliveries.Find(row => row.MessageId == last.Id && row.ChannelId == channelId))
            : null;

    private static async Task<IReadOnlyList<HistoryLine>> HistoryAsync(PublisherDb db, long messageId, IReadOnlyList<ChannelStory> channels, CancellationToken cancellationToken)
    {
        var rows = await db.Log.AsNoTracking()
            .Where(entry => entry.MessageId == messageId)
            .OrderByDescending(entry => entry.At)
            .Take(MostHistory)
            .Select(entry => new
            {
                Entry = entry,
                Person = db.Users.Where(person => person.Id == entry.PersonId).Select(person => person.DisplayName).FirstOrDefault(),
                Text = db.LogTexts.Where(text => text.EntryId == entry.Id).Select(text => text.Text).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new HistoryLine(row.Entry, row.Person, channels.FirstOrDefault(line => line.Channel.Id == row.Entry.ChannelId), row.Text))];
    }
}
