using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Publisher.Platforms;
using Publisher.Web.Media;

namespace Publisher.Benchmarks;

/// <summary>
/// A picture and a film for every message, each of bytes of its own: some platforms refuse a file they have. They lie in the product's folder, and
/// platforms that fetch files for bare calls fetch them here.
/// </summary>
internal sealed class OfficeFiles : IMediaFiles, IAsyncDisposable
{
    public const long Picture = 1;
    public const long Film = 2;

    private static readonly string[] _forFilms = ["youtube", "peertube", "tiktok"];

    private readonly string _folder;
    private readonly WebApplication _door;
    private readonly byte[] _picture;
    private readonly byte[] _film;

    private OfficeFiles(string folder, WebApplication door, byte[] picture, byte[] film)
    {
        _folder = folder;
        _door = door;
        _picture = picture;
        _film = film;
    }

    public static bool IsForFilms(string platform) => _forFilms.Contains(platform);

    /// <param name="folder">Where the product keeps its files.</param>
    public static async Task<OfficeFiles> OpenAsync(string folder)
    {
        var draft = Path.Combine(Path.GetTempPath(), $"publisher-figures-{Guid.NewGuid():N}");
        var picture = await MakeAsync($"{draft}.jpg", "-f", "lavfi", "-i", "testsrc2=s=1080x1080", "-frames:v", "1");
        var film = await MakeAsync(
            $"{draft}.mp4", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var door = builder.Build();
        var files = new OfficeFiles(folder, door, picture, film);
        door.MapGet("/{hash}/{name}", (string hash, string name) => Results.File(files.PathOf(hash), name.EndsWith("mp4", StringComparison.Ordinal) ? "video/mp4" : "image/jpeg"));
        await door.StartAsync();
        return files;
    }

    public Stream Open(Media media) => File.OpenRead(PathOf(media.Hash));

    public Uri? AddressOf(Media media, Part part) => new($"{_door.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}/{media.Hash}/file.{(media.Type == "video/mp4" ? "mp4" : "jpg")}");

    /// <summary>Of one message, as a message names them.</summary>
    public IReadOnlyDictionary<long, MediaFile> Of(long message, long sender) => new Dictionary<long, MediaFile>
    {
        [Picture] = Keep(Picture, sender, _picture, message, "image/jpeg", 1080, 1080, null),
        [Film] = Keep(Film, sender, _film, message, "video/mp4", 1280, 720, TimeSpan.FromSeconds(4)),
    };

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    private MediaFile Keep(long id, long sender, byte[] bytes, long message, string type, int width, int height, TimeSpan? duration)
    {
        // A box of the kind that players skip; after a picture's end nothing is read.
        var own = new byte[bytes.Length + 16];
        bytes.CopyTo(own, 0);
        BinaryPrimitives.WriteInt32BigEndian(own.AsSpan(bytes.Length), 16);
        "free"u8.CopyTo(own.AsSpan(bytes.Length + 4));
        BinaryPrimitives.WriteInt64BigEndian(own.AsSpan(bytes.Length + 8), message);
        var hash = Convert.ToHexStringLower(SHA256.HashData(own));
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(hash))!);
        File.WriteAllBytes(PathOf(hash), own);
        return new MediaFile
        {
            Id = id, SenderId = sender, Hash = hash, Type = type, Length = own.Length, Width = width, Height = height, Duration = duration, FileName = "gauge", AddedBy = 1, AddedAt = DateTimeOffset.UnixEpoch,
        };
    }

    private string PathOf(string hash) => Path.Combine(_folder, hash[..2], hash);

    private static async Task<byte[]> MakeAsync(string path, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-y", "-v", "error", .. arguments, path]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("ffmpeg can't make a picture and a film: run install_ffmpeg of tests/tools.sh.");
        }

        var bytes = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        return bytes;
    }
}
