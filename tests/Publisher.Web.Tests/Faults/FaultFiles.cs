using Publisher.Platforms;
using Publisher.Web.Tests.Journeys;

namespace Publisher.Web.Tests.Faults;

/// <summary>The smallest files that platforms take: read by their first bytes, as the stand-ins do it.</summary>
internal static class FaultFiles
{
    /// <summary>Where a picture leaves with the visible call, and only a video is brought beforehand.</summary>
    private static readonly string[] PicturesWithThePost = ["tiktok", "pinterest"];

    /// <summary>What a cell sends along: a picture where the platform takes pictures, else a video; nothing where a text will do.</summary>
    public static (byte[] Bytes, Publisher.Platforms.Media Media)? For(FaultColumn column, PlatformInfo info) =>
        column.WithVideo || (column.WithFile && PicturesWithThePost.Contains(info.Name)) ? Video()
        : !column.WithFile && !info.Limits.NeedsMedia ? null
        : info.Limits.Images == 0 ? Video()
        : info.Limits.ImageTypes.Contains("image/png") ? (TestPicture.Png(1), Described("image/png", 640, 360))
        : (Jpeg(), Described("image/jpeg", 640, 480));

    private static (byte[] Bytes, Publisher.Platforms.Media Media) Video()
    {
        var bytes = new byte[60_000];
        new Random(1).NextBytes(bytes);
        ReadOnlySpan<byte> head = [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isommp42"u8];
        head.CopyTo(bytes);
        return (bytes, Described("video/mp4", 640, 360) with { Duration = TimeSpan.FromSeconds(8) });
    }

    private static byte[] Jpeg()
    {
        byte[] size = [0xFF, 0xC0, 0, 17, 8, 480 >> 8, 480 & 255, 640 >> 8, 640 & 255, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        return [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0, .. size, 0xFF, 0xD9];
    }

    private static Publisher.Platforms.Media Described(string type, int width, int height) => new() { Hash = "", Length = 0, Type = type, Width = width, Height = height, AltText = "A gauge at a river" };
}
