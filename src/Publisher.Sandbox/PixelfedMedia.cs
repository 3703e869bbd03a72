namespace Publisher.Sandbox;

/// <summary>Files of a Pixelfed server. They can be posted at once: the queue that makes smaller pictures of them holds nothing up.</summary>
internal sealed partial class Pixelfed
{
    private const int MaxAltText = 1000;
    private const long MostBytes = 15_000 * 1024;

    /// <summary>As shipped, and video, which an administrator allowed here.</summary>
    private static readonly string[] MimeTypes = ["image/jpeg", "image/png", "image/gif", "video/mp4"];

    private void AddMedia()
    {
        string[] multipart = ["multipart/form-data"];
        string[] fields = ["file!", "description", "filter_name", "filter_class"];
        Add(
            new("POST", "api/v1/media", CallKind.Media, call => Take(call, 200)) { Accepts = multipart, Fields = fields, Scope = "write" },
            new("POST", "api/v2/media", CallKind.Media, call => Take(call, 202)) { Accepts = multipart, Fields = [.. fields, "replace_id"], Scope = "write" },
            new("GET", "api/v1/media/{id}", CallKind.Media, call => Free(call, call["id"]) is { } upload ? Answer.Json(Attachment(upload)) : NoResults("Media", call["id"])) { Scope = "read" });
    }

    private Answer Take(Call call, int status)
    {
        var bytes = call.File("file") ?? [];
        var (type, width, height) = MediaStore.Look(bytes);
        var description = call.Field("description") ?? "";
        if (!MimeTypes.Contains(type))
        {
            return Invalid("file", "The file must be a file of type: " + string.Join(", ", MimeTypes) + ".");
        }

        if (bytes.Length > MostBytes)
        {
            return Invalid("file", "The file may not be greater than 15000 kilobytes.");
        }

        if (CodePoints(description) > MaxAltText)
        {
            return Invalid("description", $"The description may not be greater than {MaxAltText} characters.");
        }

        var (_, _, isOver) = Rates.Count(call.Account.Id, new RateLimit("media", 1250, TimeSpan.FromDays(1)), World.Now);
        if (isOver && World.Options.EnforceRateLimits)
        {
            return Error(429, "");
        }

        var upload = new Upload
        {
            Id = Feed.NextNumber(World.Now),
            Platform = Key,
            Account = call.Account.Id,
            Sha256 = World.Media.Put(bytes),
            Bytes = bytes.Length,
            Type = type,
            Width = width,
            Height = height,
            Alt = description,
            Ready = World.Now,
        };
        Uploads[upload.Id] = upload;
        return Answer.Json(Attachment(upload, isDone: status == 200), status);
    }

    /// <summary>A file of the caller's that no post names yet.</summary>
    private Upload? Free(Call call, string id) => Uploads.TryGetValue(id, out var upload) && upload.Account == call.Account.Id && upload.Note is null ? upload : null;

    private object Attachment(Upload upload, bool isDone = true)
    {
        var address = World.Address + "_sandbox/media/" + upload.Sha256;
        return new
        {
            id = upload.Id,
            type = upload.IsVideo ? "video" : "image",
            url = isDone ? address : null,
            remote_url = (string?)null,
            preview_url = address,
            text_url = (string?)null,
            meta = new { original = new { width = upload.Width, height = upload.Height } },
            description = upload.Alt,
            blurhash = (string?)null,
        };
    }
}
