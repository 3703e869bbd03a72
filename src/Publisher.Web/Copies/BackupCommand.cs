using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>
/// Copies everything but the master key, consistent, beside a process that goes on working: the database as it was at one moment, then the
/// files it names, which are never changed once they are named. The copy is read from end to end before it is said to be one.
/// </summary>
internal static class BackupCommand
{
    public const string Dump = "database.sql";

    // What else lies in a data folder and belongs to it: whether it is a demo, and what only a demo has.
    private static readonly string[] Others = ["DEMO", "demo.key", "sandbox.port", "sandbox/state.json"];

    public static async Task<string> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var to = line.OnlyFolder("backup");
        using var folder = DataFolder.Look(line.Folder);
        // The key that lies there now: one that was written over is found out before it is needed.
        var master = line.MasterKey is { } key && !folder.IsDemo ? MasterKey.Open(folder, key) : null;
        Open(to, folder);
        // Whatever is committed from here on may be missing in the copy; what was committed before is not.
        var at = TimeProvider.System.GetUtcNow();
        var mark = new CopyMark("backup", at);
        var (check, holds) = line.Postgres is null
            ? await CopySqliteAsync(folder, to, mark, master, cancellationToken)
            : await DumpPostgresAsync(folder, line.Postgres, to, mark, master, cancellationToken);

        var faults = check.Faults.ToList();
        var files = new List<ManifestFile> { await ManifestFile.OfAsync(to, line.Postgres is null ? Path.GetFileName(folder.Database) : Dump, cancellationToken) };
        var media = await CopyMediaAsync(folder, to, check.Files, faults, cancellationToken);
        files.AddRange(media);
        files.AddRange(await CopyKeysAsync(folder, to, faults, cancellationToken));
        foreach (var other in Others.Where(other => File.Exists(Path.Combine(folder.Root, other))))
        {
            files.Add(await CopyAsync(folder.Root, to, other, cancellationToken));
        }

        holds = holds with { Files = media.Count, Bytes = media.Sum(file => file.Bytes) };
        Manifest.Of(at, line.Postgres is not null, folder.IsDemo, holds, faults, files).Write(to);
        return faults.Count == 0
            ? $"The backup in {to} holds {holds}, as of {at:yyyy-MM-dd HH:mm:ss} UTC. What is restored from it stands still until a manager says that this installation is off."
            : throw new StartRefused($"The backup in {to} is a true copy of an installation that is not whole: {string.Join("; ", faults)}. It holds {holds}.");
    }

    private static void Open(string to, DataFolder folder)
    {
        if ((to + Path.DirectorySeparatorChar).StartsWith(folder.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new StartRefused($"{to} lies in the data folder: a backup there is lost together with it. Name a folder elsewhere, best on another disk.");
        }

        DataFolder.MakeNew(to, to, "Name a new folder: a backup never writes over another one.");
    }

    private static async Task<(CopyCheck Check, Holding Holds)> CopySqliteAsync(DataFolder folder, string to, CopyMark mark, MasterKey? master, CancellationToken cancellationToken)
    {
        using var copy = DataFolder.OfCopy(to, folder.IsDemo);
        Terminal.Begin($"Copying the database ({Holding.Size(new FileInfo(folder.Database).Length)}).");
        try
        {
            await using var from = new SqliteConnection($"Data Source={folder.Database};Mode=ReadWrite;Pooling=False;Default Timeout=30");
            await using var into = new SqliteConnection($"Data Source={copy.Database};Pooling=False");
            await from.OpenAsync(cancellationToken);
            await into.OpenAsync(cancellationToken);
            // All pages in one step, under one read: whoever writes meanwhile writes into the log of writes, and not into what is copied.
            await Task.Run(() => from.BackupDatabase(into), cancellationToken);
        }
        catch (SqliteException failure)
        {
            throw new StartRefused($"The database {folder.Database} can't be copied: {failure.Message}");
        }

        await using var services = OpenedCopy.Of(copy, postgres: null);
        await using var db = await services.OpenAsync(cancellationToken);
        await Standstill.BeginAsync(db, mark, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var check = new CopyCheck(db, master);
        var holds = await check.ReadAsync(cancellationToken);
        // One file again, without the log of writes beside it.
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=DELETE", cancellationToken);
        return (check, holds);
    }

    private static async Task<(CopyCheck Check, Holding Holds)> DumpPostgresAsync(DataFolder folder, string postgres, string to, CopyMark mark, MasterKey? master, CancellationToken cancellationToken)
    {
        var tools = PostgresTools.Find("pg_dump", postgres);
        await using var services = OpenedCopy.Of(folder, postgres);
        await using var db = await services.OpenAsync(cancellationToken);
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        // What is checked here is what is dumped: both read the same snapshot.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var snapshot = (await db.Database.SqlQueryRaw<string>("SELECT pg_export_snapshot() AS \"Value\"").ToListAsync(cancellationToken))[0];
        Terminal.Begin("Dumping the database.");
        var dump = Path.Combine(to, Dump);
        await tools.RunAsync(["--format=plain", "--no-owner", "--no-privileges", "--encoding=UTF8", $"--snapshot={snapshot}", $"--file={dump}"], cancellationToken);
        var check = new CopyCheck(db, master);
        var holds = await check.ReadAsync(cancellationToken);
        await PostgresTools.CompareAsync(dump, db, cancellationToken);
        var schema = (await db.Database.SqlQueryRaw<string>("SELECT current_schema()::text AS \"Value\"").ToListAsync(cancellationToken))[0];
        await File.AppendAllTextAsync(dump, $"\n-- What is read from here is a copy.\n{Standstill.Statement(schema, mark)}\n", cancellationToken);
        return (check, holds);
    }

    private static async Task<List<ManifestFile>> CopyMediaAsync(DataFolder folder, string to, IReadOnlyCollection<string> hashes, List<string> faults, CancellationToken cancellationToken)
    {
        var terminal = new Terminal();
        var (copied, missing, altered) = (new List<ManifestFile>(), 0, 0);
        foreach (var hash in hashes.Order(StringComparer.Ordinal))
        {
            var path = $"media/{hash[..2]}/{hash}";
            if (!File.Exists(Path.Combine(folder.Root, path)))
            {
                missing++;
                continue;
            }

            var file = await CopyAsync(folder.Root, to, path, cancellationToken);
            altered += file.Sha256 == hash ? 0 : 1;
            copied.Add(file);
            terminal.Say(() => $"Copying pictures and videos: {copied.Count} of {hashes.Count} ({Holding.Size(copied.Sum(one => one.Bytes))})");
        }

        if (missing + altered > 0)
        {
            faults.Add($"{missing} pictures or videos are missing in {folder.Media}, and {altered} are not the bytes they are named by");
        }

        return copied;
    }

    private static async Task<List<ManifestFile>> CopyKeysAsync(DataFolder folder, string to, List<string> faults, CancellationToken cancellationToken)
    {
        var copied = new List<ManifestFile>();
        foreach (var key in Directory.EnumerateFiles(folder.Keys).Order(StringComparer.Ordinal))
        {
            // The ring is worth nothing to a thief without the master key, as long as it is what this product writes.
            if (Path.GetExtension(key) == ".xml" && !(await File.ReadAllTextAsync(key, cancellationToken)).Contains("<encryptedSecret", StringComparison.Ordinal))
            {
                faults.Add($"{key} is not encrypted by a master key");
            }

            copied.Add(await CopyAsync(folder.Root, to, $"keys/{Path.GetFileName(key)}", cancellationToken));
        }

        return copied;
    }

    internal static async Task<ManifestFile> CopyAsync(string from, string to, string path, CancellationToken cancellationToken)
    {
        var target = Path.Combine(to, path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(from, path), target);
            return await ManifestFile.OfAsync(to, path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"{Path.Combine(from, path)} can't be copied to {target}: {failure.Message}");
        }
    }
}
