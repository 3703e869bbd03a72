using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// What administrators change is changed by one at a time, on all machines, until the transaction ends: so what a step has
/// read is still so when it writes, and two who each switch off the other do not both succeed. On SQLite every writing
/// transaction is alone already.
/// </summary>
internal static class OneAdministrator
{
    public static Task TakeAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? Task.CompletedTask : db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7065)", cancellationToken);
}
