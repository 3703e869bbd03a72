using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>
/// Finds out at start whether this may be a copy. Every start writes a new number into a file of the data folder and into the database: where
/// the two don't belong together, one of them was set back, copied or replaced without the other, and the other half may still be
/// running somewhere. What is not seen by this stands in docs/decisions/0013-copies.md.
/// </summary>
internal sealed class RunMark(DataFolder folder, Standstill standstill, IDbContextFactory<PublisherDb> databases, TimeProvider time, ILogger<RunMark> logger)
{
    private const string Run = "run";

    private string Path => System.IO.Path.Combine(folder.Root, RunFile.Name);

    public async Task NoticeAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        // Machines that start at once do this one after the other: they share the folder.
        await using var only = await OneMachine.EnterAsync(db, OneMachine.Begins, which: 5, cancellationToken);
        await NoticeAsync(db, cancellationToken);
    }

    private async Task NoticeAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var kept = await db.Settings.SingleOrDefaultAsync(setting => setting.Name == Run, cancellationToken);
        Guid? known = Guid.TryParse(kept?.Value, out var run) ? run : null;
        var file = RunFile.Read(Path);
        var next = Guid.NewGuid();
        var why = await WhyAsync(db, file, known, cancellationToken);
        if (why is null)
        {
            // Both numbers until the database has the new one: a crash between the two writes is no copy.
            RunFile.Write(Path, next, former: known, isSettled: false);
            Keep(db, kept, next);
            await db.SaveChangesAsync(cancellationToken);
        }
        else
        {
            // The other way round: that this may be a copy must not be forgotten by a crash here.
            var mark = await Standstill.BeginAsync(db, new CopyMark(why, await LastEntryAsync(db, cancellationToken)), cancellationToken);
            logger.LogWarning("This may be a copy ({Why}): it stands still until a manager says that the other one is off", mark.Why);
            db.Append(new LogEntry(null, time.GetUtcNow(), "copy.noticed") { Code = mark.Why, Due = mark.From });
            Keep(db, kept, next);
            await db.SaveChangesAsync(cancellationToken);
        }

        RunFile.Write(Path, next, former: null, isSettled: true);
        await standstill.ReadAsync(db, cancellationToken);
    }

    private async Task<string?> WhyAsync(PublisherDb db, RunFile? file, Guid? known, CancellationToken cancellationToken)
    {
        if (known is null)
        {
            // A database that no start has used yet has nothing to send.
            return file is null || (!file.IsSettled && file.Former is null) || !await db.Users.AnyAsync(cancellationToken) ? null : "differs";
        }

        return file is null ? "file.missing"
            : file.Run != known && (file.IsSettled || file.Former != known) ? "differs"
            // With a database of its own a copied folder agrees with itself; that it is another file gives it away.
            : db.Database.IsSqlite() && file.IsCopied ? "folder.copied"
            : null;
    }

    private static void Keep(PublisherDb db, Setting? kept, Guid next)
    {
        if (kept is null)
        {
            db.Settings.Add(new Setting { Name = Run, Value = next.ToString() });
        }
        else
        {
            kept.Value = next.ToString();
        }
    }

    /// <summary>Up to this moment the database knows everything.</summary>
    private async Task<DateTimeOffset> LastEntryAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var placed = await db.LogPositions.MaxAsync(position => (DateTimeOffset?)position.At, cancellationToken);
        var pending = await db.LogPending.Join(db.Log, row => row.EntryId, entry => entry.Id, (row, entry) => entry).MaxAsync(entry => (DateTimeOffset?)entry.At, cancellationToken);
        return new[] { placed, pending }.Max() ?? time.GetUtcNow();
    }
}
