using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Resumable uploads of a PeerTube server (node-uploadx).</summary>
internal sealed partial class PeerTube
{
    /// <summary>Small, so that a test's video needs several.</summary>
    private const int MostInAPiece = 1_048_576;

    private const string Base58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

    private static readonly TimeSpan UploadLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan AnswerKept = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, Receiving> _receiving = new();

    public override void Forget()
    {
        _receiving.Clear();
        Uploads.Clear();
    }

    private void AddUploads() => Add(
        new("POST", "api/v1/videos/upload-resumable", CallKind.Media, Announce)
        {
            Headers = ["X-Upload-Content-Length", "X-Upload-Content-Type"],
            Accepts = ["application/json"],
            Shape = Shape.Object(
                [("channelId!", Shape.Whole), ("name!", Shape.Text), ("filename!", Shape.Text), ("waitTranscoding", Shape.Flag), ("support", Shape.Text), ("nsfw", Shape.Flag), ("downloadEnabled", Shape.Flag),
                 ("description", Shape.Text), ("privacy", Shape.Whole), ("language", Shape.Text), ("category", Shape.Whole), ("licence", Shape.Whole), ("commentsPolicy", Shape.Whole),
                 ("tags", Shape.List(Shape.Text)), ("originallyPublishedAt", Shape.Text), ("generateTranscription", Shape.Flag)]),
        },
        new("PUT", "api/v1/videos/upload-resumable", CallKind.Media, Receive) { Query = ["upload_id"], Headers = ["Content-Range"], Accepts = ["application/octet-stream"] },
        new("DELETE", "api/v1/videos/upload-resumable", CallKind.Media, Cancel) { Query = ["upload_id"] });

    private Answer Announce(Call call)
    {
        if (!long.TryParse(call.Headers["X-Upload-Content-Length"], CultureInfo.InvariantCulture, out var length) || length <= 0 || call.Headers["X-Upload-Content-Type"].Count == 0)
        {
            Object(call, "X-Upload-Content-Length and X-Upload-Content-Type are needed");
            return Error(400, "Should have the length and the type of the file");
        }

        var fields = Fields(call);
        if (CheckFields(fields) is { } refusal)
        {
            return refusal;
        }

        if (fields["channelId"][0] != call.Account.Id)
        {
            return Error(403, "Cannot add a video to this channel: it is not yours");
        }

        if (!call.Headers["X-Upload-Content-Type"].ToString().StartsWith("video/", StringComparison.Ordinal))
        {
            return Error(415, "This file is not supported");
        }

        if (length > Quota)
        {
            return Error(413, "The user video quota is exceeded with this video.", "quota_reached");
        }

        // The same announcement again is the same upload.
        var id = Convert.ToHexStringLower(MD5.HashData([.. Encoding.UTF8.GetBytes($"{call.Account.Id} {length} "), .. call.Body]));
        var isNew = _receiving.TryAdd(id, new Receiving(call.Account.Id, length, fields) { TouchedAt = World.Now });
        return Answer.Empty(isNew ? 201 : 200).With("Location", $"//{Host}/{Key}/api/v1/videos/upload-resumable?upload_id={id}");
    }

    private Answer Receive(Call call)
    {
        if (!_receiving.TryGetValue(call.Asked("upload_id") ?? "", out var upload) || upload.Account != call.Account.Id
            || World.Now - upload.TouchedAt > (upload.Made is null ? UploadLife : AnswerKept))
        {
            return Error(404, "Upload not found");
        }

        if (!upload.Busy.TryEnter())
        {
            return Error(429, "Too many concurrent requests for this upload");
        }

        try
        {
            return upload.Made is { } made ? Answer.Json(made) : Receive(call, upload);
        }
        finally
        {
            upload.Busy.Exit();
        }
    }

    private Answer Receive(Call call, Receiving upload)
    {
        var range = Range().Match(call.Headers["Content-Range"].ToString());
        if (!range.Success || range.Groups["total"].Value != upload.Length.ToString(CultureInfo.InvariantCulture))
        {
            Object(call, "Content-Range does not fit the announced length");
            return Error(400, "Invalid content range");
        }

        upload.TouchedAt = World.Now;
        if (!range.Groups["from"].Success)
        {
            return GoOn(upload, 308);
        }

        if (range.Groups["from"].Value != upload.Bytes.Length.ToString(CultureInfo.InvariantCulture))
        {
            return GoOn(upload, 409);
        }

        if (call.Body.Length > MostInAPiece || range.Groups["to"].Value != (upload.Bytes.Length + call.Body.Length - 1).ToString(CultureInfo.InvariantCulture))
        {
            Object(call, "the piece is larger than allowed, or not as long as its Content-Range says");
            return Error(400, "Invalid chunk");
        }

        upload.Bytes.Write(call.Body);
        return upload.Bytes.Length < upload.Length ? GoOn(upload, 308) : Complete(upload);
    }

    private static Answer GoOn(Receiving upload, int status) => upload.Bytes.Length == 0
        ? Answer.Empty(status)
        : Answer.Empty(status).With("Range", $"bytes=0-{upload.Bytes.Length - 1}");

    private Answer Complete(Receiving upload)
    {
        var bytes = upload.Bytes.ToArray();
        var (type, _, _) = MediaStore.Look(bytes);
        if (type?.StartsWith("video/", StringComparison.Ordinal) != true)
        {
            return Error(422, "Video file unreadable.");
        }

        var video = Apply(
            new Video { Number = Feed.NextNumber(World.Now), ShortId = RandomNumberGenerator.GetString(Base58, 22), Name = "", Channel = upload.Account, CreatedAt = World.Now, PublishedAt = World.Now },
            upload.Fields);
        var made = new Upload
        {
            Id = Guid.NewGuid().ToString(),
            Platform = Key,
            Account = upload.Account,
            Sha256 = World.Media.Put(bytes),
            Bytes = bytes.Length,
            Type = type,
            Ready = video.Waits ? World.Now + World.Options.ProcessingTime : World.Now,
        };
        Uploads[made.Id] = made with { Note = JsonSerializer.Serialize(video) };
        lock (Gate)
        {
            Show(made.Id, asked: 1);
        }

        upload.Made = new { video = new { id = long.Parse(video.Number, CultureInfo.InvariantCulture), uuid = made.Id, shortUUID = video.ShortId } };
        return Answer.Json(upload.Made);
    }

    private Answer Cancel(Call call) => _receiving.TryGetValue(call.Asked("upload_id") ?? "", out var upload) && upload.Account == call.Account.Id && _receiving.TryRemove(call.Asked("upload_id")!, out _)
        ? Answer.Empty(204)
        : Error(404, "Upload not found");

    [GeneratedRegex(@"^bytes (?:(?<from>\d+)-(?<to>\d+)|\*)/(?<total>\d+)$")]
    private static partial Regex Range();

    /// <summary>An upload under way, and what it came to.</summary>
    private sealed class Receiving(string account, long length, IReadOnlyDictionary<string, string[]> fields)
    {
        public string Account => account;

        public long Length => length;

        public IReadOnlyDictionary<string, string[]> Fields => fields;

        public MemoryStream Bytes { get; } = new();

        public Lock Busy { get; } = new();

        public DateTimeOffset TouchedAt { get; set; }

        public object? Made { get; set; }
    }
}
