using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Publisher.Sandbox;

/// <summary>Something a client uploaded, or is uploading.</summary>
internal sealed record Upload
{
    public required string Id { get; init; }

    public required string Platform { get; init; }

    public required string Account { get; init; }

    public string? Sha256 { get; init; }

    public long Bytes { get; init; }

    /// <summary>The type seen in the bytes, such as image/png; null when they are nothing known.</summary>
    public string? Type { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public string? Alt { get; init; }

    /// <summary>When it is processed; null while bytes are missing.</summary>
    public DateTimeOffset? Ready { get; init; }

    /// <summary>What the platform notes about it: a category, a token.</summary>
    public string? Note { get; init; }

    /// <summary>Captions that were put beside a video.</summary>
    public IReadOnlyList<SandboxCaptions> Captions { get; init; } = [];

    /// <summary>The picture that stands for a video.</summary>
    public string? CoverSha256 { get; init; }

    public bool IsVideo => Type is "video/mp4" or "video/webm";

    public bool IsImage => Type?.StartsWith("image/", StringComparison.Ordinal) == true;

    public SandboxMedia ToMedia(string? alt) => new(Sha256 ?? "", Bytes, Type ?? "", alt, Width, Height) { Captions = Captions, CoverSha256 = CoverSha256 };

    /// <summary>With these captions, in the place of those it had in that language.</summary>
    public Upload With(SandboxCaptions captions) => this with { Captions = [.. Captions.Where(one => one.Language != captions.Language), captions] };
}

/// <summary>The bytes of everything uploaded, by their SHA-256; in memory, or in a folder where a state file is kept.</summary>
internal sealed class MediaStore(string? folder)
{
    private readonly ConcurrentDictionary<string, byte[]> _bytes = new();

    public string Put(byte[] bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (folder is null)
        {
            _bytes[hash] = bytes;
            return hash;
        }

        var path = Path.Combine(folder, hash);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            var part = $"{path}.{Guid.NewGuid():N}.part";
            File.WriteAllBytes(part, bytes);
            File.Move(part, path, overwrite: true);
        }

        return hash;
    }

    public byte[]? Get(string hash)
    {
        if (_bytes.TryGetValue(hash, out var bytes))
        {
            return bytes;
        }

        var isHash = hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower);
        return folder is not null && isHash && File.Exists(Path.Combine(folder, hash)) ? File.ReadAllBytes(Path.Combine(folder, hash)) : null;
    }

    /// <summary>Whether they are captions as WebVTT (w3.org/TR/webvtt1), with a line of times.</summary>
    public static bool IsWebVtt(byte[] bytes) =>
        System.Text.Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF') is var text && text.StartsWith("WEBVTT\n", StringComparison.Ordinal) && text.Contains(" --> ", StringComparison.Ordinal);

    /// <summary>Type and size from the bytes, as every platform does it: the name and the declared type prove nothing.</summary>
    public static (string? Type, int? Width, int? Height) Look(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', _, _, _, _, _, _, _, _, _, _, _, _, ..] when bytes.Length >= 24
            => ("image/png", Big32(bytes[16..]), Big32(bytes[20..])),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', _, _, ..] when bytes.Length >= 10
            => ("image/gif", bytes[6] | (bytes[7] << 8), bytes[8] | (bytes[9] << 8)),
        [0xFF, 0xD8, 0xFF, ..] => JpegSize(bytes),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ("image/webp", null, null),
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => ("video/mp4", null, null),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => ("video/webm", null, null),
        _ => (null, null, null),
    };

    private static (string?, int?, int?) JpegSize(ReadOnlySpan<byte> bytes)
    {
        for (var i = 2; i + 9 < bytes.Length && bytes[i] == 0xFF;)
        {
            var marker = bytes[i + 1];
            var isFrame = marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;
            if (isFrame)
            {
                return ("image/jpeg", (bytes[i + 7] << 8) | bytes[i + 8], (bytes[i + 5] << 8) | bytes[i + 6]);
            }

            i += 2 + ((bytes[i + 2] << 8) | bytes[i + 3]);
        }

        return ("image/jpeg", null, null);
    }

    private static int Big32(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes);
}
