using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// Every commit of many steps shares it, a hold or a cancellation takes it alone, each until its transaction ends: so
/// nothing is started after a hold has been committed. On SQLite every writing transaction is alone already. Taken before
/// any row, so that the two never wait for each other in a circle, and as a statement of its own, because a read in the
/// same statement would see the time before the lock.
/// </summary>
internal static class SendLock
{
    public static Task ShareAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? Task.CompletedTask : db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock_shared(7236311)", cancellationToken);

    /// <summary>
    /// One delivery, for a claim. False while another machine's transaction has it: a claim waits for none, so that machines which reach for the
    /// same deliveries never stand in each other's way.
    /// </summary>
    public static async Task<bool> TryTakeAsync(PublisherDb db, long deliveryId, CancellationToken cancellationToken) =>
        db.Database.IsSqlite()
        || (await db.Database.SqlQuery<long>($"""SELECT "Id" FROM "Deliveries" WHERE "Id" = {deliveryId} FOR UPDATE SKIP LOCKED""").ToListAsync(cancellationToken)).Count == 1;

    /// <summary>The same, with its channel: one machine at a time starts something there.</summary>
    public static async Task<bool> TryTakeLaneAsync(PublisherDb db, long deliveryId, CancellationToken cancellationToken) =>
        db.Database.IsSqlite()
        || (await db.Database.SqlQuery<long>(
            $"""
            SELECT d."Id" FROM "Deliveries" AS d JOIN "Channels" AS c ON c."Id" = d."ChannelId" WHERE d."Id" = {deliveryId}
            FOR UPDATE OF d SKIP LOCKED FOR NO KEY UPDATE OF c SKIP LOCKED
            """).ToListAsync(cancellationToken)).Count == 1;

    /// <summary>Only in a step that is written alone.</summary>
    public static Task TakeAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? Task.CompletedTask : db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7236311)", cancellationToken);
}
