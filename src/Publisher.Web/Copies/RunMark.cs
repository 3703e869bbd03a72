using Microsoft.EntityFrameworkCore;
using Npgsql;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>
/// Finds out whether this may be a copy, at every start and every half minute after it. Each time a new number is written into a file outside the database and
/// into the database: where the two don't belong together, one of them was set back, copied or replaced without the other, and the other half may still be
/// running somewhere. What is not seen by this stands in docs/decisions/0013-copies.md.
/// </summary>
/// <param name="path">Of that file: all machines on one database name the same.</param>
internal sealed class RunMark(DataFolder folder, string path, Standstill standstill, IDbContextFactory<PublisherDb> databases, DatabaseClock clock, TimeProvider time)
{
    /// <exception cref="IOException">The file can't be reached: nothing is known, and what was known before stays.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await standstill.ReadAsync(db, cancellationToken);
        // Machines on one database do this one after the other: they share the file.
        await using var only = await OneMachine.EnterAsync(db, OneMachine.Begins, which: 5, cancellationToken);
        await standstill.ReadAsync(db, cancellationToken);
        if (standstill.IsOn)
        {
            // The file may be another one's, which must not be taken for a copy because of this one.
            return;
        }

        var looked = await clock.MomentAsync(db, cancellationToken);
        var known = await Standstill.RunAsync(db, cancellationToken);
        var database = await DatabaseOfAsync(db, cancellationToken);
        if (await WhyAsync(db, Read(), known, database, cancellationToken) is { } why)
        {
            var mark = new CopyMark(why, known?.At ?? await LastEntryAsync(db, cancellationToken));
            await Standstill.BeginAsync(db, mark, cancellationToken);
            db.Append(new LogEntry(null, time.GetUtcNow(), "copy.noticed") { Code = why, Due = mark.From });
            await db.SaveChangesAsync(cancellationToken);
            await standstill.ReadAsync(db, cancellationToken);
            return;
        }

        // Both numbers until the database has the new one: a crash between the two writes is no copy.
        var file = new RunFile(Guid.NewGuid(), known?.Run, IsSettled: false, database, Inode: null);
        file.Write(path);
        var next = new RunNumber(file.Run, looked.Now);
        await Standstill.KeepAsync(db, next, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        standstill.Know(next, looked);
        (file with { Former = null, IsSettled = true }).Write(path);
    }

    private RunFile? Read() =>
        RunFile.Read(path) is { } file ? file
        // A share that is not mounted is no file that was deleted.
        : folder.IsThere ? null
        : throw new IOException($"The data folder {folder.Root} can't be reached.");

    private static async Task<string?> WhyAsync(PublisherDb db, RunFile? file, RunNumber? known, string? database, CancellationToken cancellationToken)
    {
        if (known is null)
        {
            // A database that no start has used yet has nothing to send.
            return file is null || (!file.IsSettled && file.Former is null) || !await db.Users.AnyAsync(cancellationToken) ? null : "differs";
        }

        return known.Run is null ? null
            : file is null ? "file.missing"
            : file.Run != known.Run && (file.IsSettled || file.Former != known.Run) ? "differs"
            // Copied together, the two agree with each other; that they lie elsewhere gives them away.
            : file.IsCopied ? "folder.copied"
            : file.Database is { } its && its != database ? "database.copied"
            : null;
    }

    /// <summary>Which PostgreSQL database this is: of a dump that is read in elsewhere another, of a server's standby the same. Null with SQLite.</summary>
    private static async Task<string?> DatabaseOfAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        if (db.Database.IsSqlite())
        {
            return null;
        }

        var oid = (await db.Database.SqlQueryRaw<string>("SELECT oid::text AS \"Value\" FROM pg_database WHERE datname = current_database()").ToListAsync(cancellationToken))[0];
        try
        {
            return $"{(await db.Database.SqlQueryRaw<string>("SELECT system_identifier::text AS \"Value\" FROM pg_control_system()").ToListAsync(cancellationToken))[0]}/{oid}";
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return oid;
        }
    }

    // A database that never had a number: up to its last entry it knows everything.
    private async Task<DateTimeOffset> LastEntryAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var placed = await db.LogPositions.MaxAsync(position => (DateTimeOffset?)position.At, cancellationToken);
        var pending = await db.LogPending.Join(db.Log, row => row.EntryId, entry => entry.Id, (row, entry) => entry).MaxAsync(entry => (DateTimeOffset?)entry.At, cancellationToken);
        return new[] { placed, pending }.Max() ?? time.GetUtcNow();
    }
}
