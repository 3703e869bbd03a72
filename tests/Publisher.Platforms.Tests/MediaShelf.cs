using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Publisher.Platforms.Tests;

/// <summary>Files made for a test: real PNG pictures, files that begin as a JPEG picture or an MP4 video does, and an address to fetch each from.</summary>
internal sealed class MediaShelf : IMediaFiles, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _byHash = [];
    private WebApplication? _server;

    /// <summary>Whether this installation can be reached from outside.</summary>
    public bool HasAddress { get; set; } = true;

    public Stream Open(Media media) => new MemoryStream(_byHash[media.Hash], writable: false);

    public Uri? AddressOf(Media media, Part part) => HasAddress ? new Uri(Address(), $"{media.Hash}.{media.Type.Split('/')[1]}") : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public Media Jpeg(string alt, int width = 640, int height = 480)
    {
        // The marks a reader of the size looks for, and a remark that makes each file another.
        byte[] size = [0xFF, 0xC0, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        byte[] bytes = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xFE, 0, 6, .. BitConverter.GetBytes(_byHash.Count), .. size, 0xFF, 0xD9];
        return Keep(bytes) with { Type = "image/jpeg", Width = width, Height = height, AltText = alt };
    }

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

    /// <summary>What is said in a video of <see cref="Video"/>, in one language.</summary>
    public Media Captions(string language)
    {
        var bytes = Encoding.UTF8.GetBytes($"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nThe bridge & the “water” ({language})\n");
        return Keep(bytes) with { Type = Media.CaptionsType, Language = language };
    }

    /// <summary>Starts serving with the first address that is asked for.</summary>
    private Uri Address()
    {
        if (_server is null)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
            _server = builder.Build();
            _server.Run(context =>
            {
                var name = context.Request.Path.Value!.Trim('/').Split('.');
                if (!_byHash.TryGetValue(name[0], out var bytes))
                {
                    context.Response.StatusCode = 404;
                    return Task.CompletedTask;
                }

                context.Response.ContentType = (name[1] == "mp4" ? "video/" : "image/") + name[1];
                context.Response.ContentLength = bytes.Length;
                return context.Response.Body.WriteAsync(bytes).AsTask();
            });
            _server.StartAsync().GetAwaiter().GetResult();
        }

        return new UriBuilder(_server.Urls.First()) { Host = "localhost" }.Uri;
    }

    internal Media Keep(byte[] bytes)
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
