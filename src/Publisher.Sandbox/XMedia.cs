using System.Collections.Concurrent;
using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>Media upload on X, in its three steps or at once.</summary>
internal sealed partial class X
{
    private const int MaxSegment = 5 * 1024 * 1024;
    private const int MaxImage = 5_000_000;
    private const int MaxGif = 15_000_000;
    private const long MaxVideo = 8L * 1024 * 1024 * 1024;
    private static readonly string[] Categories = ["tweet_image", "tweet_gif", "tweet_video", "amplify_video", "dm_image", "dm_gif", "dm_video", "subtitles"];
    private static readonly string[] Types =
    [
        "video/mp4", "video/webm", "video/mp2t", "video/quicktime", "text/srt", "text/vtt", "image/jpeg", "image/gif", "image/bmp", "image/png", "image/webp", "image/pjpeg", "image/tiff",
    ];

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _segments = new();

    private void AddMedia()
    {
        var whole = Shape.Whole;
        Add(
            new("POST", "2/media/upload/initialize", CallKind.Media, Initialize)
            {
                Scope = "media.write",
                Accepts = ["application/json"],
                Shape = Shape.Object(("media_type!", Shape.OneOf(Types)), ("total_bytes!", whole), ("media_category!", Shape.OneOf(Categories)), ("shared", Shape.Flag), ("additional_owners", Shape.List(Shape.Text))),
            },
            new("POST", "2/media/upload/{id}/append", CallKind.Media, Append)
            {
                Scope = "media.write",
                Accepts = ["multipart/form-data", "application/json"],
                Fields = ["media!", "segment_index!"],
                Shape = Shape.Object(("media!", Shape.Text), ("segment_index!", whole)),
            },
            new("POST", "2/media/upload/{id}/finalize", CallKind.Media, Finalize) { Scope = "media.write" },
            new("GET", "2/media/upload", CallKind.Media, ShowUpload) { Scope = "media.write", Query = ["command", "media_id"] },
            new("POST", "2/media/upload", CallKind.Media, UploadAtOnce)
            {
                Scope = "media.write",
                Accepts = ["multipart/form-data"],
                Fields = ["media!", "media_category!", "media_type", "additional_owners"],
            },
            new("POST", "2/media/subtitles", CallKind.Media, Join)
            {
                Scope = "media.write",
                Accepts = ["application/json"],
                Shape = Shape.Object(
                    ("id!", Shape.Text), ("media_category!", Shape.OneOf("AmplifyVideo", "TweetVideo")),
                    ("subtitles!", Shape.Object(("id!", Shape.Text), ("language_code!", Shape.Text), ("display_name", Shape.Text)))),
            },
            new("POST", "2/media/metadata", CallKind.Media, Describe)
            {
                Scope = "media.write",
                Accepts = ["application/json"],
                Shape = Shape.Object(("id!", Shape.Text), ("metadata!", Shape.Object(("alt_text", Shape.Object(("text!", Shape.Text))), ("sensitive_media_warning", Shape.Any)))),
            });
    }

    private static string MediaKey(Upload upload) => (upload.Note is "tweet_image" ? "3_" : upload.Note is "tweet_gif" ? "16_" : "7_") + upload.Id;

    private Answer Initialize(Call call)
    {
        var upload = new Upload
        {
            Id = Feed.NextNumber(World.Now),
            Platform = Key,
            Account = call.Account.Id,
            Type = call.Json.GetProperty("media_type").GetString(),
            Bytes = call.Json.GetProperty("total_bytes").GetInt64(),
            Note = call.Json.GetProperty("media_category").GetString(),
        };
        if (CheckSize(upload) is { } refusal)
        {
            return refusal;
        }

        Uploads[upload.Id] = upload;
        _segments[upload.Id] = new();
        return Answer.Json(new { data = new { id = upload.Id, media_key = MediaKey(upload), expires_after_secs = 86400 } });
    }

    private static Answer? CheckSize(Upload upload)
    {
        var max = upload.Note switch { "tweet_image" => MaxImage, "tweet_gif" => MaxGif, _ => MaxVideo };
        return upload.Bytes <= 0 || upload.Bytes > max ? Invalid($"total_bytes: {upload.Note} must have 1 to {max} bytes") : null;
    }

    private Upload? Open(Call call) => Uploads.TryGetValue(call["id"], out var upload) && upload.Account == call.Account.Id && upload.Sha256 is null && _segments.ContainsKey(upload.Id) ? upload : null;

    private Answer Append(Call call)
    {
        if (Open(call) is not { } upload)
        {
            return Invalid("id: no such open upload");
        }

        var isJson = call.ContentType == "application/json";
        byte[] bytes;
        try
        {
            bytes = isJson ? call.Json.GetProperty("media").GetBytesFromBase64() : call.File("media") ?? [];
        }
        catch (FormatException)
        {
            return Invalid("media: not base64");
        }

        var index = isJson ? call.Json.GetProperty("segment_index").GetInt32() : int.TryParse(call.Field("segment_index"), CultureInfo.InvariantCulture, out var given) ? given : -1;
        if (index is < 0 or > 999 || bytes.Length is 0 or > MaxSegment)
        {
            Object(call, "segment_index goes from 0 to 999, a segment holds 1 byte to 5 MB");
            return Invalid("segment_index or media is out of range");
        }

        _segments[upload.Id][index] = bytes;
        return Answer.Json(new { data = new { expires_at = World.Now.AddDays(1).ToUnixTimeSeconds() } });
    }

    private Answer Finalize(Call call)
    {
        if (Open(call) is not { } upload)
        {
            return Invalid("id: no such open upload");
        }

        var segments = _segments[upload.Id].OrderBy(s => s.Key).ToList();
        var isGapless = segments.Select(s => s.Key).SequenceEqual(Enumerable.Range(0, segments.Count));
        byte[] bytes = [.. segments.SelectMany(s => s.Value)];
        if (!isGapless || bytes.Length != upload.Bytes)
        {
            Object(call, $"segments hold {bytes.Length} bytes{(isGapless ? "" : " with gaps")}, announced were {upload.Bytes}");
            return Invalid("the segments do not add up to total_bytes");
        }

        _segments.TryRemove(upload.Id, out _);
        return Keep(upload, bytes);
    }

    private Answer UploadAtOnce(Call call)
    {
        var bytes = call.File("media") ?? [];
        var upload = new Upload { Id = Feed.NextNumber(World.Now), Platform = Key, Account = call.Account.Id, Bytes = bytes.Length, Note = call.Field("media_category") };
        if (upload.Note is not ("tweet_image" or "subtitles" or "dm_image"))
        {
            Object(call, "the one-shot upload is for images and subtitles");
            return Invalid("media_category: must be an image's or subtitles");
        }

        return CheckSize(upload) ?? Keep(upload, bytes);
    }

    private Answer Keep(Upload upload, byte[] bytes)
    {
        var (type, width, height) = upload.Note is "subtitles" ? (MediaStore.IsWebVtt(bytes) ? "text/vtt" : null, null, null) : MediaStore.Look(bytes);
        if (type is null || (upload.Type is not null && upload.Type != type && upload.Type != "video/quicktime"))
        {
            return Invalid($"media: the bytes are {type ?? "unknown"}, announced as {upload.Type}");
        }

        var isMoving = upload.Note is not "tweet_image" and not "dm_image" and not "subtitles";
        upload = Uploads[upload.Id] = upload with
        {
            Sha256 = World.Media.Put(bytes),
            Type = type,
            Width = width,
            Height = height,
            Ready = World.Now + (isMoving ? World.Options.ProcessingTime : TimeSpan.Zero),
        };
        return Answer.Json(new { data = Show(upload) });
    }

    private Answer ShowUpload(Call call)
    {
        if (call.Asked("command") != "STATUS" || call.Asked("media_id") is not { } id)
        {
            Object(call, "command must be STATUS, with a media_id");
            return Invalid("command: must be STATUS");
        }

        return Uploads.TryGetValue(id, out var upload) && upload.Account == call.Account.Id && upload.Sha256 is not null
            ? Answer.Json(new { data = Show(upload) })
            : Problem(404, "Not Found", "No such media.");
    }

    private Dictionary<string, object> Show(Upload upload)
    {
        var data = new Dictionary<string, object> { ["id"] = upload.Id, ["media_key"] = MediaKey(upload), ["size"] = upload.Bytes, ["expires_after_secs"] = 86400 };
        if (upload.IsVideo || upload.Note is "tweet_gif")
        {
            var isReady = upload.Ready <= World.Now;
            data["processing_info"] = isReady
                ? new { state = "succeeded", progress_percent = 100 }
                : new { state = "in_progress", check_after_secs = 1, progress_percent = 30 };
        }

        return data;
    }

    private Answer Join(Call call)
    {
        var track = call.Json.GetProperty("subtitles");
        var (id, file, language) = (call.Json.GetProperty("id").GetString()!, track.GetProperty("id").GetString()!, track.GetProperty("language_code").GetString()!);
        Upload? Mine(string one) => Uploads.TryGetValue(one, out var upload) && upload.Account == call.Account.Id ? upload : null;
        if (Mine(id) is not { IsVideo: true, Sha256: not null } video || video.Ready > World.Now)
        {
            return Invalid("id: no such video, or it is still processed");
        }

        if (Mine(file) is not { Note: "subtitles", Sha256: { } hash } || language.Length != 2 || !language.All(char.IsAsciiLetterUpper))
        {
            return Invalid("subtitles: no such file, or language_code is not two capital letters");
        }

        Uploads[id] = video.With(new SandboxCaptions(language.ToLowerInvariant(), hash));
        return Answer.Json(new { data = new { id, media_category = "TweetVideo", associated_subtitles = new[] { new { id = file, language_code = language } } } });
    }

    private Answer Describe(Call call)
    {
        var id = call.Json.GetProperty("id").GetString()!;
        if (!Uploads.TryGetValue(id, out var upload) || upload.Account != call.Account.Id || upload.Sha256 is null)
        {
            return Invalid("id: no such media");
        }

        var text = call.Json.GetProperty("metadata").TryGetProperty("alt_text", out var alt) ? alt.GetProperty("text").GetString()! : "";
        if (text.Length > 1000)
        {
            return Invalid("metadata.alt_text.text: at most 1000 characters");
        }

        Uploads[id] = upload with { Alt = text };
        return Answer.Json(new { data = new { id, associated_metadata = new { alt_text = new { text } } } });
    }
}
