using System.Globalization;
using Publisher.Platforms;

namespace Publisher.Web.Media;

/// <summary>
/// What a picture has to become for a channel whose limits it is over: of which kind, how large, how wide for its height. The same
/// for all channels with the same limits.
/// </summary>
public sealed record Fit(string Type, long Bytes, long Pixels, int Side, double Narrowest, double Widest)
{
    /// <summary>Names it among the copies that are kept.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Type} {Bytes} {Pixels} {Side} {Narrowest:R} {Widest:R}");

    /// <summary>Null where it fits as it is, and where nothing can be done: videos, moving pictures, kinds we do not write.</summary>
    public static Fit? Of(MediaFile file, Limits limits)
    {
        if (file.Duration is not null || file.Type == MediaKind.Gif.Type || limits.Images == 0 || IsWithin(file, limits))
        {
            return null;
        }

        var type = new[] { MediaKind.Jpeg.Type, MediaKind.Png.Type }.FirstOrDefault(limits.ImageTypes.Contains);
        return type is null ? null : new Fit(
            type, limits.ImageBytes, limits.ImagePixels ?? long.MaxValue, limits.ImageSide ?? int.MaxValue, limits.ImageNarrowest ?? 0, limits.ImageWidest ?? double.MaxValue);
    }

    /// <summary>
    /// The paper and the picture on it, in pixels: as large as the limits and <paramref name="scale"/> allow. Where the picture is too wide or too
    /// narrow it is not cut, the paper is wider than it.
    /// </summary>
    internal (int PaperWidth, int PaperHeight, int Width, int Height) Layout(int width, int height, double scale)
    {
        var (paperWidth, paperHeight) = ((double)width, (double)height);
        if (paperWidth / paperHeight < Narrowest)
        {
            paperWidth = paperHeight * Narrowest;
        }
        else if (paperWidth / paperHeight > Widest)
        {
            paperHeight = paperWidth / Widest;
        }

        scale *= Math.Min(1, Math.Min(Side / Math.Max(paperWidth, paperHeight), Math.Sqrt(Pixels / (paperWidth * paperHeight))));
        return (Even(paperWidth * scale), Even(paperHeight * scale), Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
    }

    private static bool IsWithin(MediaFile file, Limits limits) =>
        limits.ImageTypes.Contains(file.Type)
        && file.Length <= limits.ImageBytes
        && (long)file.Width * file.Height <= (limits.ImagePixels ?? long.MaxValue)
        && Math.Max(file.Width, file.Height) <= (limits.ImageSide ?? int.MaxValue)
        && PostCheck.IsRatioWithin(file.Width, file.Height, limits.ImageNarrowest, limits.ImageWidest);

    // A JPEG with colour at half the size wants even sides.
    private static int Even(double side) => Math.Max(2, (int)side & ~1);
}

/// <summary>A copy of a picture that was made to fit. It is a file like any other.</summary>
public sealed class MediaFit
{
    public required long SourceId { get; init; }

    /// <summary>See <see cref="Fit.Key"/>.</summary>
    public required string Key { get; init; }

    public required long FittedId { get; init; }
}
