using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <param name="Sender">Null where the house has only one.</param>
/// <param name="Posts">Deliveries at that time; 0 before approval.</param>
public sealed record CalendarItem(long MessageId, string Title, Sender? Sender, DateTimeOffset At, Progress Progress, int Posts);

/// <summary>What is planned and what went out between two moments: approved messages by their deliveries, others by the proposed time.</summary>
public sealed class CalendarReader(IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    public async Task<(IReadOnlyList<CalendarItem> Items, IReadOnlyList<Sender> Senders)> ReadAsync(
        Actor actor, long? senderId, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return ([], []);
        }

        var allowed = rights.SendersFor(Act.ReadMessages);
        var senders = await db.Senders.AsNoTracking().Where(sender => allowed == null || allowed.Contains(sender.Id)).OrderBy(sender => sender.Name).ToListAsync(cancellationToken);
        var messages = db.Messages.Where(message => (allowed == null || allowed.Contains(message.SenderId)) && (senderId == null || message.SenderId == senderId));
        var planned = await db.Deliveries
            .Where(delivery => delivery.Due >= from && delivery.Due < to)
            .Join(messages, delivery => delivery.MessageId, message => message.Id, (delivery, message) => new { delivery, message })
            .GroupBy(row => new { row.message.Id, row.message.Title, row.message.SenderId, row.delivery.Due, row.delivery.State })
            .Select(same => new { same.Key.Id, same.Key.Title, same.Key.SenderId, same.Key.Due, same.Key.State, Count = same.Count() })
            .ToListAsync(cancellationToken);
        var proposed = await messages
            .Where(message => message.State == MessageState.Draft || message.State == MessageState.InReview || message.State == MessageState.Returned)
            .Where(message => message.ProposedDue >= from && message.ProposedDue < to)
            .Select(message => new { message.Id, message.Title, message.SenderId, Due = message.ProposedDue!.Value, message.State })
            .ToListAsync(cancellationToken);
        var items = planned
            .GroupBy(row => new { row.Id, row.Due })
            .Select(same => new CalendarItem(
                same.Key.Id,
                same.First().Title,
                Of(same.First().SenderId),
                same.Key.Due,
                Progress.Of(MessageState.Approved, same.ToDictionary(row => row.State, row => row.Count)),
                same.Sum(row => row.Count)))
            .Concat(proposed.Select(row => new CalendarItem(row.Id, row.Title, Of(row.SenderId), row.Due, Progress.Of(row.State, new Dictionary<DeliveryState, int>()), 0)))
            .OrderBy(item => item.At)
            .ThenBy(item => item.MessageId);
        return ([.. items], senders);

        Sender? Of(long id) => senders.Count > 1 ? senders.Find(sender => sender.Id == id) : null;
    }
}
