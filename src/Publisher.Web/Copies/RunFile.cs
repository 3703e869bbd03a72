using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Publisher.Web.Copies;

/// <summary>The half of <see cref="RunMark"/> that lies in the data folder and not in the database. Whoever deletes it, says: this is a copy.</summary>
/// <param name="Run">Of the newest start.</param>
/// <param name="Former">Of the start before, until the database has the new one.</param>
/// <param name="IsSettled">Whether the database has it.</param>
/// <param name="Inode">Of this very file; null where the system doesn't tell.</param>
internal sealed record RunFile(Guid Run, Guid? Former, bool IsSettled, ulong? Inode)
{
    public const string Name = "run.json";

    /// <summary>Always as many bytes: a file that is written over in place, in one sector, is never half of one and half of another.</summary>
    private const int Length = 500;

    /// <summary>Whether its bytes came from another file.</summary>
    public bool IsCopied { get; private init; }

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static RunFile? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        try
        {
            var read = JsonSerializer.Deserialize<RunFile>(file);
            return read is null ? null : read with { IsCopied = read.Inode is { } own && InodeOf(file.SafeFileHandle) is { } found && own != found };
        }
        catch (JsonException)
        {
            // Written by somebody else, or not to its end: it proves nothing.
            return null;
        }
    }

    /// <summary>Is on the disk when this returns.</summary>
    public static void Write(string path, Guid run, Guid? former, bool isSettled)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var text = JsonSerializer.Serialize(new RunFile(run, former, isSettled, InodeOf(file.SafeFileHandle)));
        file.Write(Encoding.ASCII.GetBytes(text.PadRight(Length)));
        file.SetLength(Length);
        file.Flush(flushToDisk: true);
    }

    // As Linux tells it since 5.14; elsewhere nothing is told, and a copied folder is not seen by this.
    private static ulong? InodeOf(SafeFileHandle handle)
    {
        var info = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{handle.DangerousGetHandle()}");
        return File.Exists(info) && File.ReadLines(info).FirstOrDefault(line => line.StartsWith("ino:", StringComparison.Ordinal)) is { } line
            && ulong.TryParse(line[4..].Trim(), CultureInfo.InvariantCulture, out var inode)
                ? inode
                : null;
    }
}
