using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>Six seconds as platforms like them: H.264, 25 pictures a second, with sound. Another number is another film: some platforms refuse one they have.</summary>
internal static class TestFilm
{
    public static async Task WriteAsync(string path, int number = 0)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg",
        [
            "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=6", "-f", "lavfi", "-i", $"sine=f={440 + number}:d=6", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
            "-c:a", "aac", "-movflags", "+faststart", path,
        ]))!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0);
    }
}
