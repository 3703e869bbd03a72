using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Publisher.Web.Storage;

/// <summary>
/// One machine after the other, for what two would otherwise do at the same time. On PostgreSQL a lock that lasts as long as this is not disposed, or as
/// the connection; nothing on SQLite, where there is one process.
/// </summary>
public sealed class OneMachine : IAsyncDisposable
{
    /// <summary>For the refreshing of one channel's token.</summary>
    public const int Refreshes = 7236312;

    /// <summary>For what is made once for all: the database's form, the first keys, the first link, the people and the stories of a demo.</summary>
    public const int Begins = 7236313;

    /// <summary>A machine on a busy computer takes its time to begin, and several that were started together wait for each other.</summary>
    private static readonly TimeSpan LongestBegin = TimeSpan.FromMinutes(10);

    private readonly PublisherDb _db;
    private readonly int _what;
    private readonly int _which;

    private OneMachine(PublisherDb db, int what, int which)
    {
        _db = db;
        _what = what;
        _which = which;
    }

    /// <summary>Waits as long as a command of this context may take; for <see cref="Begins"/> ten minutes.</summary>
    /// <exception cref="StartRefused">Another machine does not get on with it.</exception>
    public static async Task<OneMachine> EnterAsync(PublisherDb db, int what, int which, CancellationToken cancellationToken)
    {
        if (db.Database.IsNpgsql())
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            var usual = db.Database.GetCommandTimeout();
            if (what == Begins)
            {
                db.Database.SetCommandTimeout(LongestBegin);
            }

            try
            {
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({what}, {which})", cancellationToken);
            }
            catch (NpgsqlException failure) when (what == Begins && failure.InnerException is TimeoutException)
            {
                throw new StartRefused("Another machine on this database hangs in what only one may do at a time. End that one; this one then goes on, or can be started again.");
            }

            db.Database.SetCommandTimeout(usual);
        }

        return new OneMachine(db, what, which);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_db.Database.IsNpgsql())
        {
            return;
        }

        try
        {
            await _db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({_what}, {_which})");
            await _db.Database.CloseConnectionAsync();
        }
        catch (DbException)
        {
            // A connection that broke took its lock along.
        }
    }
}
