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

    /// <summary>Only in a step that is written alone.</summary>
    public static Task TakeAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? Task.CompletedTask : db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7236311)", cancellationToken);
}
