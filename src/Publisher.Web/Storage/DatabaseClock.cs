using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// The clock all machines share: the database's, or on SQLite, where there is one machine, this process's. Leases are
/// counted by it, and a machine whose own clock differs too much sends nothing.
/// </summary>
public sealed class DatabaseClock(IDbContextFactory<PublisherDb> databases, TimeProvider time, ILogger<DatabaseClock> logger)
{
    /// <summary>By how much this machine's clock may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

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

    /// <summary>This machine took something for due that is not, by the database's clock: until they are compared again it sends nothing.</summary>
    public void Doubt()
    {
        logger.LogError("This machine's clock has jumped ahead of the database's; it sends nothing until that is mended");
        IsRight = false;
    }

    /// <summary>Compares the two clocks.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var difference = await DifferenceAsync(cancellationToken) ?? TimeSpan.Zero;
        var isRight = IsWithin(difference);
        if (isRight != IsRight)
        {
            logger.LogError("This machine's clock is {Difference} off the database's; it sends {What}", difference, isRight ? "again" : "nothing until that is mended");
        }

        IsRight = isRight;
    }

    /// <summary>What the database's clock is ahead of this machine's; null on SQLite, where there is one clock.</summary>
    public async Task<TimeSpan?> DifferenceAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (db.Database.IsSqlite())
        {
            return null;
        }

        var before = time.GetUtcNow();
        var there = await NowAsync(db, cancellationToken);
        return there - before - ((time.GetUtcNow() - before) / 2);
    }

    /// <summary>Whether a machine that is off by so much may send.</summary>
    public static bool IsWithin(TimeSpan difference) => difference.Duration() <= Tolerance;
}
