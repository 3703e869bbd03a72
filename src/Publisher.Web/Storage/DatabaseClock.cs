using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// The clock all machines share: the database's, or on SQLite, where there is one machine, this process's. Leases are
/// counted by it, and a machine whose own clock differs too much sends nothing.
/// </summary>
public sealed class DatabaseClock(IDbContextFactory<PublisherDb> databases, TimeProvider time, ILogger<DatabaseClock> logger)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Whether this machine's clock was right when it was last compared.</summary>
    public bool IsRight { get; private set; } = true;

    public async ValueTask<DateTimeOffset> NowAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        if (db.Database.IsSqlite())
        {
            return time.GetUtcNow();
        }

        var now = await db.Database.SqlQueryRaw<DateTime>("SELECT clock_timestamp() AT TIME ZONE 'UTC' AS \"Value\"").SingleAsync(cancellationToken);
        return new DateTimeOffset(DateTime.SpecifyKind(now, DateTimeKind.Utc));
    }

    /// <summary>Compares the two clocks.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var before = time.GetUtcNow();
        var there = await NowAsync(db, cancellationToken);
        var difference = there - before - ((time.GetUtcNow() - before) / 2);
        var isRight = difference.Duration() <= Tolerance;
        if (isRight != IsRight)
        {
            logger.LogError("This machine's clock is {Difference} off the database's; it sends {What}", difference, isRight ? "again" : "nothing until that is mended");
        }

        IsRight = isRight;
    }
}
