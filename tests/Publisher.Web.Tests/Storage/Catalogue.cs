using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Tests.Storage;

/// <summary>What a database says of itself, one fact a line: tables, columns, keys, indexes. Not the log's search and triggers, which no model makes.</summary>
internal static class Catalogue
{
    public static async Task<IReadOnlyList<string>> ReadAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var facts = new List<string>();
        if (db.Database.IsSqlite())
        {
            const string tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'LogSearch%' AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\'";
            foreach (var table in await RowsAsync(db, tables, cancellationToken))
            {
                facts.Add($"table {table}");
                facts.AddRange(await RowsAsync(db, $"SELECT '{table}', 'column', name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')", cancellationToken));
                facts.AddRange(await RowsAsync(db, $"SELECT '{table}', 'refers', \"from\", \"table\", \"to\", on_update, on_delete FROM pragma_foreign_key_list('{table}')", cancellationToken));
                facts.AddRange(await RowsAsync(db, $"SELECT '{table}', 'index', list.name, list.\"unique\", list.origin, info.seqno, info.name FROM pragma_index_list('{table}') list, pragma_index_info(list.name) info", cancellationToken));
                facts.AddRange(await RowsAsync(db, $"SELECT '{table}', 'filter', name, substr(sql, instr(sql, ' WHERE ')) FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND instr(sql, ' WHERE ') > 0", cancellationToken));
                facts.AddRange(await RowsAsync(db, $"SELECT '{table}', 'counts up' FROM sqlite_master WHERE type = 'table' AND name = '{table}' AND instr(sql, 'AUTOINCREMENT') > 0", cancellationToken));
            }
        }
        else
        {
            facts.AddRange(await RowsAsync(db, "SELECT 'column', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity, identity_generation FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_EF%'", cancellationToken));
            facts.AddRange(await RowsAsync(db, "SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_EF%' AND indexname <> 'IX_LogTexts_Words'", cancellationToken));
            facts.AddRange(await RowsAsync(db, "SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%\\_\\_EF%'", cancellationToken));
        }

        facts.Sort(StringComparer.Ordinal);
        return facts;
    }

    public static Task<IReadOnlyList<string>> TriggersAsync(PublisherDb db, CancellationToken cancellationToken) => RowsAsync(
        db,
        db.Database.IsSqlite()
            ? "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2"
            : "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        cancellationToken);

    /// <summary>The rows of a query this folder wrote, each as one line.</summary>
    private static async Task<IReadOnlyList<string>> RowsAsync(PublisherDb db, string query, CancellationToken cancellationToken)
    {
        var connection = db.Database.GetDbConnection();
        if (connection.State != ConnectionState.Open)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
        }

        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names from the catalogue itself.
        command.CommandText = query;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "-" : Convert.ToString(reader.GetValue(at), CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
