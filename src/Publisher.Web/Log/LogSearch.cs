using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>
/// Finds words in the log's side rows: FTS5 on SQLite, a text-search index on PostgreSQL. Kept by triggers, so that a
/// blanked text is not found any more.
/// </summary>
internal static class LogSearch
{
    public static async Task RaiseAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        foreach (var statement in db.Database.IsSqlite() ? ForSqlite : ForPostgres)
        {
            await db.Database.ExecuteSqlRawAsync(statement, cancellationToken);
        }
    }

    /// <summary>Entries whose text holds every one of the words, the last as a beginning.</summary>
    public static IQueryable<Guid> Find(PublisherDb db, string words)
    {
        var terms = words.Split([' ', '\t', '"', '\'', '*', '(', ')', ':', '&', '|', '!', '<', '>', '\\', '-', '.', ',', '/', '@', '#'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (terms.Length == 0)
        {
            return db.LogTexts.Where(_ => false).Select(text => text.EntryId);
        }

        if (db.Database.IsSqlite())
        {
            var match = string.Join(' ', terms.Select(term => $"\"{term}\"")) + "*";
            return db.LogTexts.FromSql($"SELECT * FROM \"LogTexts\" WHERE \"EntryId\" IN (SELECT \"EntryId\" FROM \"LogSearch\" WHERE \"LogSearch\" MATCH {match})").Select(text => text.EntryId);
        }

        var query = string.Join(" & ", terms.Select(term => $"'{term}'")) + ":*";
        return db.LogTexts.FromSql($"SELECT * FROM \"LogTexts\" WHERE to_tsvector('simple', \"Text\") @@ to_tsquery('simple', {query})").Select(text => text.EntryId);
    }

    private static readonly string[] ForSqlite =
    [
        "CREATE VIRTUAL TABLE IF NOT EXISTS \"LogSearch\" USING fts5(\"EntryId\" UNINDEXED, \"Text\", tokenize = \"unicode61 remove_diacritics 2\")",
        "CREATE TRIGGER IF NOT EXISTS LogTexts_found AFTER INSERT ON \"LogTexts\" BEGIN INSERT INTO \"LogSearch\" (\"EntryId\", \"Text\") VALUES (NEW.\"EntryId\", NEW.\"Text\"); END",
        "CREATE TRIGGER IF NOT EXISTS LogTexts_blanked AFTER UPDATE ON \"LogTexts\" BEGIN "
            + "DELETE FROM \"LogSearch\" WHERE \"EntryId\" = OLD.\"EntryId\"; INSERT INTO \"LogSearch\" (\"EntryId\", \"Text\") VALUES (NEW.\"EntryId\", NEW.\"Text\"); END",
        "CREATE TRIGGER IF NOT EXISTS LogTexts_removed AFTER DELETE ON \"LogTexts\" BEGIN DELETE FROM \"LogSearch\" WHERE \"EntryId\" = OLD.\"EntryId\"; END",
    ];

    private static readonly string[] ForPostgres = ["CREATE INDEX IF NOT EXISTS \"IX_LogTexts_Words\" ON \"LogTexts\" USING gin (to_tsvector('simple', \"Text\"))"];
}
