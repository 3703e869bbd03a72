using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Pinterest;

/// <summary>A pin's JSON with its pictures inside. They are encoded while they are read, so that none stands in memory as a whole; the length is known beforehand.</summary>
internal sealed class PinContent : HttpContent
{
    /// <summary>Bytes read at once: a multiple of three, so that only the last piece of a picture is padded.</summary>
    private const int Block = 3 * 16384;

    private readonly IMediaFiles _files;
    private readonly IReadOnlyList<Media> _pictures;
    private readonly byte[][] _between;

    /// <param name="pin">With as many empty properties "data" as there are pictures.</param>
    public PinContent(JsonObject pin, IMediaFiles files, IReadOnlyList<Media> pictures)
    {
        _files = files;
        _pictures = pictures;
        // Inside a text a quotation mark is always escaped: these characters stand only where a picture belongs.
        _between = [.. pin.ToJsonString().Replace("\"data\":\"\"", "\"data\":\"\0\"").Split('\0').Select(Encoding.UTF8.GetBytes)];
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var place = 0; place < _pictures.Count; place++)
        {
            await stream.WriteAsync(_between[place], cancellationToken);
            await using var file = _files.Open(_pictures[place]);
            await EncodeAsync(file, stream, cancellationToken);
        }

        await stream.WriteAsync(_between[^1], cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _between.Sum(text => (long)text.Length) + _pictures.Sum(picture => (picture.Length + 2) / 3 * 4);
        return true;
    }

    private static async Task EncodeAsync(Stream file, Stream target, CancellationToken cancellationToken)
    {
        var bytes = new byte[Block];
        var text = new byte[Block / 3 * 4];
        int read;
        while ((read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            Base64.EncodeToUtf8(bytes.AsSpan(0, read), text, out _, out var written);
            await target.WriteAsync(text.AsMemory(0, written), cancellationToken);
        }
    }
}
