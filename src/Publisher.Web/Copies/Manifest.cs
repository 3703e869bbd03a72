using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>What a backup holds, file by file, written last: a backup without it did not come to its end.</summary>
/// <param name="At">Everything committed until then is in it.</param>
/// <param name="Faults">What was wrong with the installation itself when it was copied.</param>
internal sealed record Manifest(int Form, DateTimeOffset At, bool IsPostgres, bool IsDemo, Holding Holds, IReadOnlyList<string> Faults, IReadOnlyList<ManifestFile> Files)
{
    public const string Name = "manifest.json";
    private const int Known = 1;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static Manifest Of(DateTimeOffset at, bool isPostgres, bool isDemo, Holding holds, IReadOnlyList<string> faults, IReadOnlyList<ManifestFile> files) =>
        new(Known, at, isPostgres, isDemo, holds, faults, files);

    /// <exception cref="StartRefused">It is missing or can't be read.</exception>
    public static Manifest Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            throw new StartRefused($"{folder} is no backup that came to its end: there is no {Name} in it.");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize<Manifest>(File.ReadAllText(path), Json);
            return manifest is { Form: Known } ? manifest : throw new StartRefused($"The backup in {folder} is of form {manifest?.Form}, which this version does not know. Restore it with the version that made it.");
        }
        catch (JsonException failure)
        {
            throw new StartRefused($"{path} can't be read: {failure.Message}");
        }
    }

    public void Write(string folder)
    {
        var path = Path.Combine(folder, Name);
        File.WriteAllText(path, JsonSerializer.Serialize(this, Json));
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}

/// <param name="Path">Below the backup's folder, with slashes.</param>
internal sealed record ManifestFile(string Path, long Bytes, string Sha256)
{
    /// <summary>The file as it lies there, after it reached the disk.</summary>
    public static async Task<ManifestFile> OfAsync(string folder, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(System.IO.Path.Combine(folder, path), FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 1 << 16, FileOptions.Asynchronous);
        file.Flush(flushToDisk: true);
        return new ManifestFile(path, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));
    }
}

/// <summary>In numbers, what a database and its files hold.</summary>
/// <param name="Open">Deliveries that are not closed.</param>
internal sealed record Holding(long Messages, long Deliveries, long Open, long LogEntries, int Files, long Bytes)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Messages:N0} messages, {Deliveries:N0} deliveries ({Open:N0} open), {LogEntries:N0} log entries in an unbroken row, {Files:N0} pictures and videos ({Size(Bytes)})");

    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N1} MB");
}
