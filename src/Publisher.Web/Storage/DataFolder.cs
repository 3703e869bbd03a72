namespace Publisher.Web.Storage;

/// <summary>
/// Where this installation keeps its files: database, media, keys. Whether it is a demo is fixed when it is created and
/// never follows the environment: a demo folder never meets a real platform, a real one never a demo person.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string DemoMark = "DEMO";
    private readonly FileStream _lock;

    private DataFolder(string root, bool isDemo, FileStream held)
    {
        Root = root;
        IsDemo = isDemo;
        _lock = held;
    }

    public string Root { get; }

    public bool IsDemo { get; }

    public string Media => Path.Combine(Root, "media");

    public string Keys => Path.Combine(Root, "keys");

    public string Database => Path.Combine(Root, "publisher.db");

    /// <summary>Creates the folder where it is missing, and holds it for this process alone.</summary>
    /// <exception cref="StartRefused">It can't be written, another process holds it, or it is of the other kind.</exception>
    public static DataFolder Open(string path, bool asDemo)
    {
        var root = Path.GetFullPath(path);
        FileStream held;
        bool isNew;
        try
        {
            Directory.CreateDirectory(root);
            isNew = !File.Exists(Path.Combine(root, "publisher.lock"));
            // Owner only: what lies here opens accounts.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            held = new FileStream(Path.Combine(root, "publisher.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartRefused($"The data folder {root} can't be written. Give this user the right to, or name another with Publisher__DataFolder.");
        }
        catch (IOException) when (Directory.Exists(root))
        {
            throw new StartRefused($"The data folder {root} is in use by another process. Stop that one, or name another folder with Publisher__DataFolder.");
        }
        catch (IOException failure)
        {
            throw new StartRefused($"The data folder {root} can't be created: {failure.Message}");
        }

        var mark = Path.Combine(root, DemoMark);
        if (isNew && asDemo)
        {
            File.WriteAllText(mark, "This folder was created for a demo. It never meets a real platform.\n");
        }

        if (!isNew && asDemo != File.Exists(mark))
        {
            held.Dispose();
            throw new StartRefused(asDemo
                ? $"The data folder {root} is a real one and can't be started as a demo. Leave --demo out, or name another folder."
                : $"The data folder {root} was created for a demo and stays one. Start with --demo, or name another folder.");
        }

        Directory.CreateDirectory(Path.Combine(root, "media"));
        Directory.CreateDirectory(Path.Combine(root, "keys"));
        return new DataFolder(root, asDemo, held);
    }

    public void Dispose() => _lock.Dispose();
}

/// <summary>Why this process does not start: one sentence for the person at the terminal, and exit code 1.</summary>
public sealed class StartRefused(string sentence) : Exception(sentence);
