using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Messages;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <summary>
/// At start and every 30 seconds: sets the triggers of what wakes soon, plans approved messages that have no deliveries,
/// resumes what waited for a channel that works again, and looks for what a wrong clock has put off. So nothing depends on
/// a message between two parts arriving.
/// </summary>
internal sealed class Sweep(
    Timetable timetable, FanOut fanOut, DatabaseClock clock, Witness witness, IDbContextFactory<PublisherDb> databases, Writer writer, PlatformList platforms, TimeProvider time, ILogger<Sweep> logger)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private long _ended = time.GetTimestamp();

    /// <summary>Time since one came to its end; since the start where none has yet.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _ended));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await clock.CompareAsync(cancellationToken);
        await witness.AskAsync(cancellationToken);
        await PlanAsync(cancellationToken);
        await ResumeAsync(cancellationToken);
        await LookNowAsync(cancellationToken);
        await fanOut.TakeDueAsync(cancellationToken);
        await timetable.ArmUntilAsync(time.GetUtcNow() + Timetable.Ahead, cancellationToken);
        Volatile.Write(ref _ended, time.GetTimestamp());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The next sweep tries again; the loop must live.
                logger.LogError(failure, "A sweep failed");
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task PlanAsync(CancellationToken cancellationToken)
    {
        await using var reading = await databases.CreateDbContextAsync(cancellationToken);
        var forgotten = await reading.Messages
            .Where(message => message.State == MessageState.Approved && !reading.Deliveries.Any(delivery => delivery.MessageId == message.Id))
            .Select(message => message.Id)
            .ToListAsync(cancellationToken);
        foreach (var messageId in forgotten)
        {
            await writer.WriteAsync((db, cancellation) => PlanAsync(db, messageId, cancellation), cancellationToken);
        }
    }

    // What the approval says is enough; whether it is genuine is checked when it is due, as for every delivery.
    private async Task<bool> PlanAsync(PublisherDb db, long messageId, CancellationToken cancellationToken)
    {
        var message = await db.Messages.SingleAsync(row => row.Id == messageId, cancellationToken);
        var approval = await db.Approvals.Where(row => row.MessageId == messageId && row.Revision == message.Revision && row.IsYes).OrderBy(row => row.Id).LastOrDefaultAsync(cancellationToken);
        if (approval is null || await db.Deliveries.AnyAsync(row => row.MessageId == messageId, cancellationToken))
        {
            return false;
        }

        var frozen = await db.FrozenPosts.Where(row => row.MessageId == messageId && row.Revision == message.Revision).ToListAsync(cancellationToken);
        var channelIds = frozen.Select(post => post.ChannelId).ToList();
        var channels = await db.Channels.Where(row => channelIds.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Platform, cancellationToken);
        var now = time.GetUtcNow();
        var elsewhere = await Standstill.SpanForAsync(db, message.CreatedAt, now, cancellationToken);
        foreach (var post in frozen.Where(post => approval.Seals.Contains(new Approvals.ApprovedSeal(post.ChannelId, post.Seal)) && channels.ContainsKey(post.ChannelId)))
        {
            var delivery = Delivery.Of(message, approval, post, platforms[channels[post.ChannelId]], now);
            delivery.LookFirst(elsewhere, now);
            db.Deliveries.Add(delivery);
            await db.SaveChangesAsync(cancellationToken);
            db.Append(delivery.Entry(null, now, "delivery.planned"));
        }

        return true;
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await using var reading = await databases.CreateDbContextAsync(cancellationToken);
        if (!await Resumable(reading).AnyAsync(cancellationToken))
        {
            return;
        }

        await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var now = time.GetUtcNow();
                foreach (var delivery in await Resumable(db).Include(row => row.Parts).ToListAsync(cancellation))
                {
                    delivery.Resume(now);
                    db.Append(delivery.Entry(null, now, "delivery.resumed"));
                }

                return true;
            },
            cancellationToken);
    }

    /// <summary>What was tried by a clock that was ahead, and is set right since, would be looked at only when that time has come.</summary>
    private async Task LookNowAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var soon = now + Delivery.SameTime;
        await using var reading = await databases.CreateDbContextAsync(cancellationToken);
        if (await Ahead(reading, soon).AnyAsync(cancellationToken))
        {
            await writer.WriteAsync((db, cancellation) => Ahead(db, soon).ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAt, now), cancellation), cancellationToken);
        }
    }

    private static IQueryable<Delivery> Ahead(PublisherDb db, DateTimeOffset soon) => db.Deliveries.Where(row =>
        (row.State == DeliveryState.Unclear || row.State == DeliveryState.Processing) && row.Owner == null && row.NextAt > soon && row.Attempts.Any(attempt => attempt.StartedAt > soon));

    // All of them wake at their deadline at the latest.
    private static IQueryable<Delivery> Resumable(PublisherDb db) => db.WakingDeliveries.Where(row =>
        (row.State == DeliveryState.SignInNeeded || (row.State == DeliveryState.Waiting && row.Code == Delivery.ChannelStopped))
        && db.Channels.Any(channel => channel.Id == row.ChannelId && channel.Health == ChannelHealth.Working));
}
