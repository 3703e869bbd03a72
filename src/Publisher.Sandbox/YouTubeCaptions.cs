using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>What is put beside YouTube's videos: captions, words and file in one body (multipart/related), and covers.</summary>
internal sealed partial class YouTube
{
    private static readonly Shape Track = Shape.Object(("snippet!", Shape.Object(("videoId!", Shape.Text), ("language!", Shape.Text), ("name!", Shape.Text), ("isDraft", Shape.Flag))));

    private Answer SetCover(Call call)
    {
        if (call.Asked("uploadType") != "media" || Mine(call, call.Asked("videoId")) is not { } upload)
        {
            return NotThere();
        }

        if (call.Body.Length > 2_000_000 || MediaStore.Look(call.Body).Type != call.ContentType)
        {
            return Error(400, "invalidImage", "The provided image content is invalid.");
        }

        Uploads[upload.Id] = upload with { CoverSha256 = World.Media.Put(call.Body) };
        return Answer.Json(new { kind = "youtube#thumbnailSetResponse", etag = "etag", items = Array.Empty<object>() });
    }

    private Answer Caption(Call call)
    {
        if (call.Asked("uploadType") != "multipart" || call.Asked("part") != "snippet" || call.Related is not [("application/json", var words), ("text/vtt" or "application/octet-stream", var file)])
        {
            Object(call, "uploadType=multipart and part=snippet are needed, and a body of two parts: the words as JSON, then the file");
            return Error(400, "badRequest", "The request is no multipart upload.");
        }

        var track = JsonSerializer.Deserialize<JsonElement>(words);
        if (Track.Check(track).FirstOrDefault() is { } problem)
        {
            Object(call, problem);
            return Error(400, "invalidMetadata", problem);
        }

        var snippet = track.GetProperty("snippet");
        var (id, language) = (Text(snippet, "videoId")!, Text(snippet, "language")!);
        if (Mine(call, id) is not { } upload)
        {
            return NotThere();
        }

        if (!MediaStore.IsWebVtt(file))
        {
            return Error(400, "contentRequired", "The request does not contain the caption track's contents.");
        }

        if (upload.Captions.Any(one => one.Language == language))
        {
            return Error(409, "captionExists", "The specified video already has a caption track with the given language and name.");
        }

        Uploads[id] = upload.With(new SandboxCaptions(language, World.Media.Put(file)));
        return Answer.Json(new { kind = "youtube#caption", etag = "etag", id = $"{id}-{language}", snippet = new { videoId = id, language, name = Text(snippet, "name"), trackKind = "standard", status = "serving" } });
    }
}
