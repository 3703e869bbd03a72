using System.Security.Cryptography;
using System.Text;
using Publisher.Web.People;

namespace Publisher.Web.Log;

/// <summary>
/// One thing a person or the clock did. Ids, codes and hashes only: names, reasons and platform answers stand in
/// <see cref="LogText"/>, which can be blanked when the law asks without touching an entry. Never changed, never deleted.
/// </summary>
public sealed class LogEntry
{
    /// <param name="by">Null for the clock.</param>
    /// <param name="action">A code such as "message.submitted"; the screens word it as "action.CODE".</param>
    public LogEntry(Actor? by, DateTimeOffset at, string action)
    {
        Id = Guid.CreateVersion7(at);
        At = at;
        PersonId = by?.PersonId;
        SessionId = by?.SessionId;
        Action = action;
    }

    private LogEntry()
    {
        Action = "";
    }

    public Guid Id { get; private init; }

    public DateTimeOffset At { get; private init; }

    /// <summary>Null for the clock.</summary>
    public long? PersonId { get; init; }

    public Guid? SessionId { get; init; }

    public string Action { get; private init; }

    public long? SenderId { get; init; }

    public long? MessageId { get; init; }

    public int? Revision { get; init; }

    public long? ChannelId { get; init; }

    public long? DeliveryId { get; init; }

    public int? Part { get; init; }

    public int? Attempt { get; init; }

    /// <summary>A person this is about, such as the one whose role changed.</summary>
    public long? SubjectId { get; init; }

    /// <summary>Seals, one a line.</summary>
    public string? Seals { get; init; }

    public string? RequestDigest { get; init; }

    public int? Status { get; init; }

    public string? RemoteId { get; init; }

    /// <summary>Outcome, role, scope and the like: codes, never personal data.</summary>
    public string? Code { get; init; }

    /// <summary>A time this is about: when it is due, until when it holds.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>SHA-256 over salt and text of the side row; null where there is none.</summary>
    public string? TextHash { get; private set; }

    /// <summary>The side row for words of people and platforms.</summary>
    public LogText Say(string text)
    {
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        TextHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(salt + text)));
        return new LogText { EntryId = Id, Salt = salt, Text = text };
    }
}

/// <summary>Words that stand beside an entry and can be blanked.</summary>
public sealed class LogText
{
    public required Guid EntryId { get; init; }

    public required string Salt { get; init; }

    public required string Text { get; set; }

    public DateTimeOffset? BlankedAt { get; set; }
}

/// <summary>An entry that has no position yet. Inserted with it, removed by the sequencer.</summary>
public sealed class LogPending
{
    public required Guid EntryId { get; init; }
}

/// <summary>
/// Where an entry stands: gapless, given shortly after its commit. Carries what pages filter by, so that every page is
/// one walk along an index in the order of positions, however long the log is.
/// </summary>
public sealed class LogPosition
{
    public required long Position { get; init; }

    public required Guid EntryId { get; init; }

    /// <summary>SHA-256 over every column of the entry, see <see cref="LogLeaf"/>.</summary>
    public required string LeafHash { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Action { get; init; }

    public long? PersonId { get; init; }

    public long? SenderId { get; init; }

    public long? MessageId { get; init; }

    public long? ChannelId { get; init; }
}
