using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Google's resumable uploads, as YouTube has them.</summary>
internal sealed partial class YouTube
{
    private const int PieceUnit = 262_144;
    private static readonly TimeSpan SessionLife = TimeSpan.FromDays(7);
    private readonly ConcurrentDictionary<string, Session> _sessions = new();

    /// <summary>A file that is there twice is rejected for ever; a fresh start has none.</summary>
    public override void Forget()
    {
        _sessions.Clear();
        Uploads.Clear();
    }

    private void AddUploads() => Add(
        new("POST", "upload/youtube/v3/videos", CallKind.Media, Begin)
        {
            Scope = UploadScope,
            Query = ["uploadType", "part", "notifySubscribers"],
            Headers = ["X-Upload-Content-Length", "X-Upload-Content-Type"],
            Accepts = ["application/json"],
            Shape = Shape.Object([("snippet", Snippet), ("status", Status)]),
        },
        new("PUT", "upload/youtube/v3/videos", CallKind.Media, Receive)
        {
            Scope = UploadScope,
            Query = ["uploadType", "part", "notifySubscribers", "upload_id"],
            Headers = ["Content-Range"],
            Accepts = ["application/octet-stream", "video/mp4", "video/quicktime", "video/webm"],
        },
        new("POST", "upload/youtube/v3/thumbnails/set", CallKind.Media, SetCover) { Scope = ManageScope, Query = ["uploadType", "videoId"], Accepts = ["image/jpeg", "image/png"] },
        new("POST", "upload/youtube/v3/captions", CallKind.Media, Caption) { Scope = ManageScope, Query = ["uploadType", "part"], Accepts = ["multipart/related"] });

    private Answer Begin(Call call)
    {
        var isAnnounced = long.TryParse(call.Headers["X-Upload-Content-Length"], CultureInfo.InvariantCulture, out var length) && length > 0;
        if (call.Asked("uploadType") != "resumable" || !isAnnounced || call.Headers["X-Upload-Content-Type"].Count == 0)
        {
            Object(call, "uploadType=resumable, X-Upload-Content-Length and X-Upload-Content-Type are needed");
            return Error(400, "badRequest", "The request does not begin a resumable upload.");
        }

        var (video, refusal) = Read(call, new Video { UploadedAt = World.Now, PublishedAt = World.Now }, isNew: true);
        if (refusal is not null)
        {
            return refusal;
        }

        var id = RandomNumberGenerator.GetHexString(48);
        _sessions[id] = new Session(call.Account.Id, length, video) { BegunAt = World.Now };
        return Answer.Empty(200).With("Location", $"{Base}upload/youtube/v3/videos?uploadType=resumable&part={Uri.EscapeDataString(call.Asked("part")!)}&upload_id={id}").With("X-GUploader-UploadID", id);
    }

    private Answer Receive(Call call)
    {
        if (!_sessions.TryGetValue(call.Asked("upload_id") ?? "", out var session) || session.Account != call.Account.Id || World.Now - session.BegunAt > SessionLife)
        {
            return Answer.Text("Not Found", 404);
        }

        lock (session)
        {
            // Asked again after its end, an upload says what became of it.
            return session.Made is { } made ? Answer.Json(Resource(made, ["snippet", "status"])) : Receive(call, session);
        }
    }

    private Answer Receive(Call call, Session session)
    {
        var header = call.Headers["Content-Range"].ToString();
        var range = Range().Match(header.Length == 0 ? $"bytes 0-{call.Body.Length - 1}/{session.Length}" : header);
        if (!range.Success || range.Groups["total"].Value != session.Length.ToString(CultureInfo.InvariantCulture))
        {
            Object(call, "Content-Range does not fit the announced length");
            return Error(400, "badRequest", "Failed to parse Content-Range header.");
        }

        if (!range.Groups["from"].Success)
        {
            return GoOn(session);
        }

        var isLast = session.Bytes.Length + call.Body.Length == session.Length;
        if (range.Groups["from"].Value != session.Bytes.Length.ToString(CultureInfo.InvariantCulture)
            || range.Groups["to"].Value != (session.Bytes.Length + call.Body.Length - 1).ToString(CultureInfo.InvariantCulture)
            || (!isLast && call.Body.Length % PieceUnit != 0))
        {
            Object(call, "the piece does not follow on what is there, or is no multiple of 256 KiB");
            return Error(400, "badRequest", "Invalid request. The Content-Range does not fit.");
        }

        session.Bytes.Write(call.Body);
        return isLast ? Complete(session) : GoOn(session);
    }

    private static Answer GoOn(Session session) => session.Bytes.Length == 0
        ? Answer.Empty(308)
        : Answer.Empty(308).With("Range", $"bytes=0-{session.Bytes.Length - 1}");

    private Answer Complete(Session session)
    {
        var bytes = session.Bytes.ToArray();
        var (type, _, _) = MediaStore.Look(bytes);
        var hash = World.Media.Put(bytes);
        var outcome = type?.StartsWith("video/", StringComparison.Ordinal) != true ? "failed"
            : Uploads.Values.Any(other => other.Account == session.Account && other.Sha256 == hash) ? "rejected"
            : "processed";
        var upload = new Upload
        {
            Id = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 11),
            Platform = Key,
            Account = session.Account,
            Sha256 = hash,
            Bytes = bytes.Length,
            Type = type,
            Ready = World.Now + World.Options.ProcessingTime,
            Note = JsonSerializer.Serialize(session.Video with { UploadedAt = World.Now, PublishedAt = World.Now, Outcome = outcome }),
        };
        Uploads[upload.Id] = upload;
        lock (Gate)
        {
            Show(upload.Id, asked: 1);
        }

        session.Made = upload.Id;
        return Answer.Json(Resource(upload.Id, ["snippet", "status"]));
    }

    [GeneratedRegex(@"^bytes (?:(?<from>\d+)-(?<to>\d+)|\*)/(?<total>\d+)$")]
    private static partial Regex Range();

    /// <summary>An upload under way, and the id of the video it came to.</summary>
    private sealed class Session(string account, long length, Video video)
    {
        public string Account => account;

        public long Length => length;

        public Video Video => video;

        public MemoryStream Bytes { get; } = new();

        public DateTimeOffset BegunAt { get; init; }

        public string? Made { get; set; }
    }
}
