using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Media;
using Publisher.Web.People;
using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Media;

public sealed class FittingTests
{
    private static readonly Limits Small = new() { Text = 100, ImageBytes = 40_000, ImageTypes = ["image/jpeg"], ImageSide = 600, ImageNarrowest = 0.8, ImageWidest = 1.91 };

    [Fact]
    public async Task A_picture_over_the_limits_gets_a_copy_within_all_of_them()
    {
        await using var office = await Office.OpenAsync();
        var (desk, actor) = await DeskAsync(office);
        var picture = await AddAsync(desk, actor, office, "testsrc2=s=3000x500", "png");

        var copy = (await desk.FitAsync(actor, picture, Fit.Of(picture, Small).ShouldNotBeNull(), Office.Stop)).Value.ShouldNotBeNull();

        Fit.Of(copy, Small).ShouldBeNull();
        (copy.Type, copy.Width, copy.Height).ShouldBe(("image/jpeg", 600, 314));
        copy.Length.ShouldBeLessThanOrEqualTo(40_000);
        MediaKind.Jpeg.SizeOf(await System.IO.File.ReadAllBytesAsync(new MediaStore(office.Folder).PathOf(copy.Hash), Office.Stop)).ShouldBe((600, 314));
        // What was cut nowhere stands on white paper.
        (await PixelAsync(office, copy, 300, 2)).ShouldAllBe(colour => colour > 240);
        (await office.LogAsync()).ShouldContain(entry => entry.Action == "media.fitted");
    }

    [Fact]
    public async Task The_same_copy_is_made_once()
    {
        await using var office = await Office.OpenAsync();
        var (desk, actor) = await DeskAsync(office);
        var picture = await AddAsync(desk, actor, office, "testsrc2=s=900x700", "png");
        var fit = Fit.Of(picture, Small).ShouldNotBeNull();

        var first = (await desk.FitAsync(actor, picture, fit, Office.Stop)).Value.ShouldNotBeNull();
        var second = (await desk.FitAsync(actor, picture, fit, Office.Stop)).Value.ShouldNotBeNull();

        second.Id.ShouldBe(first.Id);
        (await office.LogAsync()).Count(entry => entry.Action == "media.fitted").ShouldBe(1);
    }

    [Fact]
    public async Task A_photo_taken_upright_stays_upright()
    {
        await using var office = await Office.OpenAsync();
        var (desk, actor) = await DeskAsync(office);
        // Lies on its side in the file, red on the left: turned clockwise red is on top.
        var picture = await AddAsync(desk, actor, office, "color=red:s=400x400[a];color=blue:s=400x400[b];[a][b]hstack", "mjpeg", turned: 6);
        (picture.Width, picture.Height).ShouldBe((400, 800));

        var copy = (await desk.FitAsync(actor, picture, Fit.Of(picture, Small).ShouldNotBeNull(), Office.Stop)).Value.ShouldNotBeNull();

        (copy.Width, copy.Height).ShouldBe((480, 600));
        var (top, bottom) = (await PixelAsync(office, copy, 240, 100), await PixelAsync(office, copy, 240, 500));
        (top[0] > 200 && top[2] < 60).ShouldBeTrue($"the top is {string.Join(' ', top)}");
        (bottom[2] > 200 && bottom[0] < 60).ShouldBeTrue($"the bottom is {string.Join(' ', bottom)}");
    }

    [Fact]
    public async Task Work_that_somebody_ends_is_told_as_cut_off_and_succeeds_when_it_is_tried_again()
    {
        await using var office = await Office.OpenAsync();
        var (desk, actor) = await DeskAsync(office);
        var picture = await AddAsync(desk, actor, office, "testsrc2=s=9000x9000", "png");
        var fit = Fit.Of(picture, Small).ShouldNotBeNull();

        var fitting = Task.Run(() => desk.FitAsync(actor, picture, fit, Office.Stop), Office.Stop);
        Process? worker = null;
        while ((worker = Worker(picture.Hash)) is null)
        {
            fitting.IsCompleted.ShouldBeFalse();
            await Task.Delay(5, Office.Stop);
        }

        worker.Kill();
        worker.Dispose();
        (await fitting).Refusal.ShouldNotBeNull().Code.ShouldBe("media.cut.off");
        (await desk.FitAsync(actor, picture, fit, Office.Stop)).Refusal.ShouldBeNull();
    }

    [Fact]
    public void What_fits_and_what_can_not_be_written_gets_no_copy()
    {
        Fit.Of(File(), Small).ShouldBeNull();
        Fit.Of(File(type: "image/gif", length: 90_000), Small).ShouldBeNull();
        Fit.Of(File(length: 90_000), Small with { Images = 0 }).ShouldBeNull();
        Fit.Of(File(length: 90_000), Small with { ImageTypes = ["image/webp"] }).ShouldBeNull();
        Fit.Of(File(type: "image/png"), Small).ShouldNotBeNull().Type.ShouldBe("image/jpeg");
        Fit.Of(File(length: 90_000), Small).ShouldNotBeNull();
    }

    /// <summary>The process that works on this file, once it is ffmpeg and not what sets its limits any more.</summary>
    private static Process? Worker(string hash)
    {
        foreach (var process in Process.GetProcessesByName("ffmpeg"))
        {
            try
            {
                if (System.IO.File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(hash, StringComparison.Ordinal))
                {
                    return process;
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }

            process.Dispose();
        }

        return null;
    }

    private static MediaFile File(string type = "image/jpeg", long length = 30_000) => new()
    {
        SenderId = 1, Hash = "", Type = type, Length = length, Width = 500, Height = 400, FileName = "", AddedBy = 1, AddedAt = DateTimeOffset.UnixEpoch,
    };

    private static async Task<(MediaDesk Desk, Actor Actor)> DeskAsync(Office office)
    {
        var officer = await office.PersonAsync("Olga", new NewGrant(Role.Officer, office.MinistryId));
        return (ActivatorUtilities.CreateInstance<MediaDesk>(office.Services, new MediaStore(office.Folder)), officer);
    }

    private static async Task<MediaFile> AddAsync(MediaDesk desk, Actor actor, Office office, string drawing, string kind, int turned = 1)
    {
        var bytes = await RunAsync(["-f", "lavfi", "-i", drawing, "-frames:v", "1", "-q:v", "2", "-c:v", kind, "-f", "image2pipe", "-"]);
        if (turned > 1)
        {
            byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0\x2A\0\0\0\x08"u8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)turned, 0, 0, 0, 0, 0, 0];
            bytes = [.. bytes[..2], .. exif, .. bytes[2..]];
        }

        using var stream = new MemoryStream(bytes);
        var added = await desk.AddAsync(actor, office.MinistryId, stream, "picture", Office.Stop);
        added.Refusal.ShouldBeNull();
        return added.Value!;
    }

    private static async Task<byte[]> PixelAsync(Office office, MediaFile file, int x, int y) =>
        await RunAsync(["-i", new MediaStore(office.Folder).PathOf(file.Hash), "-vf", $"format=rgb24,crop=1:1:{x}:{y}", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]);

    private static async Task<byte[]> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", .. arguments]) { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, Office.Stop);
        await process.WaitForExitAsync(Office.Stop);
        process.ExitCode.ShouldBe(0);
        return output.ToArray();
    }
}
