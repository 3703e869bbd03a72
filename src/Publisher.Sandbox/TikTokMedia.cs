using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Bytes of videos, sent in pieces; photos, fetched from where the client keeps them.</summary>
internal sealed partial class TikTok
{
    private const long Million = 1_000_000;
    private const int MaxPhotoBytes = 20_000_000;
    private const int LongestSide = 1920;
    private static readonly TimeSpan UploadLife = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, List<byte[]>> _pieces = new();

    private void AddMedia() => Add(
        new Route("PUT", "upload/video/", CallKind.Media, TakePiece)
        {
            Open = true,
            Query = ["upload_id", "upload_token"],
            Headers = ["Content-Range"],
            Accepts = ["video/mp4", "video/quicktime", "video/webm"],
            // Nothing appears before the last byte; with it the post is made.
            KindOf = call => Range().Match(call.Headers.ContentRange.ToString()) is { Success: true } range && Number(range, "to") < Number(range, "size") - 1 ? CallKind.Media : CallKind.Create,
        });

    private static string? CheckChunks(long size, long chunk, long count)
    {
        if (size is < 1 or > 4000 * Million)
        {
            return "a video has at most 4 GB";
        }

        if (count != size / Math.Max(1, chunk) || count is < 1 or > 1000)
        {
            return "total_chunk_count is video_size divided by chunk_size, rounded down, at most 1000";
        }

        // A file below five megabytes goes whole; a single piece may have up to 64 of them.
        return size < 5 * Million ? (chunk == size ? null : "a small file goes in one piece")
            : chunk is < 5 * Million or > 64 * Million ? "a chunk has 5 to 64 MB"
            : null;
    }

    private static string Token(string id) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("token of " + id)))[..32];

    private static long Number(Match range, string name) => long.Parse(range.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    private Answer TakePiece(Call call)
    {
        if (call.Headers.Authorization.Count > 0)
        {
            Object(call, "the upload address carries its own token; the person's stays at home");
        }

        var id = call.Asked("upload_id") ?? "";
        if (!Uploads.TryGetValue(id, out var upload) || call.Asked("upload_token") != Token(id) || upload.Ready <= World.Now || !_publications.TryGetValue(id, out var publication))
        {
            return Error(403, "upload_url_expired", "The upload address is not valid.");
        }

        var (size, chunk) = (upload.Bytes, long.Parse(upload.Note!.Split('/')[0], CultureInfo.InvariantCulture));
        var count = long.Parse(upload.Note.Split('/')[1], CultureInfo.InvariantCulture);
        var pieces = _pieces.GetOrAdd(id, _ => []);
        var from = pieces.Count * chunk;
        var to = pieces.Count == count - 1 ? size - 1 : from + chunk - 1;
        var range = Range().Match(call.Headers.ContentRange.ToString());
        if (!range.Success || Number(range, "from") != from || Number(range, "to") != to || Number(range, "size") != size || call.Body.Length != to - from + 1)
        {
            Object(call, $"the next piece is bytes {from}-{to}/{size}, sent was {call.Headers.ContentRange} with {call.Body.Length} bytes");
            return Error(416, "invalid_range", "Range not satisfiable");
        }

        pieces.Add(call.Body);
        publication.Bytes = to + 1;
        if (to < size - 1)
        {
            return Answer.Empty(206);
        }

        _pieces.TryRemove(id, out _);
        Uploads.TryRemove(id, out _);
        byte[] bytes = [.. pieces.SelectMany(piece => piece)];
        var type = MediaStore.Look(bytes).Type;
        publication.FailReason ??= IsFailing(call) ? "internal" : type is "video/mp4" or "video/webm" ? null : "file_format_check_failed";
        Complete(publication, [new SandboxMedia(World.Media.Put(bytes), bytes.Length, type ?? "", null, null, null)]);
        return Answer.Empty(201);
    }

    private async Task FetchAsync(Publication publication, string[] addresses)
    {
        var media = new List<SandboxMedia>();
        foreach (var address in addresses)
        {
            if (await World.FetchAsync(address) is not { } bytes)
            {
                publication.FailReason ??= "photo_pull_failed";
                break;
            }

            var (type, width, height) = MediaStore.Look(bytes);
            publication.Bytes += bytes.Length;
            publication.FailReason ??= type is not ("image/jpeg" or "image/webp") ? "file_format_check_failed"
                : bytes.Length > MaxPhotoBytes || Math.Max(width ?? 0, height ?? 0) > LongestSide ? "picture_size_check_failed"
                : null;
            media.Add(new SandboxMedia(World.Media.Put(bytes), bytes.Length, type ?? "", null, width, height));
        }

        Complete(publication, media);
    }

    [GeneratedRegex("^bytes (?<from>[0-9]+)-(?<to>[0-9]+)/(?<size>[0-9]+)$")]
    private static partial Regex Range();
}
