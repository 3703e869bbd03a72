using System.Buffers.Binary;
using System.IO.Compression;

namespace Publisher.Web.Tests.Journeys;

/// <summary>A picture that no other test has: a PNG of two colours from a number.</summary>
internal static class TestPicture
{
    private const int Width = 640;
    private const int Height = 360;

    public static byte[] Png(int number)
    {
        var rows = new byte[Height * ((Width * 3) + 1)];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var at = (y * ((Width * 3) + 1)) + 1 + (x * 3);
                rows[at] = (byte)(x * 255 / Width);
                rows[at + 1] = (byte)(y * 255 / Height);
                rows[at + 2] = (byte)(number * 40);
            }
        }

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
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] named = [.. type, .. content];
        var crc = uint.MaxValue;
        foreach (var one in named)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        var chunk = new byte[named.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(named.Length + 4), crc ^ uint.MaxValue);
        return chunk;
    }
}
