using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>
/// Triggers that keep the log append-only, whoever writes. Raised after every migration, because a rebuilt SQLite table
/// loses its triggers silently.
/// </summary>
internal static class LogGuard
{
    private static readonly string[] GuardedTables = ["Log", "LogPositions"];

    public static async Task RaiseAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        foreach (var statement in db.Database.IsSqlite() ? ForSqlite() : ForPostgres())
        {
            await db.Database.ExecuteSqlRawAsync(statement, cancellationToken);
        }
    }

    /// <summary>Whether all of them are there and switched on. On PostgreSQL, where the running role may be unable to raise them.</summary>
    public static async Task<bool> StandsAsync(PublisherDb db, CancellationToken cancellationToken) =>
        (await db.Database.SqlQueryRaw<int>(
            """
            SELECT COUNT(*)::int AS "Value" FROM pg_trigger
            WHERE tgrelid IN ('"Log"'::regclass, '"LogPositions"'::regclass) AND tgenabled IN ('O', 'A') AND tgfoid = 'log_is_append_only'::regproc
            """).ToListAsync(cancellationToken))[0] == GuardedTables.Length * 2;

    private static IEnumerable<string> ForSqlite()
    {
        foreach (var (table, key) in new[] { ("Log", "Id"), ("LogPositions", "Position") })
        {
            yield return $"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'The log is never changed.'); END";
            yield return $"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'The log is never deleted.'); END";
            // INSERT OR REPLACE passes by the two above.
            yield return $"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON \"{table}\" WHEN NEW.\"{key}\" IN (SELECT \"{key}\" FROM \"{table}\") "
                + "BEGIN SELECT RAISE(ABORT, 'The log is never changed.'); END";
        }

        yield return "CREATE TRIGGER IF NOT EXISTS LogPositions_no_replace_entry BEFORE INSERT ON \"LogPositions\" WHEN NEW.\"EntryId\" IN (SELECT \"EntryId\" FROM \"LogPositions\") "
            + "BEGIN SELECT RAISE(ABORT, 'The log is never changed.'); END";
    }

    private static IEnumerable<string> ForPostgres()
    {
        yield return "CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'The log is never changed.'; END $$";
        foreach (var table in GuardedTables)
        {
            yield return $"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON \"{table}\" FOR EACH ROW EXECUTE FUNCTION log_is_append_only()";
            yield return $"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON \"{table}\" FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()";
        }
    }
}
