using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Publisher.Platforms.Tests;

/// <summary>Files made for a test: real PNG pictures, and a file that begins as an MP4 video does.</summary>
internal sealed class MediaShelf : IMediaFiles
{
    private readonly Dictionary<string, byte[]> _byHash = [];

    public Stream Open(Media media) => new MemoryStream(_byHash[media.Hash], writable: false);

    public Media Picture(string alt, int width = 40, int height = 30)
    {
        var bytes = Png(width, height, _byHash.Count);
        return Keep(bytes) with { Type = "image/png", Width = width, Height = height, AltText = alt };
    }

    public Media Video(string alt, int length = 120_000)
    {
        var bytes = new byte[length];
        new Random(_byHash.Count).NextBytes(bytes);
        ReadOnlySpan<byte> head = [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isommp42"u8];
        head.CopyTo(bytes);
        return Keep(bytes) with { Type = "video/mp4", Width = 640, Height = 360, AltText = alt, Duration = TimeSpan.FromSeconds(8) };
    }

    private Media Keep(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _byHash[hash] = bytes;
        return new Media { Hash = hash, Length = bytes.Length, Type = "", Width = 0, Height = 0 };
    }

    /// <summary>One grey per picture, so that no two are the same file.</summary>
    private static byte[] Png(int width, int height, int grey)
    {
        using var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[width + 1];
            Array.Fill(row, (byte)(20 + (grey * 11)), 1, width);
            for (var y = 0; y < height; y++)
            {
                packed.Write(row);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc(body));
        return chunk;
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var letter in bytes)
        {
            crc ^= letter;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
