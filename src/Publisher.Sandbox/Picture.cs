using System.Buffers.Binary;
using System.IO.Compression;

namespace Publisher.Sandbox;

/// <summary>Draws the pictures of the sandbox's own pages: a PNG with a sky, a horizon and waves, different for each name.</summary>
public static class Picture
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1))];

    /// <summary>The picture's PNG bytes; the same name gives the same bytes.</summary>
    public static byte[] Png(string name, int width = 1200, int height = 630)
    {
        var hue = name.Aggregate(17, (h, c) => ((h * 31) + c) % 360);
        var rows = new byte[height * ((width * 3) + 1)];
        for (var y = 0; y < height; y++)
        {
            var at = y * ((width * 3) + 1);
            for (var x = 0; x < width; x++)
            {
                var (red, green, blue) = Colour(hue, (double)x / width, (double)y / height);
                rows[at + 1 + (x * 3)] = red;
                rows[at + 2 + (x * 3)] = green;
                rows[at + 3 + (x * 3)] = blue;
            }
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        head[9] = 2;
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(png, "IHDR"u8, head);
        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static (byte Red, byte Green, byte Blue) Colour(int hue, double x, double y)
    {
        var wave = 0.58 + (0.05 * Math.Sin((x * 9) + hue)) + (0.02 * Math.Sin((x * 23) + (hue * 0.5)));
        var depth = Math.Floor(Math.Max(0, y - wave) / 0.11);
        var light = y < wave ? 0.86 - (y * 0.35) : 0.5 - (depth * 0.09);
        var tone = 205 + (hue % 40) - 20;
        return Rgb(y < wave ? tone - 8 : tone + 4, y < wave ? 0.45 : 0.55, Math.Max(0.15, light));
    }

    private static (byte Red, byte Green, byte Blue) Rgb(double hue, double saturation, double light)
    {
        byte Channel(double n)
        {
            var k = (n + (hue / 30)) % 12;
            var a = saturation * Math.Min(light, 1 - light);
            return (byte)Math.Round(255 * (light - (a * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1)))));
        }

        return (Channel(0), Channel(8), Channel(4));
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> name, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        byte[] body = [.. name, .. data];
        var crc = uint.MaxValue;
        foreach (var b in body)
        {
            crc = CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8);
        }

        var sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~crc);
        png.Write(length);
        png.Write(body);
        png.Write(sum);
    }
}
