using System.Buffers.Binary;

namespace Publisher.Web.Media;

/// <summary>What a file is, read from its first bytes. What a browser or a name says counts for nothing; SVG and HTML are not among these.</summary>
/// <param name="Type">Media type.</param>
/// <param name="Demuxer">The one ffmpeg may use for it.</param>
internal sealed record MediaKind(string Type, string Demuxer)
{
    public static readonly MediaKind Jpeg = new("image/jpeg", "jpeg_pipe");
    public static readonly MediaKind Png = new("image/png", "png_pipe");
    public static readonly MediaKind Gif = new("image/gif", "gif");
    public static readonly MediaKind WebP = new("image/webp", "webp_pipe");
    public static readonly MediaKind Mp4 = new("video/mp4", "mov");
    public static readonly MediaKind QuickTime = new("video/quicktime", "mov");
    public static readonly MediaKind WebM = new("video/webm", "matroska");

    /// <summary>Captions; what is handed in as such is read by <see cref="CaptionsFile"/>.</summary>
    public static readonly MediaKind WebVtt = new(Platforms.Media.CaptionsType, "webvtt");

    public bool IsVideo => Type.StartsWith("video/", StringComparison.Ordinal);

    public static MediaKind? Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => Gif,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'q', (byte)'t', (byte)' ', (byte)' ', ..] => QuickTime,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => Mp4,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => WebM,
        _ => null,
    };

    /// <summary>Pixels of a picture; null where its header is broken.</summary>
    public (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file) => this switch
    {
        _ when this == Png && file.Length >= 24 => Checked(BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..])),
        _ when this == Gif && file.Length >= 10 => Checked(BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..])),
        _ when this == WebP => WebPSize(file),
        _ when this == Jpeg => JpegSize(file),
        _ => null,
    };

    // Start-of-frame markers are C0 to CF without C4 (tables), C8 (reserved) and CC (conditioning): ITU-T T.81, table B.1.
    private static (int, int)? JpegSize(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at + 9 < file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
            }
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return Checked(BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }
            else
            {
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            }
        }

        return null;
    }

    // developers.google.com/speed/webp/docs/riff_container and RFC 9649: the size stands in VP8X, VP8L or VP8, in other bits each.
    private static (int, int)? WebPSize(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30)
        {
            return null;
        }

        var chunk = file[12..];
        return chunk[..4] switch
        {
            [(byte)'V', (byte)'P', (byte)'8', (byte)'X'] => Checked(1 + (chunk[12] | chunk[13] << 8 | chunk[14] << 16), 1 + (chunk[15] | chunk[16] << 8 | chunk[17] << 16)),
            [(byte)'V', (byte)'P', (byte)'8', (byte)'L'] => BinaryPrimitives.ReadUInt32LittleEndian(chunk[9..]) is var bits ? Checked((int)(bits & 0x3FFF) + 1, (int)(bits >> 14 & 0x3FFF) + 1) : null,
            _ => Checked(BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(chunk[16..]) & 0x3FFF),
        };
    }

    private static (int, int)? Checked(int width, int height) => width > 0 && height > 0 ? (width, height) : null;
}
