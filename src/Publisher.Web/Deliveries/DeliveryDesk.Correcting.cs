using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>Correcting what is out: a message of its own, with its own seals and approval, about the posts of the first.</summary>
public sealed partial class DeliveryDesk
{
    /// <summary>
    /// Begins a correction of a published message, with the words that stand there now. One at a time: what is begun and not decided yet is
    /// opened again, and while calls of an earlier one may still leave, nothing may overtake them.
    /// </summary>
    public Task<Answer<long>> CorrectAsync(Actor actor, long messageId, CancellationToken cancellationToken) =>
        writer.DecideAsync((db, cancellation) => CorrectAsync(db, actor, messageId, cancellation), cancellationToken);

    /// <summary>
    /// The approved correction by which a channel is judged: the newest that was meant for it, or, for a channel that none was meant for, the
    /// newest of all, which then left it out. Null where none was approved.
    /// </summary>
    public static Message? CorrectionFor(long channelId, IEnumerable<Message> corrections)
    {
        var approved = corrections.Where(row => row is { CorrectsMessageId: not null, State: MessageState.Approved }).OrderByDescending(row => row.Id).ToList();
        return approved.Find(row => row.Channels.Exists(channel => channel.ChannelId == channelId)) ?? approved.FirstOrDefault();
    }

    private async Task<Answer<long>> CorrectAsync(PublisherDb db, Actor actor, long messageId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await Rights.LoadAsync(db, actor, now, cancellationToken) is not { } rights)
        {
            return Refusal.SignInAgain;
        }

        await LockMessageAsync(db, messageId, cancellationToken);
        var chain = await db.Messages.AsNoTracking().AsSplitQuery().Include(row => row.Variants).Include(row => row.Channels).Include(row => row.Contributors)
            .Where(row => row.Id == messageId || row.CorrectsMessageId == messageId).OrderBy(row => row.Id).ToListAsync(cancellationToken);
        var first = chain.Find(row => row.Id == messageId);
        if (first is null || !rights.Can(Act.ReadMessages, first.SenderId))
        {
            return rights.CanSomewhere(Act.Draft) ? Refusal.NotFound : Refusal.NotAllowed;
        }

        if (!rights.Can(Act.Draft, first.SenderId))
        {
            return Refusal.NotAllowed;
        }

        if (first.CorrectsMessageId is not null)
        {
            return new Refusal("correct.the.first");
        }

        if (chain.Find(row => row.CorrectsMessageId is not null && row.State is MessageState.Draft or MessageState.InReview or MessageState.Returned) is { } begun)
        {
            return begun.Id;
        }

        var ids = chain.ConvertAll(row => row.Id);
        var deliveries = await db.Deliveries.AsNoTracking().Include(row => row.Parts).Where(row => ids.Contains(row.MessageId)).OrderBy(row => row.MessageId).ToListAsync(cancellationToken);
        if (deliveries.Exists(row => row.MessageId != messageId && row.IsUnderWay(now)))
        {
            return new Refusal("correction.under.way");
        }

        var live = deliveries.Where(row => row.MessageId == messageId && DeliveryLook.Out.Contains(row.State)).Select(row => Standing(row, deliveries)).ToList();
        if (live.Count == 0)
        {
            return new Refusal("correction.nothing.out");
        }

        var correction = Begin(actor, first, chain, deliveries, live, now);
        db.Messages.Add(correction);
        await db.SaveChangesAsync(cancellationToken);
        db.Append(new LogEntry(actor, now, "message.correction.begun") { SenderId = first.SenderId, MessageId = correction.Id, Code = $"of:{messageId}" });
        db.Append(new LogEntry(actor, now, "message.correction.asked") { SenderId = first.SenderId, MessageId = messageId, Code = $"by:{correction.Id}" });
        return correction.Id;
    }

    /// <summary>Where the first stands, and the words that were put there last.</summary>
    private static CorrectedPost Standing(Delivery first, List<Delivery> all)
    {
        var last = all.FindLast(row => row.ChannelId == first.ChannelId && row.Way is CorrectionWay.Edit && row.State is DeliveryState.Published) ?? first;
        var parts = first.Parts.OrderBy(part => part.Number).Select(part => part.RemotePost).OfType<RemotePost>().ToList();
        return new CorrectedPost(
            first.ChannelId,
            last.FrozenPostId,
            parts.Count == first.Parts.Count ? parts : [],
            Uri.TryCreate(first.Permalink, UriKind.Absolute, out var address) ? address : null);
    }

    private static Message Begin(Actor actor, Message first, List<Message> chain, List<Delivery> deliveries, List<CorrectedPost> live, DateTimeOffset now)
    {
        // Where the last one did not arrive comes first; the other channels can be chosen again. The words are those of the last correction that reached somebody.
        var words = chain.FindLast(row => deliveries.Exists(sent => sent.MessageId == row.Id && sent.Way is CorrectionWay.Edit && sent.State is DeliveryState.Published)) ?? first;
        var variants = words.Variants.UnionBy(first.Variants, variant => variant.Id).ToDictionary(variant => variant.Id, variant => new Variant { Text = variant.Text });
        var wrong = live.FindAll(post => CorrectionFor(post.ChannelId, chain) is { } last
            && !deliveries.Exists(sent => sent.MessageId == last.Id && sent.ChannelId == post.ChannelId && DeliveryLook.Out.Contains(sent.State)));
        var correction = new Message
        {
            CorrectsMessageId = first.Id,
            Corrects = live,
            SenderId = first.SenderId,
            Title = first.Title,
            LongText = words.LongText,
            ShortText = words.ShortText,
            Language = words.Language,
            Link = words.Link,
            Card = words.Card,
            Label = first.Label,
            TimeZone = first.TimeZone,
            Grace = first.Grace,
            Version = 1,
            CreatedBy = actor.PersonId,
            CreatedAt = now,
            ChangedAt = now,
            Channels = [.. (wrong.Count > 0 ? wrong : live).Select(post => new MessageChannel
            {
                ChannelId = post.ChannelId,
                Variant = (words.Channels.Find(channel => channel.ChannelId == post.ChannelId) ?? first.Channels.Find(channel => channel.ChannelId == post.ChannelId))?.VariantId is { } id
                    ? variants[id]
                    : null,
            })],
            // Who wrote the words that are out still wrote most of these.
            Contributors = [.. chain.SelectMany(row => row.Contributors.Select(person => person.PersonId)).Append(first.CreatedBy).Append(actor.PersonId).Distinct()
                .Select(person => new Contributor { PersonId = person })],
        };
        correction.Variants.AddRange(correction.Channels.Select(channel => channel.Variant).OfType<Variant>().Distinct());
        return correction;
    }

    /// <summary>Changes nothing, but takes the row's lock: of two who decide about corrections of a message at once, on any machine, one sees what the other did.</summary>
    private static Task LockMessageAsync(PublisherDb db, long? messageId, CancellationToken cancellationToken) =>
        db.Messages.Where(row => row.Id == messageId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version), cancellationToken);

    /// <summary>Whether a newer correction of the same message was begun: what is live says something newer by now, or soon will.</summary>
    private static async Task<bool> IsOvertakenAsync(PublisherDb db, Delivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.Way is null)
        {
            return false;
        }

        var first = await db.Messages.Where(row => row.Id == delivery.MessageId).Select(row => row.CorrectsMessageId).SingleAsync(cancellationToken);
        await LockMessageAsync(db, first, cancellationToken);
        return await db.Messages.AnyAsync(row => row.CorrectsMessageId == first && row.Id > delivery.MessageId && row.State != MessageState.Cancelled, cancellationToken);
    }
}
