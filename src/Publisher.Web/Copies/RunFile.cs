using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace Publisher.Web.Copies;

/// <summary>The half of <see cref="RunMark"/> that lies outside the database. Whoever deletes it, says: this is a copy.</summary>
/// <param name="Run">The newest number.</param>
/// <param name="Former">The one before, until the database has the new one.</param>
/// <param name="IsSettled">Whether the database has it.</param>
/// <param name="Database">Which PostgreSQL database has it; null where one doesn't tell, and with SQLite.</param>
/// <param name="Inode">Of this very file; with SQLite only, whose database is a file beside it. Null where the system doesn't tell.</param>
internal sealed record RunFile(Guid Run, Guid? Former, bool IsSettled, string? Database, ulong? Inode)
{
    public const string Name = "run.json";

    /// <summary>Always as many bytes: a file that is written over in place, in one sector, is never half of one and half of another.</summary>
    private const int Length = 500;

    /// <summary>Whether its bytes came from another file.</summary>
    [JsonIgnore]
    public bool IsCopied { get; private init; }

    /// <summary>Null where there is none, or none that can be read as one.</summary>
    /// <exception cref="IOException">Its folder can't be reached.</exception>
    public static RunFile? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var read = JsonSerializer.Deserialize<RunFile>(file);
            return read is null ? null : read with { IsCopied = read.Inode is { } own && InodeOf(file.SafeFileHandle) is { } found && own != found };
        }
        catch (Exception failure) when (failure is FileNotFoundException or JsonException)
        {
            // What was written by somebody else, or not to its end, proves nothing.
            return null;
        }
    }

    /// <summary>Is on the disk when this returns.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Write(string path)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var text = JsonSerializer.Serialize(this with { Inode = Database is null ? InodeOf(file.SafeFileHandle) : null });
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
