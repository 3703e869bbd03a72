using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;

namespace Publisher.Benchmarks;

/// <summary>
/// Deliveries of former years, whole: message, submission, frozen posts, approval, deliveries, parts, attempts, and of the log the entry that each went out. They are
/// copies of one message with times, ids and keys of their own, written without waiting for the disk.
/// </summary>
internal static class PastDeliveries
{
    private const int AtOnce = 2_000;

    /// <summary>Older than anything the product still looks at by itself.</summary>
    private static readonly TimeSpan _age = TimeSpan.FromDays(400);

    /// <summary>Columns that hold a time, an id that others name, or a name that must be its own.</summary>
    private static readonly string[] _times = ["CreatedAt", "ChangedAt", "SubmittedAt", "At", "Due", "Deadline", "PublishedAt", "StartedAt", "EndedAt", "PreparedAt"];

    /// <summary>Until there are so many.</summary>
    public static async Task FillAsync(SendingOffice office, int wanted)
    {
        var before = DateTimeOffset.UtcNow - (_age / 2);
        await using var db = await office.ReadAsync();
        var there = await db.Deliveries.CountAsync(row => row.State == DeliveryState.Published && row.PublishedAt < before);
        var channels = office.Alike.Count;
        var from = await FirstAsync(office);
        await using var connection = new SqliteConnection($"Data Source={office.Folder.Database};Pooling=False;Foreign Keys=False");
        await connection.OpenAsync();
        Run(connection, "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; PRAGMA temp_store=MEMORY");
        var statements = Statements(connection, from);
        var position = (long)Scalar(connection, "SELECT COALESCE(MAX(Position), 0) FROM LogPositions");
        for (var number = there / channels; number < wanted / channels; number += AtOnce)
        {
            var last = Math.Min(number + AtOnce, wanted / channels);
            using var transaction = connection.BeginTransaction();
            foreach (var statement in statements)
            {
                Run(connection, statement, ("@first", number + 1), ("@last", last), ("@position", position));
            }

            position = (long)Scalar(connection, "SELECT MAX(Position) FROM LogPositions");
            transaction.Commit();
        }

        Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        // Or the first sync of the product would bring all of it to the disk.
        await using var file = new FileStream(office.Folder.Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>A message that went out, which the others are copies of.</summary>
    private static async Task<long> FirstAsync(SendingOffice office)
    {
        const string Title = "The first of all: the flood warning is lifted.";
        await using var db = await office.ReadAsync();
        if (await db.Messages.Where(row => row.Title == Title && row.Id > 0).Select(row => row.Id).FirstOrDefaultAsync() is > 0 and var known)
        {
            return known;
        }

        await office.ApproveAsync([new Approved(Title, DateTimeOffset.UtcNow, office.Alike)]);
        var deliveries = await db.Deliveries.Include(row => row.Parts).Include(row => row.Attempts).Where(row => db.Messages.Any(message => message.Id == row.MessageId && message.Title == Title)).ToListAsync();
        var position = await db.LogPositions.MaxAsync(row => (long?)row.Position) ?? 0;
        foreach (var delivery in deliveries)
        {
            var now = DateTimeOffset.UtcNow;
            var attempt = new Attempt { DeliveryId = delivery.Id, Part = 1, Number = 1, Lease = 1, StartedAt = now, EndedAt = now, Outcome = Platforms.Outcome.Published, Status = 200, RequestDigest = delivery.Seal, RemoteId = $"{delivery.Id}" };
            delivery.Attempts.Add(attempt);
            (delivery.State, delivery.NextAt, delivery.PublishedAt, delivery.Permalink, delivery.Lease) = (DeliveryState.Published, null, now, $"https://social.example/@press/{delivery.Id}", 1);
            (delivery.Parts[0].RemoteId, delivery.Parts[0].PublishedAt, delivery.Parts[0].Permalink, delivery.Parts[0].CreatedAt) = ($"{delivery.Id}", now, delivery.Permalink, now);
            var entry = delivery.Entry(null, now, "delivery.published", attempt);
            db.Log.Add(entry);
            db.LogPositions.Add(new Web.Log.LogPosition
            {
                Position = ++position, EntryId = entry.Id, LeafHash = Web.Log.LogLeaf.Of(entry), At = entry.At, Action = entry.Action, SenderId = entry.SenderId, MessageId = entry.MessageId, ChannelId = entry.ChannelId,
            });
        }

        await db.SaveChangesAsync();
        return deliveries[0].MessageId;
    }

    private static List<string> Statements(SqliteConnection connection, long message)
    {
        // Ids of copies are below zero: the product gives out its own as in any other folder.
        var deliveries = $"SELECT Id FROM Deliveries WHERE MessageId = {message}";
        var entries = $"SELECT Id FROM Log WHERE MessageId = {message}";
        return
        [
            Copy(connection, "Messages", $"Id = {message}"),
            Copy(connection, "Submissions", $"MessageId = {message}"),
            Copy(connection, "FrozenPosts", $"MessageId = {message}"),
            Copy(connection, "Approvals", $"MessageId = {message}"),
            Copy(connection, "Deliveries", $"MessageId = {message}"),
            Copy(connection, "DeliveryParts", $"DeliveryId IN ({deliveries})"),
            Copy(connection, "Attempts", $"DeliveryId IN ({deliveries})"),
            Copy(connection, "Log", $"MessageId = {message}"),
            Copy(connection, "LogPositions", $"EntryId IN ({entries})"),
        ];
    }

    private static string Copy(SqliteConnection connection, string table, string which)
    {
        var columns = new List<string>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM pragma_table_info(@table)";
            command.Parameters.AddWithValue("@table", table);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                columns.Add(reader.GetString(0));
            }
        }

        var minute = TimeSpan.TicksPerMinute / 2;
        var values = columns.Select(column => (table, column) switch
        {
            // Ids of the log are texts; a copy has numbers of its own at their end.
            ("Log", "Id") or ("LogPositions", "EntryId") => $"substr(\"{column}\", 1, 24) || printf('%012X', copy * 64 + row_number() OVER (PARTITION BY copy ORDER BY \"{column}\"))",
            ("LogPositions", "Position") => "@position + row_number() OVER (ORDER BY copy, Position)",
            (_, "Id") or (_, "MessageId") or (_, "FrozenPostId") or (_, "ApprovalId") or (_, "DeliveryId") => $"\"{column}\" - copy * 100",
            (_, "Key") or (_, "RemoteId") or (_, "Permalink") => $"\"{column}\" || '-' || copy",
            _ when _times.Contains(column) => string.Create(CultureInfo.InvariantCulture, $"\"{column}\" - {_age.Ticks} - copy * {minute}"),
            _ => $"\"{column}\"",
        });
        return "WITH RECURSIVE numbers(copy) AS (SELECT @first UNION ALL SELECT copy + 1 FROM numbers WHERE copy < @last) "
            + $"INSERT INTO \"{table}\" ({string.Join(", ", columns.Select(column => $"\"{column}\""))}) SELECT {string.Join(", ", values)} FROM numbers CROSS JOIN (SELECT * FROM \"{table}\" WHERE {which})";
    }

#pragma warning disable CA2100 // Only what stands in this file.
    private static void Run(SqliteConnection connection, string statement, params (string Name, long Value)[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in values.Where(value => statement.Contains(value.Name, StringComparison.Ordinal)))
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private static object Scalar(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar()!;
    }
#pragma warning restore CA2100
}
