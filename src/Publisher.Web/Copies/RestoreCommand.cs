using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Publisher.Web.Log;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>
/// Makes an installation of a backup: into a data folder that is empty and, on PostgreSQL, an empty database. Every byte is compared with the
/// manifest, the database is read from end to end, and what comes of it stands still when it starts.
/// </summary>
internal static class RestoreCommand
{
    private const string SqliteFile = "publisher.db";

    public static async Task<string> RunAsync(CommandLine line, CancellationToken cancellationToken)
    {
        var from = line.OnlyFolder("restore");
        var manifest = Manifest.Read(from);
        if (manifest.IsPostgres != line.Postgres is not null)
        {
            throw new StartRefused(manifest.IsPostgres
                ? $"The backup in {from} is of a PostgreSQL database. Name an empty one with Publisher__Database."
                : $"The backup in {from} is of SQLite in the data folder. Restore it without Publisher__Database.");
        }

        using var folder = DataFolder.OfCopy(line.Folder, manifest.IsDemo);
        // Before anything is written: a restore that can't be opened afterwards helps nobody.
        var master = manifest.IsDemo ? null : MasterKey.Open(folder, line.MasterKey);
        DataFolder.MakeNew(folder.Root, $"The data folder {folder.Root}", "Name a new one with Publisher__DataFolder: a restore never writes over an installation.");
        await CopyAsync(from, folder.Root, manifest, cancellationToken);
        await using var services = OpenedCopy.Of(folder, line.Postgres);
        await using var db = await services.OpenAsync(cancellationToken);
        if (line.Postgres is { } postgres)
        {
            await ReadDumpAsync(db, postgres, Path.Combine(from, BackupCommand.Dump), cancellationToken);
        }

        // Says that the folder is no longer new; not before it holds everything.
        folder.MarkUsed();
        var check = new CopyCheck(db, master);
        var holds = await check.ReadAsync(cancellationToken);
        var media = manifest.Files.Where(file => file.Path.StartsWith("media/", StringComparison.Ordinal)).ToList();
        holds = holds with { Files = media.Count, Bytes = media.Sum(file => file.Bytes) };
        List<string> faults = [.. check.Faults];
        if (check.Files.Except(media.Select(file => file.Sha256)).Count() is > 0 and var missing)
        {
            faults.Add($"{missing} pictures or videos are not in the backup");
        }

        if (holds != manifest.Holds)
        {
            faults.Add($"the backup was said to hold {manifest.Holds}");
        }

        db.Append(new LogEntry(null, TimeProvider.System.GetUtcNow(), "copy.noticed") { Code = "backup", Due = manifest.At });
        await db.SaveChangesAsync(cancellationToken);
        if (line.Postgres is null)
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=DELETE", cancellationToken);
        }

        return faults.Count == 0
            ? $"{folder.Root} holds {holds}, as of {manifest.At:yyyy-MM-dd HH:mm:ss} UTC. It stands still when it starts, until a manager says that the installation it was made from is off."
            : throw new StartRefused($"{from} is restored in {folder.Root}, but not whole: {string.Join("; ", faults)}. It holds {holds}.");
    }

    private static async Task CopyAsync(string from, string to, Manifest manifest, CancellationToken cancellationToken)
    {
        var terminal = new Terminal();
        var done = 0;
        Terminal.Begin($"Copying {manifest.Files.Count} files ({Holding.Size(manifest.Files.Sum(file => file.Bytes))}).");
        // The database last: a folder in which a restore was cut off has none, and is seen to be no installation.
        foreach (var file in manifest.Files.OrderBy(file => file.Path is SqliteFile or BackupCommand.Dump))
        {
            if (!IsInside(file.Path) || !File.Exists(Path.Combine(from, file.Path)))
            {
                throw new StartRefused($"The backup in {from} is not whole: {file.Path} is missing. Delete what was copied to {to}, and take another backup.");
            }

            var isDump = file.Path == BackupCommand.Dump;
            var found = isDump ? await ManifestFile.OfAsync(from, file.Path, cancellationToken) : await BackupCommand.CopyAsync(from, to, file.Path, cancellationToken);
            if (found != file)
            {
                throw new StartRefused($"The backup in {from} is not whole: {file.Path} is not the file that was backed up. Delete what was copied to {to}, and take another backup.");
            }

            done++;
            terminal.Say(() => $"{done} of {manifest.Files.Count} files are copied");
        }
    }

    /// <summary>A manifest that somebody wrote leads to nowhere else.</summary>
    private static bool IsInside(string path) => !Path.IsPathRooted(path) && !path.Split('/').Contains("..");

    private static async Task ReadDumpAsync(PublisherDb db, string postgres, string dump, CancellationToken cancellationToken)
    {
        var tools = PostgresTools.Find("psql", postgres);
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken))
        {
            await creator.CreateAsync(cancellationToken);
        }
        else if (await creator.HasTablesAsync(cancellationToken))
        {
            throw new StartRefused("The database named with Publisher__Database is not empty. Name a new one: a restore never writes over an installation.");
        }

        Terminal.Begin("Reading the dump into the database.");
        // All of it or nothing.
        await tools.RunAsync(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", $"--file={dump}"], cancellationToken);
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
    }
}
