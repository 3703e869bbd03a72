using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Publisher.Platforms;

/// <summary>
/// A file on its way through the resumable protocol that Google describes and others follow
/// (developers.google.com/youtube/v3/guides/using_resumable_upload_protocol; github.com/kukhariev/node-uploadx, proto.md): the server says
/// how far it is, and gets the rest in pieces. What was interrupted goes on where it stopped.
/// </summary>
internal static class ResumableUpload
{
    /// <summary>"Go on": the number that elsewhere means a permanent redirect.</summary>
    private const HttpStatusCode Incomplete = HttpStatusCode.PermanentRedirect;

    /// <param name="put">A new request to the upload's address, signed.</param>
    /// <param name="pieceLength">Bytes in one request, at most.</param>
    /// <returns>
    /// The last answer, a success where the whole file is there, and the SHA-256 of its bytes. Where it is still "go on", the server is
    /// not where it said it was: asked again it tells where.
    /// </returns>
    public static async Task<(Answer Answer, string Hash)> SendAsync(
        HttpClient http, IMediaFiles files, Media media, Func<HttpRequestMessage> put, long pieceLength, CancellationToken cancellationToken)
    {
        await using var file = files.Open(media);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var at = 0L;
        var answer = await PutAsync(new ByteArrayContent([]), new ContentRangeHeaderValue(media.Length));
        while (answer.Status == Incomplete && Received(answer) is var received && received >= at && received < media.Length)
        {
            await CopyAsync(file, hash, received - at, Stream.Null, cancellationToken);
            at = received;
            var length = Math.Min(pieceLength, media.Length - at);
            answer = await PutAsync(new Piece(file, hash, length), new ContentRangeHeaderValue(at, at + length - 1, media.Length));
            at += length;
        }

        if (!answer.IsSuccess)
        {
            return (answer, "");
        }

        // What had arrived before is read all the same: the hash is of the whole file.
        await CopyAsync(file, hash, media.Length - at, Stream.Null, cancellationToken);
        return (answer, Convert.ToHexStringLower(hash.GetHashAndReset()));

        async Task<Answer> PutAsync(HttpContent content, ContentRangeHeaderValue range)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.ContentRange = range;
            using var request = put();
            request.Content = content;
            return await http.AskAsync(request, cancellationToken);
        }
    }

    /// <summary>Bytes the server has, from "bytes=0-262143"; none where it says nothing.</summary>
    private static long Received(Answer answer) =>
        answer.Headers.TryGetValues("Range", out var values) && values.First() is var range
        && long.TryParse(range.AsSpan(range.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last + 1
            : 0;

    private static async Task CopyAsync(Stream file, IncrementalHash hash, long length, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        for (var left = length; left > 0;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, left));
            await file.ReadExactlyAsync(part, cancellationToken);
            hash.AppendData(part.Span);
            await target.WriteAsync(part, cancellationToken);
            left -= part.Length;
        }
    }

    /// <summary>The next bytes of the file, hashed while they leave.</summary>
    private sealed class Piece(Stream file, IncrementalHash hash, long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            CopyAsync(file, hash, length, stream, cancellationToken);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
