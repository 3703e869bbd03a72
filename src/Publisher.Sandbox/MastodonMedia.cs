namespace Publisher.Sandbox;

/// <summary>Media attachments of a Mastodon server.</summary>
internal sealed partial class Mastodon
{
    private const int MaxDescription = 1500;
    private const long MaxImageBytes = 16_777_216;
    private const long MaxVideoBytes = 103_809_024;
    private const int MaxPixels = 33_177_600;

    private void AddMedia() => Add(
        new("POST", "api/v2/media", CallKind.Media, call => Attach(call, 202)) { Accepts = ["multipart/form-data"], Fields = ["file!", "description", "focus", "thumbnail"], Scope = "write:media" },
        new("POST", "api/v1/media", CallKind.Media, call => Attach(call, 200)) { Accepts = ["multipart/form-data"], Fields = ["file!", "description", "focus", "thumbnail"], Scope = "write:media" },
        new("GET", "api/v1/media/{id}", CallKind.Media, ShowMedia) { Scope = "write:media" },
        new("PUT", "api/v1/media/{id}", CallKind.Media, ChangeMedia)
        {
            Accepts = ["multipart/form-data", "application/x-www-form-urlencoded", "application/json"],
            Fields = ["description", "focus", "thumbnail"],
            Shape = Shape.Object(("description", Shape.Text), ("focus", Shape.Text)),
            Scope = "write:media",
        },
        new("DELETE", "api/v1/media/{id}", CallKind.Media, DeleteMedia) { Scope = "write:media" });

    private static Answer? CheckDescription(string? description)
        => description is not null && Graphemes(description) > MaxDescription ? Error(422, $"Validation failed: Description is too long (maximum is {MaxDescription} characters)") : null;

    private Answer Attach(Call call, int whileProcessing)
    {
        var bytes = call.File("file") ?? [];
        var (type, width, height) = MediaStore.Look(bytes);
        var description = call.Field("description");
        var isMoving = type is "image/gif" || type?.StartsWith("video/", StringComparison.Ordinal) == true;
        if (type is null)
        {
            return Error(422, "Validation failed: File content type is invalid, File is invalid");
        }

        if (bytes.Length > (isMoving ? MaxVideoBytes : MaxImageBytes))
        {
            return Error(422, "Validation failed: File size must be less than " + (isMoving ? "99 MB" : "16 MB"));
        }

        if ((long)(width ?? 0) * (height ?? 0) > MaxPixels)
        {
            return Error(422, "Validation failed: File dimensions are not supported");
        }

        if (CheckDescription(description) is { } refusal)
        {
            return refusal;
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
            Ready = World.Now + (isMoving ? World.Options.ProcessingTime : TimeSpan.Zero),
        };
        Uploads[upload.Id] = upload;
        return Answer.Json(Attachment(upload), upload.Ready > World.Now ? whileProcessing : 200);
    }

    private Upload? Mine(Call call) => Uploads.TryGetValue(call["id"], out var upload) && upload.Account == call.Account.Id ? upload : null;

    private Answer ShowMedia(Call call) => Mine(call) is { } upload ? Answer.Json(Attachment(upload), upload.Ready > World.Now ? 206 : 200) : NotFound();

    private Answer ChangeMedia(Call call)
    {
        if (Mine(call) is not { Note: null } upload)
        {
            return NotFound();
        }

        var description = Value(call, "description");
        if (CheckDescription(description) is { } refusal)
        {
            return refusal;
        }

        Uploads[upload.Id] = upload = upload with { Alt = description ?? upload.Alt };
        return Answer.Json(Attachment(upload));
    }

    private Answer DeleteMedia(Call call)
    {
        if (Mine(call) is not { } upload)
        {
            return NotFound();
        }

        if (upload.Note is not null)
        {
            return Error(422, "Media attachment is currently used by a status");
        }

        Uploads.TryRemove(upload.Id, out _);
        return Answer.Json(new { });
    }

    private object Attachment(Upload upload)
    {
        var address = World.Address + "_sandbox/media/" + upload.Sha256;
        var isReady = upload.Ready <= World.Now;
        return new
        {
            id = upload.Id,
            type = upload.Type == "image/gif" ? "gifv" : upload.IsVideo ? "video" : "image",
            url = isReady ? address : null,
            preview_url = isReady ? address : null,
            remote_url = (string?)null,
            meta = new { original = new { width = upload.Width, height = upload.Height } },
            description = upload.Alt,
            blurhash = (string?)null,
        };
    }
}
