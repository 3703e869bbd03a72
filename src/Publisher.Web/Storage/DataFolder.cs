using Microsoft.EntityFrameworkCore;

namespace Publisher.Web.Storage;

/// <summary>
/// Where this installation keeps its files: database, media, keys. Whether it is a demo is fixed when it is created and
/// never follows the environment: a demo folder never meets a real platform, a real one never a demo person.
/// With SQLite one process holds it alone; with PostgreSQL all machines share one, so that each has the same media and keys.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string DemoMark = "DEMO";
    private const string MovedMark = "MOVED-TO-POSTGRES";
    private const string FolderSetting = "data.folder";
    private const string LockName = "publisher.lock";
    private readonly FileStream? _lock;

    private DataFolder(string root, bool isDemo, bool isShared, FileStream? held)
    {
        Root = root;
        IsDemo = isDemo;
        IsShared = isShared;
        _lock = held;
    }

    public string Root { get; }

    public bool IsDemo { get; }

    /// <summary>Whether other processes may hold it too.</summary>
    public bool IsShared { get; }

    /// <summary>Whether it can be reached: a share may go while it is used.</summary>
    public bool IsThere => File.Exists(Path.Combine(Root, LockName));

    public string Media => Path.Combine(Root, "media");

    public string Keys => Path.Combine(Root, "keys");

    public string Database => Path.Combine(Root, "publisher.db");

    /// <summary>A folder for a whole copy: made for its owner alone, and never one that holds anything.</summary>
    /// <param name="called">What the refusal calls it.</param>
    /// <param name="instead">What to do where it is not empty.</param>
    /// <exception cref="StartRefused">It is not empty, or can't be written.</exception>
    public static void MakeNew(string path, string called, string instead)
    {
        try
        {
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            {
                throw new StartRefused($"{called} is not empty. {instead}");
            }

            MakePrivate(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefused($"{called} can't be written: {failure.Message}");
        }
    }

    /// <summary>Creates the folder where it is missing, and holds it for this process alone or for all that share it.</summary>
    /// <exception cref="StartRefused">It can't be written, another process holds it, or it is of the other kind.</exception>
    public static DataFolder Open(string path, bool asDemo, bool isShared = false)
    {
        var root = Path.GetFullPath(path);
        var mark = Path.Combine(root, DemoMark);
        FileStream held;
        try
        {
            MakePrivate(root);
            // Before the file that says that the folder is no longer new: a second process of the same moment finds both.
            if (asDemo && !File.Exists(Path.Combine(root, LockName)))
            {
                File.WriteAllText(mark, "This folder was created for a demo. It never meets a real platform.\n");
            }

            held = new FileStream(
                Path.Combine(root, LockName), FileMode.OpenOrCreate, isShared ? FileAccess.Read : FileAccess.ReadWrite, isShared ? FileShare.Read : FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartRefused($"The data folder {root} can't be written. Give this user the right to, or name another with Publisher__DataFolder.");
        }
        catch (IOException) when (Directory.Exists(root))
        {
            throw new StartRefused($"The data folder {root} is in use by another process. Stop that one, or name another folder with Publisher__DataFolder. Several can share it only when all of them name a PostgreSQL database.");
        }
        catch (IOException failure)
        {
            throw new StartRefused($"The data folder {root} can't be created: {failure.Message}");
        }

        if (asDemo != File.Exists(mark))
        {
            held.Dispose();
            throw new StartRefused(asDemo
                ? $"The data folder {root} is a real one and can't be started as a demo. Leave --demo out, or name another folder."
                : $"The data folder {root} was created for a demo and stays one. Start with --demo, or name another folder.");
        }

        if (!isShared && File.Exists(Path.Combine(root, MovedMark)))
        {
            held.Dispose();
            throw new StartRefused($"The database of {root} was moved to PostgreSQL. Name it with Publisher__Database: started on the old file, what is still to be sent would go out twice.");
        }

        Directory.CreateDirectory(Path.Combine(root, "media"));
        Directory.CreateDirectory(Path.Combine(root, "keys"));
        return new DataFolder(root, asDemo, isShared, held);
    }

    /// <summary>What stands in a file of the owner's that several processes may want to be the first to write: one of them is, and all read the same.</summary>
    public string Settle(string name, Func<string> first)
    {
        var path = Path.Combine(Root, name);
        if (!File.Exists(path))
        {
            var draft = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // From its first moment, not after writing.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new StreamWriter(draft, options))
            {
                file.Write(first());
            }

            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        return File.ReadAllText(path).Trim();
    }

    /// <summary>
    /// Machines on one database must share one folder: with another, a machine would lack approved pictures, and would not read the cookies and
    /// credentials of the others. The database remembers which one it was first used with.
    /// </summary>
    /// <exception cref="StartRefused">It is another.</exception>
    internal async Task CheckAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        if (db.Database.IsSqlite())
        {
            return;
        }

        // Among the keys, because a copy that has them is this folder again.
        var own = Settle(Path.Combine("keys", "folder.id"), () => Guid.NewGuid().ToString());
        var known = await db.Settings.AsNoTracking().SingleOrDefaultAsync(setting => setting.Name == FolderSetting, cancellationToken);
        if (known is null)
        {
            db.Settings.Add(new Setting { Name = FolderSetting, Value = own });
            await db.SaveChangesAsync(cancellationToken);
        }
        else if (known.Value != own)
        {
            throw new StartRefused($"The database is used with another data folder than {Root}. All machines on one database share one folder: make it reachable here and name it with Publisher__DataFolder.");
        }
    }

    /// <summary>From here on it is an installation's.</summary>
    internal void MarkUsed() => File.WriteAllText(Path.Combine(Root, LockName), "");

    /// <summary>From here on the folder is not started on its SQLite file.</summary>
    internal void MarkMoved() => File.WriteAllText(Path.Combine(Root, MovedMark), "The database of this folder is in PostgreSQL. publisher.db is what it was before.\n");

    internal void UnmarkMoved() => File.Delete(Path.Combine(Root, MovedMark));

    /// <summary>A folder as it lies there, whichever process holds it: to read it, and not to work in it.</summary>
    /// <exception cref="StartRefused">There is none.</exception>
    public static DataFolder Look(string path)
    {
        var root = Path.GetFullPath(path);
        return File.Exists(Path.Combine(root, LockName))
            ? new DataFolder(root, File.Exists(Path.Combine(root, DemoMark)), isShared: true, held: null)
            : throw new StartRefused($"There is no data folder at {root}. Name it with Publisher__DataFolder, as for the product itself.");
    }

    /// <summary>A copy of a data folder, to be read or filled: nothing of it is held.</summary>
    public static DataFolder OfCopy(string path, bool isDemo) => new(Path.GetFullPath(path), isDemo, isShared: false, held: null);

    public void Dispose() => _lock?.Dispose();

    // Owner only: what lies here opens accounts.
    private static void MakePrivate(string path)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

/// <summary>Why this process does not start: one sentence for the person at the terminal, and exit code 1.</summary>
public sealed class StartRefused(string sentence) : Exception(sentence);
