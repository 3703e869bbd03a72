using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Publisher.Web.Media;

/// <summary>
/// ffprobe and ffmpeg as processes on a leash: files only, no network, the one demuxer that fits the bytes, limits on
/// pixels, time and (by prlimit, where the machine has it) memory.
/// </summary>
internal sealed class Ffmpeg
{
    /// <summary>SIGKILL, as the system sends it for want of memory, and SIGTERM: what such an end says nothing about is the file.</summary>
    private const int Killed = 128 + 9;

    private const int Ended = 128 + 15;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly string? Prlimit = Find("prlimit");
    private readonly string? _ffmpeg = Find("ffmpeg");
    private readonly string? _ffprobe = Find("ffprobe");

    public bool IsHere => _ffmpeg is not null && _ffprobe is not null;

    /// <summary>Size and duration of a video; null where it can't be read.</summary>
    public async Task<(int Width, int Height, TimeSpan Duration)?> ProbeAsync(string path, MediaKind kind, CancellationToken cancellationToken)
    {
        var (code, output) = await RunAsync(
            _ffprobe!,
            ["-v", "error", "-protocol_whitelist", "file", "-f", kind.Demuxer, "-select_streams", "v:0", "-show_entries", "stream=width,height:format=duration", "-of", "json", path],
            cancellationToken);
        if (code != 0)
        {
            return null;
        }

        using var document = JsonDocument.Parse(output);
        if (!document.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0)
        {
            return null;
        }

        var stream = streams[0];
        return stream.TryGetProperty("width", out var width) && stream.TryGetProperty("height", out var height)
            && document.RootElement.GetProperty("format").TryGetProperty("duration", out var duration)
            && double.TryParse(duration.GetString(), CultureInfo.InvariantCulture, out var seconds)
            ? (width.GetInt32(), height.GetInt32(), TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)))
            : null;
    }

    /// <summary>Copies a video without the metadata of its maker and place. No picture is touched.</summary>
    public async Task<bool> CleanAsync(string from, MediaKind kind, string to, CancellationToken cancellationToken) => (await RunAsync(
        _ffmpeg!,
        [
            "-nostdin", "-v", "error", "-protocol_whitelist", "file", "-f", kind.Demuxer, "-i", from, "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy",
            "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", "-f", kind == MediaKind.WebM ? "webm" : kind == MediaKind.QuickTime ? "mov" : "mp4", "-y", to,
        ],
        cancellationToken)).Code == 0;

    /// <summary>A small JPEG of a picture, or of a frame of a video.</summary>
    public async Task<bool> ShrinkAsync(string from, MediaKind kind, string to, CancellationToken cancellationToken) => (await RunAsync(
        _ffmpeg!,
        [
            "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-max_pixels", "100000000", "-f", kind.Demuxer, "-i", from, "-frames:v", "1",
            "-vf", "scale='min(720,iw)':-2", "-q:v", "4", "-f", "mjpeg", "-y", to,
        ],
        cancellationToken)).Code == 0;

    /// <summary>A JPEG of a video as it looks at that moment.</summary>
    public async Task<bool> StillAsync(string from, MediaKind kind, TimeSpan at, string to, CancellationToken cancellationToken) => (await RunAsync(
        _ffmpeg!,
        [
            "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-max_pixels", "100000000", "-f", kind.Demuxer, "-ss", at.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture),
            "-i", from, "-frames:v", "1", "-map_metadata", "-1", "-q:v", "3", "-f", "mjpeg", "-y", to,
        ],
        cancellationToken)).Code == 0;

    /// <summary>A picture on white paper of that size, upright, without metadata.</summary>
    /// <param name="turn">As EXIF counts it, 1 to 8.</param>
    /// <param name="quality">Of a JPEG, 2 is the best.</param>
    public async Task<bool> FitAsync(
        string from, MediaKind kind, int turn, (int PaperWidth, int PaperHeight, int Width, int Height) layout, string type, int quality, string to, CancellationToken cancellationToken)
    {
        var isJpeg = type == MediaKind.Jpeg.Type;
        var upright = turn switch
        {
            2 => "hflip,", 3 => "hflip,vflip,", 4 => "vflip,", 5 => "transpose=0,", 6 => "transpose=1,", 7 => "transpose=3,", 8 => "transpose=2,", _ => "",
        };
        var filter = string.Create(CultureInfo.InvariantCulture, $"color=c=white:s={layout.PaperWidth}x{layout.PaperHeight}[paper];[0:v]{upright}scale={layout.Width}:{layout.Height}:flags=lanczos[picture];")
            + $"[paper][picture]overlay=(W-w)/2:(H-h)/2:shortest=1:format=auto,format={(isJpeg ? "yuvj420p" : "rgb24")}[out]";
        return (await RunAsync(
            _ffmpeg!,
            [
                "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-max_pixels", "100000000", "-noautorotate", "-f", kind.Demuxer, "-i", from,
                "-filter_complex", filter, "-map", "[out]", "-frames:v", "1", "-map_metadata", "-1", "-q:v", quality.ToString(CultureInfo.InvariantCulture),
                "-c:v", isJpeg ? "mjpeg" : "png", "-f", "image2pipe", "-y", to,
            ],
            cancellationToken)).Code == 0;
    }

    private static async Task<(int Code, string Output)> RunAsync(string tool, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Prlimit ?? tool) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (Prlimit is not null)
        {
            foreach (var limit in new[] { "--as=2147483648", "--cpu=120", "--", tool })
            {
                start.ArgumentList.Add(limit);
            }
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new Win32Exception();
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        tooLong.CancelAfter(Longest);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(tooLong.Token);
            var errors = process.StandardError.ReadToEndAsync(tooLong.Token);
            await process.WaitForExitAsync(tooLong.Token);
            await errors;
            return process.ExitCode is Killed or Ended ? throw new CutOff() : (process.ExitCode, await output);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return (-1, "");
        }
    }

    /// <summary>Somebody or something ended the work; it may be tried again.</summary>
    public sealed class CutOff : Exception;

    private static string? Find(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, tool))
        .FirstOrDefault(File.Exists);
}
