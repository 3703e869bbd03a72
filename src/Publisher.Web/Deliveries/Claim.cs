using Microsoft.EntityFrameworkCore;
using Npgsql;
using Publisher.Web.Storage;

namespace Publisher.Web.Deliveries;

/// <summary>What a claim locks on PostgreSQL before it writes, and the time at which it does. On SQLite every writing transaction is alone already.</summary>
internal static class Claim
{
    // By this machine's clock, which is near enough: whoever claims compares again, by the database's.
    private const string Claimable = """d."Id" = @id AND d."Lease" = @lease AND d."State" = @state AND (d."Owner" = @owner OR d."LeaseEnd" IS NULL OR d."LeaseEnd" < @now)""";

    /// <summary>
    /// One delivery, for a claim, and the time. Null while another machine's transaction has it: a claim waits for none, so that machines which reach for the
    /// same deliveries never stand in each other's way. Nor does it take one that is not as it was read, or that another one holds: who holds it saves it soon,
    /// and would wait for all of this transaction.
    /// </summary>
    public static Task<Moment?> TryTakeAsync(PublisherDb db, DatabaseClock clock, Delivery delivery, Guid owner, CancellationToken cancellationToken) =>
        TryTakeAsync(db, clock, $"""SELECT {Moment.Columns} FROM "Deliveries" AS d WHERE {Claimable} FOR UPDATE SKIP LOCKED""", delivery, owner, cancellationToken);

    /// <summary>
    /// The same, with its channel: one machine at a time starts something there. Where something is seen to be sent already the channel is left alone, so that
    /// who waits for the lane is never in the way of who has it.
    /// </summary>
    public static Task<Moment?> TryTakeLaneAsync(PublisherDb db, DatabaseClock clock, Delivery delivery, Guid owner, CancellationToken cancellationToken) => TryTakeAsync(
        db,
        clock,
        $"""
        SELECT {Moment.Columns} FROM "Deliveries" AS d JOIN "Channels" AS c ON c."Id" = d."ChannelId" WHERE {Claimable}
        AND NOT EXISTS (SELECT 1 FROM "Deliveries" AS other WHERE other."ChannelId" = d."ChannelId" AND other."State" = 'Sending' AND other."Id" <> d."Id")
        FOR UPDATE OF d SKIP LOCKED FOR NO KEY UPDATE OF c SKIP LOCKED
        """,
        delivery,
        owner,
        cancellationToken);

    /// <summary>One delivery as it stands, for what is written beside it by one machine.</summary>
    public static async Task<bool> TryTakeAsync(PublisherDb db, long deliveryId, CancellationToken cancellationToken) =>
        db.Database.IsSqlite()
        || (await db.Database.SqlQuery<long>($"""SELECT "Id" FROM "Deliveries" WHERE "Id" = {deliveryId} FOR UPDATE SKIP LOCKED""").ToListAsync(cancellationToken)).Count == 1;

    private static async Task<Moment?> TryTakeAsync(PublisherDb db, DatabaseClock clock, string statement, Delivery delivery, Guid owner, CancellationToken cancellationToken)
    {
        if (db.Database.IsSqlite())
        {
            return await clock.MomentAsync(db, cancellationToken);
        }

        var taken = await db.Database.SqlQueryRaw<Moment>(
            statement,
            new NpgsqlParameter("id", delivery.Id),
            new NpgsqlParameter("lease", delivery.Lease),
            new NpgsqlParameter("state", delivery.State.ToString()),
            new NpgsqlParameter("owner", owner),
            new NpgsqlParameter("now", clock.Now.UtcTicks)).ToListAsync(cancellationToken);
        return taken.SingleOrDefault();
    }
}
