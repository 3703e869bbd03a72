using System.Buffers.Binary;
using System.IO.Compression;

namespace Publisher.Web.Shell;

/// <summary>Draws the pictures of the demo's messages: a sky, hills, and water or fields in front.</summary>
internal static class DemoPicture
{
    private const int Width = 1200;
    private const int Height = 675;

    public static byte[] River() => Draw((190, 215, 235), (240, 232, 215), (64, 110, 92), (38, 104, 148), 0.55);

    public static byte[] Fields() => Draw((150, 196, 232), (226, 240, 248), (92, 128, 74), (196, 176, 92), 0.9);

    private static byte[] Draw((int R, int G, int B) top, (int R, int G, int B) horizon, (int R, int G, int B) hill, (int R, int G, int B) front, double phase)
    {
        var rows = new byte[Height * ((Width * 3) + 1)];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var far = 300 + (60 * Math.Sin((x / 190.0) + phase)) + (22 * Math.Sin((x / 61.0) + (3 * phase)));
                var near = 440 + (26 * Math.Sin((x / 240.0) - phase));
                var (colour, shade) = y < far ? (Mix(top, horizon, y / far), 0.0)
                    : y < near ? (hill, 0.10 * Math.Sin((x + y) / 37.0))
                    : (front, 0.16 * Math.Sin((y / (4.0 + ((y - near) / 40.0))) + (Math.Sin(x / 80.0) * 1.5)));
                var at = (y * ((Width * 3) + 1)) + 1 + (x * 3);
                rows[at] = Lit(colour.R, shade);
                rows[at + 1] = Lit(colour.G, shade);
                rows[at + 2] = Lit(colour.B, shade);
            }
        }

        return Png(rows);
    }

    private static (int R, int G, int B) Mix((int R, int G, int B) one, (int R, int G, int B) other, double share) =>
        ((int)(one.R + ((other.R - one.R) * share)), (int)(one.G + ((other.G - one.G) * share)), (int)(one.B + ((other.B - one.B) * share)));

    private static byte Lit(int value, double shade) => (byte)Math.Clamp(value * (1 + shade), 0, 255);

    private static byte[] Png(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = 8;
        header[9] = 2;
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(content, Crc(type, uint.MaxValue)) ^ uint.MaxValue);
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return crc;
    }
}
