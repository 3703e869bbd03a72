using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>
/// Gives every committed entry its position: gapless, in the order of their times as far as they are known. Reading the
/// log by id instead would lose entries that commit later than their neighbours.
/// </summary>
internal sealed class Sequencer(Writer writer, IDbContextFactory<PublisherDb> databases, ILogger<Sequencer> logger) : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        do
        {
            try
            {
                while (await HasPendingAsync(stoppingToken) && await PlaceAsync(stoppingToken) == AtOnce)
                {
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Nothing is lost: what has no position yet gets one on the next round.
                logger.LogWarning(failure, "Log entries could not be given their positions; trying again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Places what waits, at most <see cref="AtOnce"/> entries, and says how many.</summary>
    public Task<int> PlaceAsync(CancellationToken cancellationToken) => writer.WriteAloneAsync(
        async (db, cancel) =>
        {
            if (!await HoldsTurnAsync(db, cancel))
            {
                return 0;
            }

            // Their ids begin with their time. Not joined: a database may take that for a reason to walk the whole log and ask of each entry whether it waits.
            var waiting = await db.LogPending.OrderBy(pending => pending.EntryId).Take(AtOnce).Select(pending => pending.EntryId).ToListAsync(cancel);
            var entries = await db.Log.AsNoTracking().Where(entry => waiting.Contains(entry.Id)).OrderBy(entry => entry.At).ThenBy(entry => entry.Id).ToListAsync(cancel);
            var last = await db.LogPositions.MaxAsync(position => (long?)position.Position, cancel) ?? 0;
            foreach (var entry in entries)
            {
                db.LogPositions.Add(new LogPosition
                {
                    Position = ++last,
                    EntryId = entry.Id,
                    LeafHash = LogLeaf.Of(entry),
                    At = entry.At,
                    Action = entry.Action,
                    PersonId = entry.PersonId,
                    SenderId = entry.SenderId,
                    MessageId = entry.MessageId,
                    ChannelId = entry.ChannelId,
                });
                db.LogPending.Remove(new LogPending { EntryId = entry.Id });
            }

            return entries.Count;
        },
        cancellationToken);

    private async Task<bool> HasPendingAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.LogPending.AnyAsync(cancellationToken);
    }

    // One sequencer at a time among all machines; SQLite has one process anyway. The number only has to be nobody else's.
    private static async Task<bool> HoldsTurnAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite()
        || (await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock(7303001) AS \"Value\"").ToListAsync(cancellationToken))[0];
}
