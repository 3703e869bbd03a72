using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.TikTok;

/// <summary>
/// What TikTok wants asked before every post, and all of a video but its last piece. Nothing appears before the last byte, so all of it may be
/// repeated; an announced video that is never finished is forgotten.
/// </summary>
internal sealed partial class TikTokPlatform
{
    /// <summary>In a prepared photo: the creator has switched comments off, and asking for them would be refused.</summary>
    private const string CommentsOff = "comments.off";

    /// <summary>The upload address is good for an hour; this leaves room for the last piece.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(50);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (soFar.Files.Count > 0 && soFar.UsableUntil > now)
        {
            return PrepareResult.Ready(soFar);
        }

        var (creator, refusal) = await CreatorAsync(account.Server, account.Credentials.Token, cancellationToken);
        if (creator is null)
        {
            return PrepareResult.Failed(Prepared.Nothing, refusal!);
        }

        if (!creator.Audiences.Contains(Audience(part)))
        {
            return PrepareResult.Failed(Prepared.Nothing, PublishResult.Rejected(Codes.OptionRefused));
        }

        var (prepared, failure) = IsVideo(part) ? await BringVideoAsync(part, creator, account, cancellationToken) : Addresses(part, creator);
        return failure is null
            ? PrepareResult.Ready(new Prepared { Files = prepared, UsableUntil = now + Kept })
            : PrepareResult.Failed(Prepared.Nothing, failure);
    }

    private (IReadOnlyList<PreparedFile> Files, PublishResult? Failure) Addresses(Part part, Creator creator)
    {
        var photos = new List<PreparedFile>();
        foreach (var photo in part.Media)
        {
            if (files.AddressOf(photo, part) is not { } address)
            {
                return ([], PublishResult.Rejected(Codes.AddressMissing));
            }

            photos.Add(new PreparedFile(address.AbsoluteUri, photo.Hash) { Data = creator.HasCommentsOff ? CommentsOff : null });
        }

        return (photos, null);
    }

    private async Task<(IReadOnlyList<PreparedFile> Files, PublishResult? Failure)> BringVideoAsync(Part part, Creator creator, Account account, CancellationToken cancellationToken)
    {
        var video = part.Media[0];
        if (creator.Longest is { } longest && video.Duration > longest)
        {
            return ([], PublishResult.Rejected(Codes.MediaRefused));
        }

        var info = PostInfo(part);
        info["title"] = part.Text;
        info["disable_comment"] = part.Option("comments") != "on" || creator.HasCommentsOff;
        info["disable_duet"] = part.Option("duet") != "on" || creator.HasDuetOff;
        info["disable_stitch"] = part.Option("stitch") != "on" || creator.HasStitchOff;
        info["is_aigc"] = part.Option("made_with_ai") == "yes";
        if (video.CoverAt is { } moment)
        {
            info["video_cover_timestamp_ms"] = (long)moment.TotalMilliseconds;
        }

        var pieces = Pieces.Of(video.Length);
        using var request = Signed("post/publish/video/init/", account, new JsonObject
        {
            ["post_info"] = info,
            ["source_info"] = new JsonObject { ["source"] = "FILE_UPLOAD", ["video_size"] = video.Length, ["chunk_size"] = pieces.Size, ["total_chunk_count"] = pieces.Count },
        });
        var answer = await http.AskAsync(request, cancellationToken);
        var data = answer.Json().Get("data");
        if (!IsOk(answer))
        {
            return ([], answer.As(Meaning(answer, visible: false)));
        }

        if (data.Text("publish_id") is not { Length: > 0 } id || Door(data.Text("upload_url"), account) is not { } door)
        {
            // The answer opens the upload to whoever holds it: it is not shown.
            return ([], PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        var (hash, failure) = await SendAllButLastAsync(video, pieces, door, account, cancellationToken);
        return failure is null ? ([new PreparedFile(id, hash) { Data = door.AbsoluteUri }], null) : ([], failure);
    }

    /// <summary>Every piece but the last. The whole file is read all the same: its hash is what the approval is compared with.</summary>
    private async Task<(string Hash, PublishResult? Failure)> SendAllButLastAsync(Media video, Pieces pieces, Uri door, Account account, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = files.Open(video);
        var bytes = new byte[pieces.Count > 1 ? pieces.Size : 1 << 17];
        for (var from = 0L; from < pieces.LastFrom; from += pieces.Size)
        {
            await file.ReadExactlyAsync(bytes, cancellationToken);
            hash.AppendData(bytes);
            var answer = await PutAsync(door, new ByteArrayContent(bytes), video, from, bytes.Length, account, cancellationToken);
            if (answer.Status != HttpStatusCode.PartialContent)
            {
                return ("", answer.As(UploadMeaning(answer, visible: false)));
            }
        }

        int read;
        while ((read = await file.ReadAsync(bytes, cancellationToken)) > 0)
        {
            hash.AppendData(bytes.AsSpan(0, read));
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), null);
    }

    /// <summary>The visible call for a video: with its last byte it is posted.</summary>
    private async Task<PublishResult> SendLastPieceAsync(Part part, PreparedFile announced, Account account, CancellationToken cancellationToken)
    {
        if (Door(announced.Data, account) is not { } door)
        {
            return PublishResult.NotNow(Codes.MediaGone);
        }

        var video = part.Media[0];
        var from = Pieces.Of(video.Length).LastFrom;
        await using var file = files.Open(video);
        await PassAsync(file, from, cancellationToken);
        var answer = await PutAsync(door, new StreamContent(file), video, from, video.Length - from, account, cancellationToken);
        if (answer.Status == HttpStatusCode.Created)
        {
            return answer.As(Accepted(announced.Id));
        }

        // A piece is also refused that is there already, from a try whose answer was lost: brought anew it would be a second post.
        var refusal = UploadMeaning(answer, visible: true);
        return answer.As(refusal.Code != Codes.MediaGone || IsNotPosted(await StatusAsync(announced.Id, account, cancellationToken), part) ? refusal : PublishResult.Unclear(Codes.MediaGone));
    }

    /// <summary>The address of the upload opens it by itself: the person's token stays at home, and neither stands in what is shown.</summary>
    private async Task<Answer> PutAsync(Uri door, HttpContent piece, Media video, long from, long length, Account account, CancellationToken cancellationToken)
    {
        piece.Headers.ContentType = new MediaTypeHeaderValue(video.Type);
        piece.Headers.ContentLength = length;
        piece.Headers.ContentRange = new ContentRangeHeaderValue(from, from + length - 1, video.Length);
        using var request = new HttpRequestMessage(HttpMethod.Put, door) { Content = piece };
        var answer = await http.AskAsync(request, cancellationToken);
        return answer with
        {
            Secret = account.Credentials.Token.Value,
            Body = door.Query.Length > 1 ? answer.Body.Replace(door.Query, "•••", StringComparison.Ordinal) : answer.Body,
        };
    }

    /// <summary>A refused piece is not there, and without the last nothing is posted: the video is announced and brought anew.</summary>
    private PublishResult UploadMeaning(Answer answer, bool visible) => answer.Status switch
    {
        HttpStatusCode.TooManyRequests => TooMany(answer),
        HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType => PublishResult.Rejected(Codes.MediaRefused),
        HttpStatusCode.RequestTimeout => Broken(Codes.ServerError, visible),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => PublishResult.NotNow(Codes.MediaGone),
        _ => Broken(answer.IsServerError ? Codes.ServerError : Codes.AnswerUnreadable, visible),
    };

    /// <summary>What the account allows today, and how it is called. TikTok wants it asked before every post.</summary>
    private async Task<(Creator? Creator, PublishResult? Failure)> CreatorAsync(Uri server, Secret token, CancellationToken cancellationToken)
    {
        using var request = Signed("post/publish/creator_info/query/", server, token, []);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!IsOk(answer))
        {
            return (null, answer.As(Meaning(answer, visible: false)));
        }

        var data = answer.Json().Get("data");
        return data.Get("privacy_level_options") is { ValueKind: JsonValueKind.Array } audiences
            ? (new Creator(
                data.Text("creator_username") ?? "",
                data.Text("creator_nickname") ?? "",
                [.. audiences.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
                Is("comment_disabled"),
                Is("duet_disabled"),
                Is("stitch_disabled"),
                data.Get("max_video_post_duration_sec") is { ValueKind: JsonValueKind.Number } most && most.TryGetInt32(out var seconds) ? TimeSpan.FromSeconds(seconds) : null), null)
            : (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));

        bool Is(string name) => data.Get(name) is { ValueKind: JsonValueKind.True };
    }

    private static async Task PassAsync(Stream file, long length, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(1 << 20, length)];
        while (length > 0)
        {
            var most = (int)Math.Min(buffer.Length, length);
            await file.ReadExactlyAsync(buffer.AsMemory(0, most), cancellationToken);
            length -= most;
        }
    }

    /// <summary>Where to send a video, if it is one of TikTok's own hosts: an unpublished file goes nowhere else.</summary>
    private static Uri? Door(string? address, Account account) =>
        Uri.TryCreate(address, UriKind.Absolute, out var door)
        && (IsReal(account.Server)
            ? door.Scheme == Uri.UriSchemeHttps && (door.Host.EndsWith(".tiktokapis.com", StringComparison.OrdinalIgnoreCase) || door.Host.EndsWith(".tiktok.com", StringComparison.OrdinalIgnoreCase))
            : door.Authority == account.Server.Authority)
            ? door
            : null;

    private sealed record Creator(string Name, string Nickname, IReadOnlyList<string> Audiences, bool HasCommentsOff, bool HasDuetOff, bool HasStitchOff, TimeSpan? Longest);
}
