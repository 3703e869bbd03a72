using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// Whether this installation may be a copy of one that still sends. As long as it may, it opens no connection and claims nothing, until a
/// manager says that the other one is off. The database says so; this is what a process asks before it calls.
/// </summary>
public sealed class Standstill
{
    private const string Now = "copy";
    private const string Ended = "copy.ended";
    private const string Run = "run";

    private volatile CopyMark? _mark;
    private volatile RunNumber? _run;
    private volatile Moment? _looked;
    private volatile bool _isInDoubt;

    /// <summary>Finds out anew and says so, for whoever may not go on in doubt.</summary>
    public Func<CancellationToken, Task> LookAsync { get; set; } = _ => Task.CompletedTask;

    /// <summary>Null where this is no copy, as far as anybody knows.</summary>
    public CopyMark? Mark => _mark;

    public bool IsOn => _mark is not null;

    /// <summary>Reads what the database says: another machine may have begun or ended it.</summary>
    public async Task ReadAsync(PublisherDb db, CancellationToken cancellationToken) => _mark = await MarkAsync(db, cancellationToken);

    /// <summary>The number the database has; null where no start has used it yet.</summary>
    public static async Task<RunNumber?> RunAsync(PublisherDb db, CancellationToken cancellationToken) =>
        await db.Settings.AsNoTracking().Where(setting => setting.Name == Run).Select(setting => setting.Value).SingleOrDefaultAsync(cancellationToken) is { } text
            ? JsonSerializer.Deserialize<RunNumber>(text)
            : null;

    /// <summary>Gives the database another number.</summary>
    public static async Task KeepAsync(PublisherDb db, RunNumber run, CancellationToken cancellationToken) => await PutAsync(db, Run, run, cancellationToken);

    /// <summary>What this process knows the database to have, at least, and when it looked.</summary>
    public void Know(RunNumber run, Moment looked)
    {
        _run = run;
        _looked = looked;
        _isInDoubt = false;
    }

    /// <summary>Whether the database's server is the one that was looked at. One that began again may have been set back: nothing is claimed until the next look.</summary>
    public bool IsKnown(Moment now)
    {
        if (now.Since == _looked?.Since)
        {
            return true;
        }

        _isInDoubt = true;
        return false;
    }

    /// <summary>Whether the database may know less than it did: only another look tells.</summary>
    public async Task<bool> IsInDoubtAsync(PublisherDb db, CancellationToken cancellationToken) =>
        _isInDoubt || (_run is { } seen && (await RunAsync(db, cancellationToken) is not { } run || run.At < seen.At));

    /// <summary>Says in the database that it may be a copy. What was said before stays: it is the earlier.</summary>
    public static async Task<CopyMark> BeginAsync(PublisherDb db, CopyMark mark, CancellationToken cancellationToken)
    {
        if (await MarkAsync(db, cancellationToken) is { } known)
        {
            return known;
        }

        db.Settings.Add(new Setting { Name = Now, Value = JsonSerializer.Serialize(mark) });
        return mark;
    }

    /// <summary>Says in the database that it is the only one from now on, and keeps the time in which there may have been another.</summary>
    public static async Task<CopyMark?> EndAsync(PublisherDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Settings.SingleOrDefaultAsync(setting => setting.Name == Now, cancellationToken) is not { } setting)
        {
            return null;
        }

        var mark = JsonSerializer.Deserialize<CopyMark>(setting.Value)!;
        db.Settings.Remove(setting);
        var spans = await SpansAsync(db, cancellationToken);
        spans.Add(new CopySpan(mark.From, now));
        await PutAsync(db, Ended, spans, cancellationToken);
        // Whatever lies in the file outside the database is written over by the next look: this is the only one from now on.
        await KeepAsync(db, new RunNumber(null, now), cancellationToken);
        return mark;
    }

    /// <summary>When another installation may have sent what existed at this time; null where none can have.</summary>
    public static async Task<CopySpan?> SpanForAsync(PublisherDb db, DateTimeOffset existedAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var spans = await SpansAsync(db, cancellationToken);
        if (await MarkAsync(db, cancellationToken) is { } mark)
        {
            spans.Add(new CopySpan(mark.From, now));
        }

        spans.RemoveAll(span => existedAt > span.From);
        return spans.Count == 0 ? null : new CopySpan(spans.Min(span => span.From), spans.Max(span => span.Until));
    }

    /// <summary>The statement that marks the database a plain dump is read into.</summary>
    internal static string Statement(string schema, CopyMark mark) =>
        $"INSERT INTO \"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".\"Settings\" (\"Name\", \"Value\") VALUES ('{Now}', '{JsonSerializer.Serialize(mark).Replace("'", "''", StringComparison.Ordinal)}') ON CONFLICT (\"Name\") DO NOTHING;";

    private static async Task PutAsync<T>(PublisherDb db, string name, T value, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(value);
        if (await db.Settings.SingleOrDefaultAsync(setting => setting.Name == name, cancellationToken) is { } kept)
        {
            kept.Value = text;
        }
        else
        {
            db.Settings.Add(new Setting { Name = name, Value = text });
        }
    }

    private static async Task<CopyMark?> MarkAsync(PublisherDb db, CancellationToken cancellationToken) =>
        await db.Settings.AsNoTracking().Where(setting => setting.Name == Now).Select(setting => setting.Value).SingleOrDefaultAsync(cancellationToken) is { } text
            ? JsonSerializer.Deserialize<CopyMark>(text)
            : null;

    private static async Task<List<CopySpan>> SpansAsync(PublisherDb db, CancellationToken cancellationToken) =>
        await db.Settings.AsNoTracking().Where(setting => setting.Name == Ended).Select(setting => setting.Value).SingleOrDefaultAsync(cancellationToken) is { } text
            ? JsonSerializer.Deserialize<List<CopySpan>>(text)!
            : [];
}

/// <summary>Why this may be a copy.</summary>
/// <param name="Why">A code; the screens word it as "why.CODE".</param>
/// <param name="From">From when on the other one may have done what stands nowhere here.</param>
public sealed record CopyMark(string Why, DateTimeOffset From);

/// <summary>A number that is new at every start and every half minute, in the database and in a file outside it: two that belong together have the same.</summary>
/// <param name="Run">Null after a manager has said that there is no other one: the next look makes a new one.</param>
/// <param name="At">By the database's clock: up to this moment the database knows everything.</param>
public sealed record RunNumber(Guid? Run, DateTimeOffset At);

/// <summary>A time in which another installation may have sent from the same data.</summary>
public sealed record CopySpan(DateTimeOffset From, DateTimeOffset Until);
