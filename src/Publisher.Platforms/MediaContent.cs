using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Publisher.Platforms;

/// <summary>A file on its way to a platform: its length is known beforehand, and what was sent is hashed while it is read.</summary>
internal sealed class MediaContent : HttpContent
{
    private readonly IMediaFiles _files;
    private readonly Media _media;

    public MediaContent(IMediaFiles files, Media media)
    {
        _files = files;
        _media = media;
        Headers.ContentType = new MediaTypeHeaderValue(media.Type);
        Headers.ContentLength = media.Length;
    }

    /// <summary>SHA-256 of the bytes that were sent, lower-case hex; null until the whole file left.</summary>
    public string? Hash { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var file = _files.Open(_media);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81920];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _media.Length;
        return true;
    }
}
