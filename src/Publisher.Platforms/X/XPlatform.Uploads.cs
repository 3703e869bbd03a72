using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.X;

/// <summary>Files: pictures and captions in one call, videos in segments; alt text and captions are joined to theirs before the post. X forgets what no post names.</summary>
internal sealed partial class XPlatform
{
    /// <summary>docs.x.com/x-api/media/quickstart/media-upload-chunked: the size of its example, and numbers from 0 to 999.</summary>
    private const int SegmentBytes = 1_048_576;

    private const int MostSegments = 1000;

    /// <summary>Where the answer says nothing: X names a day after an upload is finished.</summary>
    private const int StockLifeSeconds = 86_400;

    /// <summary>What is left of a file's life must be enough to post it.</summary>
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan StockWait = TimeSpan.FromSeconds(2);

    /// <summary>Steps a file still needs, kept in its ticket.</summary>
    private const string Describing = "describe";
    private const string Processing = "process";
    private const string Joining = "join";

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = soFar.UsableUntil > now ? soFar.Files : [];
        var prepared = new Prepared { UsableUntil = known.Count > 0 ? soFar.UsableUntil : null };
        TimeSpan? askAfter = null;
        foreach (var media in part.Files())
        {
            var place = prepared.Files.Count;
            var isThere = place < known.Count && known[place].Hash == media.Hash;
            var step = isThere ? new Step(known[place], null) : await UploadAsync(media, account, cancellationToken);
            if (step is { Failure: null, File: { IsReady: false } waiting } && (isThere || waiting.Data is Describing or Joining))
            {
                var next = waiting.Data switch
                {
                    Describing => await DescribeAsync(waiting, media, account, cancellationToken),
                    Joining => await JoinAsync(waiting, media, prepared.Files[0], account, cancellationToken),
                    _ => await AskAsync(waiting, account, cancellationToken),
                };
                // A file that is there stays there, whatever became of its next step.
                step = next with { File = next.File ?? (next.Failure?.Code == Codes.MediaGone ? null : waiting), Life = step.Life };
            }

            if (step.File is { } file)
            {
                var until = step.Life is { } life ? now + life - Spare : prepared.UsableUntil;
                prepared = prepared with { Files = [.. prepared.Files, file], UsableUntil = prepared.UsableUntil < until ? prepared.UsableUntil : until };
            }

            if (step.Failure is { } failure)
            {
                return PrepareResult.Failed(prepared, failure);
            }

            askAfter = step.AskAfter ?? askAfter;
        }

        return askAfter is { } wait ? PrepareResult.Working(prepared, wait) : PrepareResult.Ready(prepared);
    }

    private Task<Step> UploadAsync(Media media, Account account, CancellationToken cancellationToken) =>
        media.IsVideo ? UploadInSegmentsAsync(media, account, cancellationToken) : UploadAtOnceAsync(media, account, cancellationToken);

    private async Task<Step> UploadAtOnceAsync(Media media, Account account, CancellationToken cancellationToken)
    {
        var content = new MediaContent(files, media);
        var form = new MultipartFormDataContent
        {
            { content, "media", Name(media) },
            { new StringContent(media.IsCaptions ? "subtitles" : "tweet_image"), "media_category" },
            { new StringContent(media.Type), "media_type" },
        };
        using var request = Signed(HttpMethod.Post, "2/media/upload", account, form);
        var answer = await http.AskAsync(request, cancellationToken);
        var next = media.IsCaptions ? Joining : media.AltText.Length > 0 ? Describing : null;
        return Id(answer) is { } id
            ? new Step(new PreparedFile(id, content.Hash ?? "") { IsReady = next is null, Data = next }, null) { Life = Life(answer) }
            : new Step(null, Reading(answer, media));
    }

    private async Task<Step> UploadInSegmentsAsync(Media media, Account account, CancellationToken cancellationToken)
    {
        var announced = new JsonObject { ["media_type"] = media.Type, ["total_bytes"] = media.Length, ["media_category"] = "tweet_video" };
        using var initialize = Signed(HttpMethod.Post, "2/media/upload/initialize", account, Answers.Content(announced));
        var answer = await http.AskAsync(initialize, cancellationToken);
        if (Id(answer) is not { } id)
        {
            return new Step(null, Reading(answer));
        }

        var path = $"2/media/upload/{Uri.EscapeDataString(id)}/";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var file = files.Open(media))
        {
            var segment = new byte[SegmentBytes];
            for (var index = 0; await file.ReadAtLeastAsync(segment, SegmentBytes, throwOnEndOfStream: false, cancellationToken) is > 0 and var length; index++)
            {
                hash.AppendData(segment.AsSpan(0, length));
                var content = new ByteArrayContent(segment, 0, length);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                var form = new MultipartFormDataContent
                {
                    { new StringContent(index.ToString(CultureInfo.InvariantCulture)), "segment_index" },
                    { content, "media", Name(media) },
                };
                using var append = Signed(HttpMethod.Post, path + "append", account, form);
                answer = await http.AskAsync(append, cancellationToken);
                if (!answer.IsSuccess)
                {
                    return new Step(null, Reading(answer));
                }
            }
        }

        using var finalize = Signed(HttpMethod.Post, path + "finalize", account, new ByteArrayContent([]));
        answer = await http.AskAsync(finalize, cancellationToken);
        return Id(answer) is null
            ? new Step(null, Reading(answer))
            : Read(answer, new PreparedFile(id, Convert.ToHexStringLower(hash.GetHashAndReset()))) with { Life = Life(answer) };
    }

    private async Task<Step> DescribeAsync(PreparedFile file, Media media, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["id"] = file.Id, ["metadata"] = new JsonObject { ["alt_text"] = new JsonObject { ["text"] = media.AltText } } };
        using var request = Signed(HttpMethod.Post, "2/media/metadata", account, Answers.Content(body));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess ? new Step(file with { IsReady = true, Data = null }, null) : new Step(null, Reading(answer));
    }

    /// <summary>Captions belong to a video once that is there: until then they wait.</summary>
    private async Task<Step> JoinAsync(PreparedFile file, Media captions, PreparedFile video, Account account, CancellationToken cancellationToken)
    {
        if (!video.IsReady)
        {
            return new Step(file, null);
        }

        var track = new JsonObject
        {
            ["id"] = file.Id,
            ["language_code"] = captions.Language.Split('-')[0].ToUpperInvariant(),
            ["display_name"] = CultureInfo.GetCultureInfo(captions.Language).NativeName,
        };
        var body = new JsonObject { ["id"] = video.Id, ["media_category"] = "TweetVideo", ["subtitles"] = track };
        using var request = Signed(HttpMethod.Post, "2/media/subtitles", account, Answers.Content(body));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess ? new Step(file with { IsReady = true, Data = null }, null) : new Step(null, Reading(answer, captions));
    }

    private async Task<Step> AskAsync(PreparedFile file, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"2/media/upload?command=STATUS&media_id={Uri.EscapeDataString(file.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? new Step(null, answer.As(PublishResult.NotNow(Codes.MediaGone)))
            : Id(answer) is null ? new Step(null, Reading(answer))
            : Read(answer, file);
    }

    /// <summary>Without a word about processing the file is ready.</summary>
    private static Step Read(Answer answer, PreparedFile file)
    {
        var processing = answer.Json().Get("data").Get("processing_info");
        return processing.Text("state") switch
        {
            "failed" => new Step(null, answer.As(PublishResult.Rejected(Codes.MediaRefused))),
            null or "succeeded" => new Step(file with { IsReady = true, Data = null }, null),
            _ => new Step(file with { IsReady = false, Data = Processing }, null)
            {
                AskAfter = processing.Get("check_after_secs") is { ValueKind: JsonValueKind.Number } wait && wait.TryGetInt32(out var seconds) && seconds > 0
                    ? TimeSpan.FromSeconds(seconds)
                    : StockWait,
            },
        };
    }

    private static string? Id(Answer answer) => answer.IsSuccess && answer.Json().Get("data").Text("id") is { Length: > 0 } id ? id : null;

    private static TimeSpan Life(Answer answer) => TimeSpan.FromSeconds(
        answer.Json().Get("data").Get("expires_after_secs") is { ValueKind: JsonValueKind.Number } life && life.TryGetInt32(out var seconds) ? seconds : StockLifeSeconds);

    private static string Name(Media media) => $"{media.Hash[..16]}.{media.Type.Split('/')[1]}";

    private PublishResult Reading(Answer answer, Media? media = null) => answer.As(Meaning(answer, visible: false) is var meaning && meaning.Outcome == Outcome.Rejected
        ? PublishResult.Rejected(media is { IsCaptions: true } ? Codes.CaptionsRefused : Codes.MediaRefused)
        : meaning);

    /// <summary>What one call brought: the file, what stands in the way, or when to ask again.</summary>
    private sealed record Step(PreparedFile? File, PublishResult? Failure)
    {
        public TimeSpan? AskAfter { get; init; }

        public TimeSpan? Life { get; init; }
    }
}
