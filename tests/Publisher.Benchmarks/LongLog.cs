using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Log;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Benchmarks;

/// <summary>Three years of a busy house: a million entries, written as the product writes them, only without its waits for the disk.</summary>
internal sealed class LongLog(IDbContextFactory<PublisherDb> databases, DataFolder folder)
{
    public const int Entries = 1_000_000;
    public const int Messages = 20_000;
    public const int People = 40;
    public const int Channels = 60;
    public const int Senders = 20;

    /// <summary>In one entry of 80,000.</summary>
    public const string RareWord = "Scheitelpunkt";

    /// <summary>In one entry of ten.</summary>
    public const string CommonWord = "accepted";

    /// <summary>Five entries, all of them among the oldest.</summary>
    public const string RareAction = "sender.created";

    private const int AtOnce = 50_000;

    private static readonly string[] _actions =
    [
        "message.created", "message.submitted", "message.approved", "delivery.planned", "delivery.started", "delivery.published", "delivery.started", "delivery.published",
        "person.signed-in", "log.viewed",
    ];

    public static DateTimeOffset First { get; } = new(2023, 11, 22, 0, 0, 0, TimeSpan.Zero);

    public static TimeSpan Step { get; } = TimeSpan.FromDays(3 * 365) / Entries;

    public async Task WriteAsync()
    {
        await WriteNamesAsync();
        WriteEntries();
    }

    /// <summary>Someone who may read the log of these senders, or all of it.</summary>
    public async Task<Actor> ReaderAsync(params long[] senders)
    {
        await using var db = await databases.CreateDbContextAsync();
        var person = new Person { DisplayName = "Reader", UserName = $"reader{senders.Length}" };
        person.Grants.AddRange(senders.Length == 0
            ? [new Grant { Role = Role.Auditor }]
            : senders.Select(sender => new Grant { Role = Role.Auditor, SenderId = sender }));
        db.Users.Add(person);
        await db.SaveChangesAsync();
        var now = DateTimeOffset.UtcNow;
        var session = new Session { Id = Guid.NewGuid(), PersonId = person.Id, StartedAt = now, SeenAt = now };
        db.Sessions.Add(session);
        await db.SaveChangesAsync();
        return new Actor(person.Id, session.Id);
    }

    private static LogEntry Entry(int number)
    {
        var message = (number / (Entries / Messages)) + 1;
        return new LogEntry(
            new Actor((message % People) + 1, Guid.Empty),
            First + (number * Step),
            number % (Entries / 100) == 0 && number / (Entries / 100) < 5 ? RareAction : _actions[number % _actions.Length])
        {
            SenderId = (message % Senders) + 1,
            MessageId = message,
            ChannelId = (number % Channels) + 1,
            DeliveryId = number,
            Part = 1,
            Attempt = 1,
            Status = 200,
            RemoteId = $"1090000000{number:D8}",
            Code = "published",
        };
    }

    private static SqliteCommand Insert(SqliteConnection connection, string statement, params string[] names)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only what stands in this file.
        command.CommandText = statement;
#pragma warning restore CA2100
        foreach (var name in names)
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params object?[] values)
    {
        command.Transaction = transaction;
        for (var at = 0; at < values.Length; at++)
        {
            command.Parameters[at].Value = values[at] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private async Task WriteNamesAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        db.Users.AddRange(Enumerable.Range(1, People).Select(number => new Person { DisplayName = $"Person {number}", UserName = $"person{number}" }));
        db.Channels.AddRange(Enumerable.Range(1, Channels).Select(number => new Channel
        {
            SenderId = (number % Senders) + 1,
            Platform = "mastodon",
            Server = new Uri("https://social.example/"),
            AccountId = $"{number}",
            Handle = $"press{number}",
            DisplayName = $"Press {number}",
            Credentials = "",
            Limits = new Limits { Text = 500 },
            ConnectedAt = First,
        }));
        await db.SaveChangesAsync();
        foreach (var some in Enumerable.Range(1, Messages).Chunk(5000))
        {
            db.ChangeTracker.Clear();
            db.Messages.AddRange(some.Select(number => new Message
            {
                SenderId = (number % Senders) + 1, Title = $"Message {number}", LongText = "", Language = "en", TimeZone = "Europe/Berlin", CreatedBy = 1, CreatedAt = First, ChangedAt = First,
            }));
            await db.SaveChangesAsync();
        }
    }

    private void WriteEntries()
    {
        using var connection = new SqliteConnection($"Data Source={folder.Database};Pooling=False");
        connection.Open();
        using (var settings = connection.CreateCommand())
        {
            settings.CommandText = "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;";
            settings.ExecuteNonQuery();
        }

        using var entries = Insert(
            connection,
            "INSERT INTO Log (Id, At, PersonId, SessionId, Action, SenderId, MessageId, ChannelId, DeliveryId, Part, Attempt, Status, RemoteId, Code, TextHash) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l, @m, @n, @o)",
            "@a", "@b", "@c", "@d", "@e", "@f", "@g", "@h", "@i", "@j", "@k", "@l", "@m", "@n", "@o");
        using var texts = Insert(connection, "INSERT INTO LogTexts (EntryId, Salt, Text) VALUES (@a, @b, @c)", "@a", "@b", "@c");
        using var positions = Insert(
            connection,
            "INSERT INTO LogPositions (Position, EntryId, LeafHash, At, Action, PersonId, SenderId, MessageId, ChannelId) VALUES (@a, @b, @c, @d, @e, @f, @g, @h, @i)",
            "@a", "@b", "@c", "@d", "@e", "@f", "@g", "@h", "@i");
        foreach (var some in Enumerable.Range(0, Entries).Chunk(AtOnce))
        {
            using var transaction = connection.BeginTransaction();
            foreach (var number in some)
            {
                var entry = Entry(number);
                if (number % 10 == 5)
                {
                    var said = entry.Say(number % 80_000 == 5 ? $"{CommonWord} at the {RareWord} of {number}" : $"{CommonWord} by the server as number {number % 500}");
                    Run(texts, transaction, said.EntryId, said.Salt, said.Text);
                }

                Run(
                    entries, transaction, entry.Id, entry.At.UtcTicks, entry.PersonId, entry.SessionId, entry.Action, entry.SenderId, entry.MessageId, entry.ChannelId, entry.DeliveryId, entry.Part,
                    entry.Attempt, entry.Status, entry.RemoteId, entry.Code, entry.TextHash);
                Run(
                    positions, transaction, number + 1, entry.Id, LogLeaf.Of(entry), entry.At.UtcTicks, entry.Action, entry.PersonId, entry.SenderId, entry.MessageId, entry.ChannelId);
            }

            transaction.Commit();
        }
    }
}
