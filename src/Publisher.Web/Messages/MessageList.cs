using System.Globalization;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>What a list of messages shows: all of it stands in the page's address.</summary>
/// <param name="State">One of <see cref="MessageList.States"/>; "" for all.</param>
/// <param name="Before">Where the page before ended, see <see cref="MessagePageOf.Next"/>.</param>
public sealed record MessageFilter(string State = "", long? Sender = null, string Text = "", string Before = "", bool OnlyMine = false, int Take = 50);

/// <param name="Sender">Null where the house has only one.</param>
/// <param name="IsOwn">The person who looks wrote in it or submitted it.</param>
/// <param name="Step">What this person does next, a code; "" for nothing.</param>
public sealed record MessageLine(
    long Id, string Title, Sender? Sender, MessageState State, Progress Progress, DateTimeOffset? Due, string Zone, DateTimeOffset ChangedAt, string Author, bool IsOwn, string Step, bool IsCorrection)
{
    public string Address => Step switch
    {
        "edit" or "change" => $"messages/{Id}/edit",
        "review" => $"review/{Id}",
        _ => $"messages/{Id}",
    };
}

/// <param name="Next">The address value of the following page; "" on the last.</param>
public sealed record MessagePageOf(IReadOnlyList<MessageLine> Lines, string Next, IReadOnlyList<Sender> Senders);

/// <summary>Lists messages, the last changed first, page by page from where the one before ended.</summary>
public sealed class MessageList(IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    public static readonly IReadOnlyList<string> States = ["draft", "review", "planned", "hand", "out", "trouble", "cancelled"];

    public async Task<MessagePageOf> ReadAsync(Actor actor, MessageFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return new([], "", []);
        }

        var allowed = rights.SendersFor(Act.ReadMessages);
        var senders = await db.Senders.AsNoTracking().Where(sender => allowed == null || allowed.Contains(sender.Id)).OrderBy(sender => sender.Name).ToListAsync(cancellationToken);
        // A draft nobody wrote in yet is not news.
        var messages = db.Messages.Where(message => (allowed == null || allowed.Contains(message.SenderId)) && !(message.State == MessageState.Draft && message.Version == 0));
        messages = messages.Where(In(filter.State, db, actor));
        if (filter.Sender is { } only)
        {
            messages = messages.Where(message => message.SenderId == only);
        }

        if (filter.OnlyMine)
        {
            messages = messages.Where(message => message.Contributors.Any(contributor => contributor.PersonId == actor.PersonId) || message.CreatedBy == actor.PersonId);
        }

        if (filter.Text.Trim() is { Length: > 0 } text)
        {
            var like = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).ToLowerInvariant()}%";
            messages = messages.Where(message => EF.Functions.Like(message.Title.ToLower(), like, "\\") || EF.Functions.Like(message.LongText.ToLower(), like, "\\"));
        }

        if (Cursor(filter.Before) is var (changed, id))
        {
            messages = messages.Where(message => message.ChangedAt < changed || (message.ChangedAt == changed && message.Id < id));
        }

        var lines = await LinesAsync(db, rights, actor, senders, messages.OrderByDescending(message => message.ChangedAt).ThenByDescending(message => message.Id).Take(filter.Take + 1), cancellationToken);
        var isMore = lines.Count > filter.Take;
        var shown = isMore ? lines[..filter.Take] : lines;
        return new(shown, isMore ? string.Create(CultureInfo.InvariantCulture, $"{shown[^1].ChangedAt.UtcTicks}-{shown[^1].Id}") : "", senders);
    }

    /// <summary>Messages with something still to go out, the soonest first.</summary>
    public async Task<IReadOnlyList<MessageLine>> UpcomingAsync(Actor actor, int take, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return [];
        }

        var allowed = rights.SendersFor(Act.ReadMessages);
        var senders = await db.Senders.AsNoTracking().ToListAsync(cancellationToken);
        var next = await db.Deliveries
            .Where(delivery => delivery.State == DeliveryState.Waiting && (allowed == null || allowed.Contains(delivery.SenderId)))
            .GroupBy(delivery => delivery.MessageId)
            .Select(message => new { message.Key, Due = message.Min(delivery => delivery.Due) })
            .OrderBy(message => message.Due)
            .Take(take)
            .Select(message => message.Key)
            .ToListAsync(cancellationToken);
        var lines = await LinesAsync(db, rights, actor, senders, db.Messages.Where(message => next.Contains(message.Id)), cancellationToken);
        return [.. lines.OrderBy(line => line.Due)];
    }

    private static async Task<List<MessageLine>> LinesAsync(
        PublisherDb db, Rights rights, Actor actor, List<Sender> senders, IQueryable<Message> messages, CancellationToken cancellationToken)
    {
        var rows = await messages
            .Select(message => new
            {
                message.Id,
                message.Title,
                message.LongText,
                message.SenderId,
                message.State,
                message.ProposedDue,
                message.TimeZone,
                message.ChangedAt,
                IsCorrection = message.CorrectsMessageId != null,
                Author = db.Users.Where(person => person.Id == message.CreatedBy).Select(person => person.DisplayName).FirstOrDefault(),
                IsOwn = message.Contributors.Any(contributor => contributor.PersonId == actor.PersonId)
                    || db.Submissions.Any(row => row.MessageId == message.Id && row.Revision == message.Revision && row.SubmittedBy == actor.PersonId),
            })
            .ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Id);
        var deliveries = (await db.Deliveries
                .Where(delivery => ids.Contains(delivery.MessageId))
                .GroupBy(delivery => new { delivery.MessageId, delivery.State })
                .Select(same => new { same.Key.MessageId, same.Key.State, Count = same.Count(), Due = same.Min(delivery => delivery.Due) })
                .ToListAsync(cancellationToken))
            .ToLookup(row => row.MessageId);
        var hasSeveral = await db.Senders.CountAsync(cancellationToken) > 1;
        return rows.ConvertAll(row =>
        {
            var states = deliveries[row.Id].ToDictionary(same => same.State, same => same.Count);
            var progress = Progress.Of(row.State, states);
            return new MessageLine(
                row.Id,
                row.Title.Length > 0 ? row.Title : FirstWords(row.LongText),
                hasSeveral ? senders.Find(sender => sender.Id == row.SenderId) : null,
                row.State,
                progress,
                deliveries[row.Id].Select(same => (DateTimeOffset?)same.Due).Min() ?? row.ProposedDue,
                row.TimeZone,
                row.ChangedAt,
                row.Author ?? "",
                row.IsOwn,
                StepOf(rights, row.SenderId, row.State, row.IsOwn, progress),
                row.IsCorrection);
        });
    }

    private static string StepOf(Rights rights, long senderId, MessageState state, bool isOwn, Progress progress) => state switch
    {
        MessageState.Draft when rights.Can(Act.Draft, senderId) => "edit",
        MessageState.Returned when rights.Can(Act.Draft, senderId) => "change",
        MessageState.InReview when rights.Can(Act.Approve, senderId) && !isOwn => "review",
        MessageState.Approved when progress.NeedsPerson && rights.Can(Act.CloseByHand, senderId) => "decide",
        _ => "",
    };

    private static Expression<Func<Message, bool>> In(string state, PublisherDb db, Actor actor) => state switch
    {
        "draft" => message => message.State == MessageState.Draft || message.State == MessageState.Returned,
        "review" => message => message.State == MessageState.InReview,
        "planned" => message => message.State == MessageState.Approved && db.Deliveries.Any(row => row.MessageId == message.Id && DeliveryLook.Moving.Contains(row.State)),
        // What this person, or anybody, is asked to put out.
        "hand" => message => message.State == MessageState.Approved && db.Deliveries.Any(row => row.MessageId == message.Id && row.State == DeliveryState.HandedOver
            && db.Channels.Any(channel => channel.Id == row.ChannelId && (channel.ByHandPersonId == null || channel.ByHandPersonId == actor.PersonId))),
        "out" => message => message.State == MessageState.Approved && db.Deliveries.Any(row => row.MessageId == message.Id && DeliveryLook.Out.Contains(row.State)),
        "trouble" => message => message.State == MessageState.Approved && db.Deliveries.Any(row => row.MessageId == message.Id && DeliveryLook.NeedsPerson.Contains(row.State)),
        "cancelled" => message => message.State == MessageState.Cancelled,
        _ => _ => true,
    };

    private static (DateTimeOffset Changed, long Id)? Cursor(string before) =>
        before.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, CultureInfo.InvariantCulture, out var changed) && changed >= 0 && changed <= DateTimeOffset.MaxValue.UtcTicks
        && long.TryParse(id, CultureInfo.InvariantCulture, out var number)
            ? (new DateTimeOffset(changed, TimeSpan.Zero), number)
            : null;

    private static string FirstWords(string text) => text.Length > 60 ? text[..60].TrimEnd() + "…" : text;
}
