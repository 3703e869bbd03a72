using System.Collections.Concurrent;
using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>Photos and videos of Facebook pages.</summary>
internal sealed partial class Facebook
{
    private const int PieceSize = 1024 * 1024;
    private const int MaxPhoto = 10 * 1024 * 1024;
    private static readonly TimeSpan UnpublishedLife = TimeSpan.FromHours(24);
    private readonly ConcurrentDictionary<string, Video> _videos = new();

    private void AddMedia() => Add(
        new("POST", "v26.0/{page}/photos", CallKind.Media, AddPhoto)
        {
            Scope = "pages_manage_posts",
            Query = Proof,
            Accepts = ["multipart/form-data"],
            Fields = ["source!", "published!", "alt_text_custom", "caption", "message", "temporary"],
        },
        new("POST", "v26.0/{page}/videos", CallKind.Media, call => IsLast(call) ? Finish(call) : Bring(call))
        {
            // Three steps at one address; only the last makes a post.
            KindOf = call => IsLast(call) ? CallKind.Create : CallKind.Media,
            Scope = "pages_manage_posts",
            Query = Proof,
            Accepts = [.. FormOnly, "multipart/form-data"],
            Fields = ["upload_phase!", "file_size", "upload_session_id", "start_offset", "video_file_chunk", "title", "description"],
        });

    private static bool IsLast(Call call) => call.Field("upload_phase") == "finish";

    private Answer AddPhoto(Call call)
    {
        if (call["page"] != call.Account.Id)
        {
            return Error(200, "(#200) The permission(s) pages_manage_posts are not available for this page");
        }

        if (call.Field("published") != "false")
        {
            Object(call, "a photo published by itself is a post: this stand-in knows only those that are attached later");
            return Error(100, "(#100) published must be false");
        }

        var bytes = call.File("source") ?? [];
        var (type, width, height) = MediaStore.Look(bytes);
        if (type is not ("image/jpeg" or "image/png" or "image/gif") || bytes.Length > MaxPhoto)
        {
            return Error(100, "(#100) Photos should be smaller than 4 MB and saved as JPG, PNG, GIF or TIFF files.", 1366046);
        }

        var photo = new Upload
        {
            Id = Feed.NextNumber(World.Now),
            Platform = Key,
            Account = call.Account.Id,
            Sha256 = World.Media.Put(bytes),
            Bytes = bytes.Length,
            Type = type,
            Width = width,
            Height = height,
            Alt = call.Field("alt_text_custom") ?? "",
            Ready = World.Now,
        };
        Uploads[photo.Id] = photo;
        return Answer.Json(new { id = photo.Id });
    }

    /// <summary>The photos a post names; each can be posted once.</summary>
    private (List<SandboxMedia> Media, Answer? Refusal) Take(Call call, string[] ids)
    {
        var media = new List<SandboxMedia>();
        foreach (var id in ids)
        {
            if (!Uploads.TryGetValue(id, out var photo) || photo.Account != call.Account.Id || photo.Ready + UnpublishedLife <= World.Now)
            {
                return ([], Error(100, $"(#100) The photo {id} does not exist"));
            }

            if (photo.Note == "posted")
            {
                return ([], Error(100, "(#100) These photos were already posted.", 1366051));
            }

            media.Add(photo.ToMedia(photo.Alt));
        }

        foreach (var id in ids)
        {
            Uploads[id] = Uploads[id] with { Note = "posted" };
        }

        return (media, null);
    }

    private Answer Bring(Call call)
    {
        if (call["page"] != call.Account.Id)
        {
            return Error(200, "(#200) The permission(s) pages_manage_posts are not available for this page");
        }

        if (call.Field("upload_phase") == "start" && int.TryParse(call.Field("file_size"), CultureInfo.InvariantCulture, out var size) && size > 0)
        {
            var id = Feed.NextNumber(World.Now);
            var begun = new Video(id, "7" + id, call.Account.Id, new byte[size]);
            _videos[begun.Session] = begun;
            return Answer.Json(new { video_id = begun.Id, upload_session_id = begun.Session, start_offset = "0", end_offset = End(0, size) });
        }

        if (call.Field("upload_phase") != "transfer" || !_videos.TryGetValue(call.Field("upload_session_id") ?? "", out var video) || video.Account != call.Account.Id)
        {
            Object(call, "upload_phase, file_size or upload_session_id do not fit");
            return Error(100, "(#100) Invalid parameter");
        }

        var piece = call.File("video_file_chunk") ?? [];
        if (call.Field("start_offset") != $"{video.Got}" || piece.Length == 0 || $"{video.Got + piece.Length}" != End(video.Got, video.Bytes.Length))
        {
            Object(call, $"the piece is not the one asked for, from {video.Got} to {End(video.Got, video.Bytes.Length)}");
            return Error(100, "(#100) There was a problem uploading your video file.", 1363037);
        }

        piece.CopyTo(video.Bytes, video.Got);
        video = video with { Got = video.Got + piece.Length };
        _videos[video.Session] = video;
        return Answer.Json(new { start_offset = $"{video.Got}", end_offset = End(video.Got, video.Bytes.Length) });
    }

    private Answer Finish(Call call)
    {
        if (!_videos.TryGetValue(call.Field("upload_session_id") ?? "", out var video) || video.Account != call.Account.Id || video.Got < video.Bytes.Length || call["page"] != call.Account.Id)
        {
            return Error(100, "(#100) There was a problem uploading your video file.", 1363037);
        }

        if (video.Post is not null)
        {
            Feed.Repeat(video.Post);
            return Answer.Json(new { success = true });
        }

        var type = MediaStore.Look(video.Bytes).Type;
        if (video.Fails || type != "video/mp4")
        {
            _videos[video.Session] = video with { Fails = true };
            return Answer.Json(new { success = true });
        }

        var media = new SandboxMedia(World.Media.Put(video.Bytes), video.Bytes.Length, type!, null, null, null);
        var post = NewPost(video.Account, call.Field("description") ?? "", [media], World.Now + World.Options.ProcessingTime);
        _videos[video.Session] = video with { Post = post.Id };
        Feed.Add(post);
        return Answer.Json(new { success = true });
    }

    /// <summary>Null where the number is no video's.</summary>
    private Answer? ShowVideo(Call call)
    {
        if (_videos.Values.FirstOrDefault(one => one.Id == call["id"]) is not { } video)
        {
            return null;
        }

        var post = Feed.Find(video.Post);
        var isReady = post?.VisibleFrom <= World.Now;
        return Answer.Json(Choose(call, new()
        {
            ["id"] = video.Id,
            ["status"] = new { video_status = video.Fails ? "error" : isReady ? "ready" : post is null ? "upload_complete" : "processing" },
            // Known only when the work is done, and without the page's number in front.
            ["post_id"] = isReady ? post!.Id.Split('_')[1] : null,
            ["permalink_url"] = $"/{video.Account}/videos/{video.Id}/",
        }));
    }

    private string? PostOf(string video) => _videos.Values.FirstOrDefault(one => one.Id == video)?.Post;

    private static string End(int from, int size) => Math.Min(size, from + PieceSize).ToString(CultureInfo.InvariantCulture);

    private sealed record Video(string Id, string Session, string Account, byte[] Bytes)
    {
        public int Got { get; init; }

        public string? Post { get; init; }

        public bool Fails { get; init; }
    }
}
