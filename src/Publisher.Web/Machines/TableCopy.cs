using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using NpgsqlTypes;
using Publisher.Web.Storage;

namespace Publisher.Web.Machines;

/// <summary>How many rows a table holds, and a hash of all of them that does not depend on their order.</summary>
internal readonly record struct TableSum(long Rows, string Hash);

/// <summary>Brings the rows of one table from SQLite to PostgreSQL, and counts what is there afterwards.</summary>
/// <param name="table">As it is on PostgreSQL. Both have the same names; the values keep their kind.</param>
internal sealed class TableCopy(ITable table)
{
    private readonly List<Column> _columns = [.. table.Columns.OrderBy(column => column.Name, StringComparer.Ordinal).Select(column => new Column(column.Name, KindOf(column)))];

    public string Name => table.Name;

    private string Names => string.Join(", ", _columns.Select(column => $"\"{column.Name}\""));

    /// <summary>Copies every row, and sums up what was read.</summary>
    public async Task<TableSum> RunAsync(SqliteConnection from, NpgsqlConnection to, CancellationToken cancellationToken)
    {
        var sum = new Sum();
        await using var command = Select(from);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await using var writer = await to.BeginBinaryImportAsync($"COPY \"{Name}\" ({Names}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = Values(reader);
            sum.Add(_columns, row);
            await writer.StartRowAsync(cancellationToken);
            for (var at = 0; at < row.Length; at++)
            {
                await (row[at] is { } value ? writer.WriteAsync(value, _columns[at].Kind, cancellationToken) : writer.WriteNullAsync(cancellationToken));
            }
        }

        await writer.CompleteAsync(cancellationToken);
        return sum.Total;
    }

    /// <summary>Sums up what is there now.</summary>
    public async Task<TableSum> SumAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var sum = new Sum();
        await using var command = Select(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            sum.Add(_columns, Values(reader));
        }

        return sum.Total;
    }

    /// <summary>The next number the database gives is one that no copied row has.</summary>
    public async Task GoOnCountingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (table.PrimaryKey?.Columns is not [{ Name: var key } only] || KindOf(only) is not (NpgsqlDbType.Bigint or NpgsqlDbType.Integer))
        {
            return;
        }

        await RunAsync(
            connection,
            $"SELECT setval(sequence, coalesce((SELECT max(\"{key}\") FROM \"{Name}\"), 0) + 1, false) FROM pg_get_serial_sequence('\"{Name}\"', '{key}') AS sequence WHERE sequence IS NOT NULL",
            cancellationToken);
    }

    internal static async Task<long> RunAsync(DbConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of the model only.
        command.CommandText = statement;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellationToken) is long value ? value : 0;
    }

    private DbCommand Select(DbConnection connection)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of the model only.
        command.CommandText = $"SELECT {Names} FROM \"{Name}\"";
#pragma warning restore CA2100
        return command;
    }

    private object?[] Values(DbDataReader reader) => [.. _columns.Select((column, at) => reader.IsDBNull(at) ? null : Value(reader, at, column.Kind))];

    private static object Value(DbDataReader reader, int at, NpgsqlDbType kind) => kind switch
    {
        NpgsqlDbType.Bigint => reader.GetInt64(at),
        NpgsqlDbType.Integer => reader.GetInt32(at),
        NpgsqlDbType.Boolean => reader.GetBoolean(at),
        NpgsqlDbType.Uuid => reader.GetGuid(at),
        NpgsqlDbType.Bytea => reader.GetFieldValue<byte[]>(at),
        NpgsqlDbType.Date => reader.GetFieldValue<DateOnly>(at),
        NpgsqlDbType.Double => reader.GetDouble(at),
        _ => reader.GetString(at),
    };

    private static NpgsqlDbType KindOf(IColumn column) => column.StoreType.Split('(')[0] switch
    {
        "bigint" => NpgsqlDbType.Bigint,
        "integer" => NpgsqlDbType.Integer,
        "boolean" => NpgsqlDbType.Boolean,
        "uuid" => NpgsqlDbType.Uuid,
        "bytea" => NpgsqlDbType.Bytea,
        "date" => NpgsqlDbType.Date,
        "double precision" => NpgsqlDbType.Double,
        "jsonb" => NpgsqlDbType.Jsonb,
        "text" or "character varying" => NpgsqlDbType.Text,
        var other => throw new InvalidOperationException($"{column.Table.Name}.{column.Name} is of the type {other}, which nobody taught to move."),
    };

    private sealed record Column(string Name, NpgsqlDbType Kind);

    /// <summary>The hashes of the rows, laid over each other: no two rows are alike, so none can hide another.</summary>
    private sealed class Sum
    {
        private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];
        private long _rows;

        public TableSum Total => new(_rows, Convert.ToHexStringLower(_hash));

        public void Add(IReadOnlyList<Column> columns, object?[] row)
        {
            var members = new SortedDictionary<string, object?>(StringComparer.Ordinal);
            for (var at = 0; at < row.Length; at++)
            {
                members[columns[at].Name] = Plain(row[at], columns[at].Kind);
            }

            var hash = SHA256.HashData(CanonicalJson.Bytes(members));
            for (var at = 0; at < hash.Length; at++)
            {
                _hash[at] ^= hash[at];
            }

            _rows++;
        }

        private static object? Plain(object? value, NpgsqlDbType kind) => value switch
        {
            byte[] bytes => Convert.ToBase64String(bytes),
            // PostgreSQL keeps what it says, not how it was written.
            string json when kind is NpgsqlDbType.Jsonb => Sorted(JsonNode.Parse(json))?.ToJsonString(),
            null or string or int or long => value,
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

        private static JsonNode? Sorted(JsonNode? node) => node switch
        {
            JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
            JsonArray items => new JsonArray([.. items.Select(Sorted)]),
            _ => node?.DeepClone(),
        };
    }
}
