using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Machines;

/// <summary>
/// Moves an installation from SQLite to PostgreSQL: every table in one transaction, compared before it is committed. The SQLite file is only read. Afterwards
/// the folder refuses to be started on SQLite again, because what is still to be sent would go out from both.
/// </summary>
internal sealed class Moving(IServiceProvider services, DataFolder folder, TextWriter output)
{
    /// <param name="postgres">The database the product is to run on.</param>
    /// <param name="asOwner">The same database by the role that owns the tables, where that is another.</param>
    /// <exception cref="StartRefused">Something is not as it must be; nothing was moved.</exception>
    public async Task RunAsync(string postgres, string? asOwner, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Database))
        {
            throw new StartRefused($"There is no SQLite database in {folder.Root}. Name the folder to move with Publisher__DataFolder.");
        }

        // Not even the write-ahead log is folded in: whatever happens here, the file stays what it was.
        await using var source = new PublisherDb(
            (DbContextOptions<PublisherDb>)new DbContextOptionsBuilder<PublisherDb>().UseApplicationServiceProvider(services).UseSqlite($"Data Source={folder.Database};Mode=ReadOnly;Pooling=False").Options);
        await using var target = StorageSetup.OpenPostgres(services, asOwner ?? postgres);
        target.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        try
        {
            await CheckSourceAsync(source, cancellationToken);
            await Migrating.CreateAsync(target, cancellationToken);
            await using var only = await OneMachine.EnterAsync(target, OneMachine.Begins, which: 1, cancellationToken);
            await CheckTargetAsync(target, cancellationToken);
            await Migrating.RunAsync(target, cancellationToken);
            if (asOwner is not null)
            {
                await using var running = StorageSetup.OpenPostgres(services, postgres);
                await RunningRole.GrantAsync(target, await RunningRole.NameAsync(running, cancellationToken), cancellationToken);
            }

            await MoveAsync(source, target, cancellationToken);
        }
        catch (DbException failure)
        {
            throw new StartRefused($"The move did not succeed, and nothing was moved: {Migrating.ReasonOf(failure)}");
        }

        await output.WriteLineAsync($"Everything is in PostgreSQL. Start with the same Publisher__Database, folder and master key from now on. {folder.Database} is as it was and may be kept as a backup.");
    }

    private async Task MoveAsync(PublisherDb source, PublisherDb target, CancellationToken cancellationToken)
    {
        await source.Database.OpenConnectionAsync(cancellationToken);
        var from = (SqliteConnection)source.Database.GetDbConnection();
        var to = (NpgsqlConnection)target.Database.GetDbConnection();
        await using var transaction = await target.Database.BeginTransactionAsync(cancellationToken);
        // What the migration has just written there comes from the source.
        await target.Settings.ExecuteDeleteAsync(cancellationToken);
        foreach (var table in Ordered(target))
        {
            var copy = new TableCopy(table);
            var read = await copy.RunAsync(from, to, cancellationToken);
            var written = await copy.SumAsync(to, cancellationToken);
            if (read != written)
            {
                throw new StartRefused($"The table {table.Name} is not the same on both sides ({read.Rows} and {written.Rows} rows). Nothing was moved.");
            }

            await copy.GoOnCountingAsync(to, cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{table.Name}: {read.Rows} rows{(read.Rows > 0 ? $", the same on both sides ({read.Hash[..16]})" : "")}"));
        }

        var entries = await VerifyAsync(target, cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The log verifies: {entries} entries have the hash they were placed with."));
        folder.MarkMoved();
        try
        {
            await transaction.CommitAsync(cancellationToken);
        }
        catch
        {
            folder.UnmarkMoved();
            throw;
        }
    }

    private static async Task CheckSourceAsync(PublisherDb source, CancellationToken cancellationToken)
    {
        if ((await source.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            throw new StartRefused("The SQLite database is older than this version. Start this version on it once, stop it, and move then.");
        }
    }

    private static async Task CheckTargetAsync(PublisherDb target, CancellationToken cancellationToken)
    {
        var connection = target.Database.GetDbConnection();
        var there = await TablesAsync(connection, cancellationToken);
        var ours = Ordered(target);
        foreach (var table in there.Except(["__EFMigrationsHistory", "Settings"]))
        {
            if (ours.All(one => one.Name != table) || await TableCopy.RunAsync(connection, $"SELECT count(*) FROM \"{table}\"", cancellationToken) > 0)
            {
                throw new StartRefused($"The PostgreSQL database is not empty: there is already something in the table {table}. Name an empty one with Publisher__Database.");
            }
        }
    }

    private static async Task<List<string>> TablesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    /// <summary>Whom others refer to comes before them.</summary>
    private static List<ITable> Ordered(PublisherDb db)
    {
        var left = db.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables.OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<ITable>();
        while (left.Count > 0)
        {
            var next = left.First(table => table.ForeignKeyConstraints.All(key => key.PrincipalTable == table || ordered.Contains(key.PrincipalTable)));
            left.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    private static async Task<long> VerifyAsync(PublisherDb target, CancellationToken cancellationToken)
    {
        var entries = 0L;
        var placed = target.LogPositions.AsNoTracking().Join(target.Log, position => position.EntryId, entry => entry.Id, (position, entry) => new { position.LeafHash, Entry = entry });
        await foreach (var one in placed.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (LogLeaf.Of(one.Entry) != one.LeafHash)
            {
                throw new StartRefused($"The log entry {one.Entry.Id} does not have the hash it was placed with, in the SQLite database already. Nothing was moved: find out who changed it.");
            }

            entries++;
        }

        return entries;
    }
}
