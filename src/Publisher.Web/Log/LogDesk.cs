using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>An entry as a page or an export shows it, with the words that stand beside it.</summary>
/// <param name="IsIntact">Whether the entry still has the hash it was placed with.</param>
public sealed record LogLine(long Position, LogEntry Entry, string? Text, string? Person, string? Subject, LogChannel? Channel, string? Message, bool IsIntact);

/// <param name="Platform">Its name, not its title.</param>
public sealed record LogChannel(string Platform, string Handle);

/// <summary>A page of lines, newest first.</summary>
/// <param name="Next">What to ask the next page with; null at the end.</param>
public sealed record LogView(IReadOnlyList<LogLine> Lines, long? Next);

/// <summary>Reads the log for those who may. Looking and exporting are entries themselves.</summary>
public sealed class LogDesk(Writer writer, IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    public const int PageSize = 50;
    private const int ExportStep = 1000;

    /// <summary>Notes that this person looks at the log: once for each visit of the page.</summary>
    public Task<Refusal?> VisitAsync(Actor actor, CancellationToken cancellationToken) => NoteAsync(actor, "log.viewed", null, cancellationToken);

    /// <summary>A page of entries, newest first.</summary>
    /// <param name="before">Position of the last line already shown; null for the newest.</param>
    public async Task<Answer<LogView>> ReadAsync(Actor actor, LogFilter filter, long? before, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rights = await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken);
        if (Refused(rights) is { } refusal)
        {
            return refusal;
        }

        var matching = await filter.ApplyAsync(db, rights!.SendersFor(Act.ReadLog), cancellationToken);
        var positions = await matching.Where(row => row.Position < (before ?? long.MaxValue)).OrderByDescending(row => row.Position).Take(PageSize + 1).ToListAsync(cancellationToken);
        var shown = positions.Take(PageSize).ToList();
        return new LogView(await FillAsync(db, shown, cancellationToken), positions.Count > PageSize ? shown[^1].Position : null);
    }

    /// <summary>Everything the filter shows, oldest first, as it was when asked. Noted in the log before the first line leaves.</summary>
    public async Task<Answer<IAsyncEnumerable<LogLine>>> ExportAsync(Actor actor, LogFilter filter, string format, CancellationToken cancellationToken)
    {
        if (await NoteAsync(actor, "log.exported", format, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rights = await Rights.LoadAsync(db, actor, time.GetUtcNow(), cancellationToken);
        return Refused(rights) is { } late
            ? late
            : new Answer<IAsyncEnumerable<LogLine>>(EverythingAsync(filter, rights!.SendersFor(Act.ReadLog), CancellationToken.None), null);
    }

    private async IAsyncEnumerable<LogLine> EverythingAsync(LogFilter filter, IReadOnlyList<long>? senders, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var matching = await filter.ApplyAsync(db, senders, cancellationToken);
        var last = await db.LogPositions.MaxAsync(row => (long?)row.Position, cancellationToken) ?? 0;
        var after = 0L;
        while (true)
        {
            var from = after;
            var positions = await matching.Where(row => row.Position > from && row.Position <= last).OrderBy(row => row.Position).Take(ExportStep).ToListAsync(cancellationToken);
            foreach (var line in await FillAsync(db, positions, cancellationToken))
            {
                yield return line;
            }

            if (positions.Count < ExportStep)
            {
                yield break;
            }

            after = positions[^1].Position;
        }
    }

    private Task<Refusal?> NoteAsync(Actor actor, string action, string? code, CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, cancel) =>
        {
            var now = time.GetUtcNow();
            if (Refused(await Rights.LoadAsync(db, actor, now, cancel)) is { } refusal)
            {
                return refusal;
            }

            db.Append(new LogEntry(actor, now, action) { Code = code });
            return null;
        },
        cancellationToken);

    private static Refusal? Refused(Rights? rights) =>
        rights is null ? Refusal.SignInAgain : rights.CanSomewhere(Act.ReadLog) ? null : Refusal.NotAllowed;

    /// <summary>The entries behind the positions and the words beside them, in five queries for the whole page.</summary>
    private static async Task<List<LogLine>> FillAsync(PublisherDb db, List<LogPosition> positions, CancellationToken cancellationToken)
    {
        var ids = positions.ConvertAll(row => row.EntryId);
        var entries = await db.Log.AsNoTracking().Where(entry => ids.Contains(entry.Id)).ToDictionaryAsync(entry => entry.Id, cancellationToken);
        var texts = await db.LogTexts.AsNoTracking().Where(text => ids.Contains(text.EntryId)).ToDictionaryAsync(text => text.EntryId, text => text.Text, cancellationToken);
        var people = entries.Values.SelectMany(entry => new[] { entry.PersonId, entry.SubjectId }).Distinct().ToList();
        var names = await db.Users.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var channels = entries.Values.Select(entry => entry.ChannelId).Distinct().ToList();
        var handles = await db.Channels.Where(channel => channels.Contains(channel.Id)).ToDictionaryAsync(channel => channel.Id, channel => new LogChannel(channel.Platform, channel.Handle), cancellationToken);
        var messages = entries.Values.Select(entry => entry.MessageId).Distinct().ToList();
        var titles = await db.Messages.Where(message => messages.Contains(message.Id)).ToDictionaryAsync(message => message.Id, message => message.Title, cancellationToken);
        return positions.ConvertAll(row =>
        {
            // An entry that was taken out against all triggers still leaves its place.
            var entry = entries.GetValueOrDefault(row.EntryId);
            return new LogLine(
                row.Position,
                entry ?? new LogEntry(null, row.At, row.Action) { MessageId = row.MessageId, ChannelId = row.ChannelId, SenderId = row.SenderId },
                texts.GetValueOrDefault(row.EntryId),
                entry?.PersonId is { } person ? names.GetValueOrDefault(person) : null,
                entry?.SubjectId is { } subject ? names.GetValueOrDefault(subject) : null,
                row.ChannelId is { } channel ? handles.GetValueOrDefault(channel) : null,
                row.MessageId is { } message ? titles.GetValueOrDefault(message) : null,
                entry is not null && LogLeaf.Of(entry) == row.LeafHash);
        });
    }
}
