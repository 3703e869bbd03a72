using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// The clock all machines share: the database's, or on SQLite, where there is one machine, this process's. Leases are
/// counted by it. A machine whose own clock differs too much, or was set while the process ran, sends nothing until the
/// database or a platform has confirmed it.
/// </summary>
public sealed class DatabaseClock(IDbContextFactory<PublisherDb> databases, TimeProvider time, ILogger<DatabaseClock> logger)
{
    /// <summary>By how much this machine's clock may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Where reading clock and stamp took longer, the machine was busy in between, and they do not belong together.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private (DateTimeOffset Clock, long Stamp) _last = Read(time);
    private bool _isTold;
    private bool _isWithin = true;

    /// <summary>Whether this machine's clock was right when it was last compared, and has not been set since.</summary>
    public bool IsRight => _isWithin && SetBy is null;

    /// <summary>By how much the clock was set while the process ran, seen by the time that went by; null where it was not, or where that is confirmed.</summary>
    public TimeSpan? SetBy
    {
        get
        {
            lock (_lock)
            {
                var now = Read(time);
                var by = now.Clock - _last.Clock - time.GetElapsedTime(_last.Stamp, now.Stamp);
                if (IsWithin(by))
                {
                    _last = now;
                    _isTold = false;
                    return null;
                }

                if (!_isTold)
                {
                    _isTold = true;
                    logger.LogError("This machine's clock was set by {By} while Publisher ran: set it right; nothing is sent until it is, or until the database or a platform says that it is right now", TimeSpan.FromSeconds(Math.Round(by.TotalSeconds)));
                }

                return by;
            }
        }
    }

    /// <summary>The time as it went on from before the clock was set: nothing waits for a time that a wrong clock names, or is given up by it.</summary>
    public DateTimeOffset Now => time.GetUtcNow() - (SetBy ?? TimeSpan.Zero);

    /// <summary>Somebody else's clock says the same.</summary>
    public void Confirm()
    {
        lock (_lock)
        {
            _last = Read(time);
        }
    }

    public async ValueTask<DateTimeOffset> NowAsync(PublisherDb db, CancellationToken cancellationToken) => (await MomentAsync(db, cancellationToken)).Now;

    public async ValueTask<Moment> MomentAsync(PublisherDb db, CancellationToken cancellationToken) =>
        db.Database.IsSqlite() ? new Moment(Now, null) : (await db.Database.SqlQueryRaw<Moment>($"SELECT {Moment.Columns}").ToListAsync(cancellationToken))[0];

    /// <summary>This machine took something for due that is not, by the database's clock: until they are compared again it sends nothing.</summary>
    public void Doubt()
    {
        logger.LogError("This machine's clock is ahead of the database's; it sends nothing until that is mended");
        _isWithin = false;
    }

    /// <summary>Compares the two clocks.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (await DifferenceAsync(cancellationToken) is not { } difference)
        {
            return;
        }

        var isWithin = IsWithin(difference);
        if (isWithin != _isWithin)
        {
            logger.LogError("This machine's clock is {Difference} off the database's; it sends {What}", difference, isWithin ? "again" : "nothing until that is mended");
        }

        if (isWithin)
        {
            Confirm();
        }

        _isWithin = isWithin;
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

    private static (DateTimeOffset Clock, long Stamp) Read(TimeProvider time)
    {
        while (true)
        {
            var (stamp, clock) = (time.GetTimestamp(), time.GetUtcNow());
            if (time.GetElapsedTime(stamp) < AtOnce)
            {
                return (clock, stamp);
            }
        }
    }
}

/// <summary>A time by the database's clock.</summary>
/// <param name="Since">When its server began; null on SQLite. A database that was set back under its machines has begun again.</param>
public sealed record Moment(DateTimeOffset Now, DateTimeOffset? Since)
{
    /// <summary>Read by PostgreSQL without a round trip of their own.</summary>
    internal const string Columns = "clock_timestamp() AS \"Now\", pg_postmaster_start_time() AS \"Since\"";
}
