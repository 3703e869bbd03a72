using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Publisher.Web.Log;

namespace Publisher.Web.Storage;

/// <summary>Brings a database to the form this version knows, and refuses what it can't.</summary>
internal static class Migrating
{
    /// <summary>Makes an empty PostgreSQL database where the named one does not exist yet: a lock on it can be taken only then.</summary>
    public static async Task CreateAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (db.Database.IsSqlite() || await creator.ExistsAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException failure) when (failure.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another machine made it at the same moment.
        }
    }

    public static async Task RunAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        await CreateAsync(db, cancellationToken);
        if (await TableExistsAsync(db, "Settings", cancellationToken))
        {
            var form = await db.Settings.AsNoTracking().Where(setting => setting.Name == "form").Select(setting => setting.Value).SingleOrDefaultAsync(cancellationToken);
            if (int.TryParse(form, CultureInfo.InvariantCulture, out var found) && found > PublisherDb.Form)
            {
                throw new StartRefused($"The database is of form {found}, and this version knows form {PublisherDb.Form}. Install the newer version that wrote it, or restore an older backup.");
            }
        }

        if (!await RunningRole.MayMigrateAsync(db, cancellationToken))
        {
            await RefuseOlderAsync(db, cancellationToken);
            return;
        }

        if (db.Database.IsNpgsql())
        {
            // Otherwise the first look for it fails on the terminal, as if something were wrong.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
        }

        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await ClearAsync(db, cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }

        if (!await db.Settings.AnyAsync(setting => setting.Name == "form", cancellationToken))
        {
            db.Settings.Add(new Setting { Name = "form", Value = PublisherDb.Form.ToString(CultureInfo.InvariantCulture) });
            await db.SaveChangesAsync(cancellationToken);
        }

        await LogGuard.RaiseAsync(db, cancellationToken);
        await LogSearch.RaiseAsync(db, cancellationToken);
    }

    /// <summary>In one line: PostgreSQL adds the position in the statement.</summary>
    public static string ReasonOf(DbException failure) => (failure as PostgresException)?.MessageText ?? failure.Message;

    /// <summary>
    /// What SQLite keeps of a process that was gone while it migrated would make every later one wait for it. The first form comes whole or not at all, and may
    /// be made again; of a later one nobody knows how far it came.
    /// </summary>
    private static async Task ClearAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        if (!await TableExistsAsync(db, "__EFMigrationsLock", cancellationToken) || await CountAsync(db, "__EFMigrationsLock", cancellationToken) == 0)
        {
            return;
        }

        if ((await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
        {
            throw new StartRefused(
                "An earlier migration of the database did not end. Restore the last backup, or, when you know that it ended, delete the row in the table __EFMigrationsLock.");
        }

        await db.Database.ExecuteSqlAsync($"DELETE FROM \"__EFMigrationsLock\"", cancellationToken);
    }

    private static async Task RefuseOlderAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        const string HowTo = "Run this version once as a role that owns the tables: Publisher__MigrationDatabase=\"…\" dotnet Publisher.Web.dll migrate.";
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            throw new StartRefused($"The database is older than this version, and the role {await RunningRole.NameAsync(db, cancellationToken)} may not change its form. {HowTo}");
        }

        if (!await LogGuard.StandsAsync(db, cancellationToken))
        {
            throw new StartRefused($"A trigger that keeps the log from being changed is missing or switched off. Find out who did that. {HowTo}");
        }
    }

    private static async Task<bool> TableExistsAsync(PublisherDb db, string table, CancellationToken cancellationToken)
    {
        if (!await db.Database.CanConnectAsync(cancellationToken))
        {
            return false;
        }

        return await ScalarAsync(
            db,
            db.Database.IsSqlite()
                ? $"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{table}'"
                : $"SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '{table}'",
            cancellationToken) > 0;
    }

    private static Task<long> CountAsync(PublisherDb db, string table, CancellationToken cancellationToken) =>
        ScalarAsync(db, $"SELECT count(*) FROM \"{table}\"", cancellationToken);

    /// <summary>For names this class knows; nothing from outside reaches the statement.</summary>
    private static async Task<long> ScalarAsync(PublisherDb db, string statement, CancellationToken cancellationToken)
    {
        DbConnection connection = db.Database.GetDbConnection();
        var wasClosed = connection.State == ConnectionState.Closed;
        if (wasClosed)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
        }

        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the constants above.
        command.CommandText = statement;
#pragma warning restore CA2100
        var count = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        if (wasClosed)
        {
            await db.Database.CloseConnectionAsync();
        }

        return count;
    }
}
