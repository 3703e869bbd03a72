using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <summary>A hold as the banner and the page show it.</summary>
/// <param name="Scope">"all", "sender", "channel" or "label".</param>
/// <param name="Name">Of the sender or channel, or the label; "" for everything.</param>
public sealed record HoldView(
    long Id, string Scope, string Name, string Sender, long? SenderId, string Reason, string SetBy, DateTimeOffset SetAt, string? LiftedBy, DateTimeOffset? LiftedAt)
{
    /// <summary>What had started when the hold was set and could not be stopped.</summary>
    public IReadOnlyList<StartedBefore> Started { get; init; } = [];
}

/// <param name="EndedAt">Null while it is still running.</param>
public sealed record StartedBefore(long MessageId, string Title, string Channel, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DeliveryState State);

/// <summary>What the page of holds shows one person.</summary>
/// <param name="MayHoldAll">Whether the person may hold everything, and not only some senders.</param>
/// <param name="Senders">Those the person may hold.</param>
/// <param name="Channels">Those the person may hold.</param>
public sealed record HoldBoard(
    Rights Rights, string Zone, bool MayHoldAll, IReadOnlyList<HoldChoice> Senders, IReadOnlyList<HoldChoice> Channels, IReadOnlyList<HoldView> Active, IReadOnlyList<HoldView> Past);

public sealed record HoldChoice(long Id, string Name);

/// <summary>Reads which holds there are.</summary>
public sealed class ActiveHolds(IDbContextFactory<PublisherDb> databases, PlatformList platforms, TimeProvider time)
{
    private const int Shown = 50;

    /// <summary>For the banner on every page: what is held now, newest first.</summary>
    public async Task<IReadOnlyList<HoldView>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var holds = await db.Holds.AsNoTracking().Where(hold => hold.LiftedAt == null).OrderByDescending(hold => hold.SetAt).ToListAsync(cancellationToken);
        return await ViewAsync(db, holds, cancellationToken);
    }

    /// <summary>For the page: every hold that lasts, with what had started before it, and the latest that were lifted. Null where the sign-in is over.</summary>
    public async Task<HoldBoard?> ReadBoardAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken) is not { } rights)
        {
            return null;
        }

        var allowed = rights.SendersFor(Act.SetHold);
        var senders = await db.Senders.AsNoTracking().OrderBy(sender => sender.Name).ToListAsync(cancellationToken);
        var channels = await db.Channels.AsNoTracking().OrderBy(channel => channel.DisplayName)
            .Where(channel => allowed == null || allowed.Contains(channel.SenderId))
            .Select(channel => new { channel.Id, channel.DisplayName, channel.Platform }).ToListAsync(cancellationToken);
        var holds = await ReadAllAsync(db, rights, cancellationToken);
        return new HoldBoard(
            rights,
            senders.FirstOrDefault()?.TimeZone ?? "UTC",
            allowed is null,
            // With one sender nothing of it shows, unless it is all the person may hold.
            [.. senders.Where(sender => allowed is null ? senders.Count > 1 : allowed.Contains(sender.Id)).Select(sender => new HoldChoice(sender.Id, sender.Name))],
            [.. channels.Select(channel => new HoldChoice(channel.Id, $"{channel.DisplayName} · {(platforms.TryGet(channel.Platform, out var platform) ? platform!.Info.Title : channel.Platform)}"))],
            [.. holds.Where(hold => hold.LiftedAt is null)],
            [.. holds.Where(hold => hold.LiftedAt is not null)]);
    }

    private static async Task<IReadOnlyList<HoldView>> ReadAllAsync(PublisherDb db, Rights rights, CancellationToken cancellationToken)
    {
        var holds = await db.Holds.AsNoTracking().OrderByDescending(hold => hold.LiftedAt == null).ThenByDescending(hold => hold.SetAt).Take(Shown).ToListAsync(cancellationToken);
        var views = (await ViewAsync(db, holds, cancellationToken)).ToList();
        for (var at = 0; at < views.Count && rights.CanSomewhere(Act.ReadMessages); at++)
        {
            if (holds[at].LiftedAt is null)
            {
                views[at] = views[at] with { Started = await StartedAsync(db, holds[at], rights.SendersFor(Act.ReadMessages), cancellationToken) };
            }
        }

        return views;
    }

    /// <summary>What was on its way at the moment of the hold: fenced before it, and not ended.</summary>
    /// <param name="senders">Whose messages the person may read; null for everybody's.</param>
    private static async Task<IReadOnlyList<StartedBefore>> StartedAsync(PublisherDb db, Hold hold, IReadOnlyList<long>? senders, CancellationToken cancellationToken)
    {
        var started = await (
            from attempt in db.Attempts
            where attempt.StartedAt <= hold.SetAt && (attempt.EndedAt == null || attempt.EndedAt >= hold.SetAt)
            join delivery in db.Deliveries on attempt.DeliveryId equals delivery.Id
            where (senders == null || senders.Contains(delivery.SenderId))
                && (hold.SenderId == null || delivery.SenderId == hold.SenderId) && (hold.ChannelId == null || delivery.ChannelId == hold.ChannelId)
            join message in db.Messages on delivery.MessageId equals message.Id
            join channel in db.Channels on delivery.ChannelId equals channel.Id
            orderby attempt.StartedAt
            select new { attempt, delivery, message.Title, channel.DisplayName }).AsNoTracking().ToListAsync(cancellationToken);
        return
        [
            .. started.Where(row => hold.Covers(row.delivery.SenderId, row.delivery.ChannelId, row.delivery.Label))
                .Select(row => new StartedBefore(row.delivery.MessageId, row.Title, row.DisplayName, row.attempt.StartedAt, row.attempt.EndedAt, row.delivery.State)),
        ];
    }

    private static async Task<IReadOnlyList<HoldView>> ViewAsync(PublisherDb db, IReadOnlyList<Hold> holds, CancellationToken cancellationToken)
    {
        if (holds.Count == 0)
        {
            return [];
        }

        var personIds = holds.Select(hold => hold.SetBy).Concat(holds.Select(hold => hold.LiftedBy ?? 0)).Distinct().ToList();
        var channelIds = holds.Select(hold => hold.ChannelId ?? 0).Distinct().ToList();
        var people = await db.Users.AsNoTracking().Where(person => personIds.Contains(person.Id))
            .ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var senders = await db.Senders.AsNoTracking().ToDictionaryAsync(sender => sender.Id, sender => sender.Name, cancellationToken);
        var channels = await db.Channels.AsNoTracking().Where(channel => channelIds.Contains(channel.Id))
            .ToDictionaryAsync(channel => channel.Id, channel => channel.DisplayName, cancellationToken);
        return [.. holds.Select(hold => new HoldView(
            hold.Id,
            hold.Label is not null ? "label" : hold.ChannelId is not null ? "channel" : hold.SenderId is not null ? "sender" : "all",
            hold.Label ?? (hold.ChannelId is { } channel ? channels.GetValueOrDefault(channel, "") : hold.SenderId is { } sender ? senders.GetValueOrDefault(sender, "") : ""),
            hold.SenderId is { } of ? senders.GetValueOrDefault(of, "") : "",
            hold.SenderId,
            hold.Reason,
            people.GetValueOrDefault(hold.SetBy, ""),
            hold.SetAt,
            hold.LiftedBy is { } lifter ? people.GetValueOrDefault(lifter, "") : null,
            hold.LiftedAt))];
    }
}
