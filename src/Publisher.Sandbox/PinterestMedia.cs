using System.Text;

namespace Publisher.Sandbox;

/// <summary>Videos: registered with Pinterest, sent to a store that knows nothing of Pinterest's tokens, processed, then named by a pin.</summary>
internal sealed partial class Pinterest
{
    private static readonly string[] FormFields = ["x-amz-date", "x-amz-signature", "x-amz-security-token", "x-amz-algorithm", "key", "policy", "x-amz-credential", "Content-Type"];

    private void AddMedia() => Add(
        new("POST", "v5/media", CallKind.Media, RegisterVideo) { Scope = "pins:write", Accepts = ["application/json"], Shape = Shape.Object(("media_type!", Shape.OneOf("video"))) },
        new("GET", "v5/media/{id}", CallKind.Media, ShowVideo) { Scope = "pins:read" },
        new("POST", "media-upload/", CallKind.Media, TakeVideo) { Open = true, Accepts = ["multipart/form-data"], Fields = [.. FormFields.Select(name => name + "!"), "file!"] });

    private Answer RegisterVideo(Call call)
    {
        var upload = new Upload { Id = Feed.NextNumber(World.Now), Platform = Key, Account = call.Account.Id };
        Uploads[upload.Id] = upload;
        return Answer.Json(new { media_id = upload.Id, media_type = "video", upload_url = Base + "media-upload/", upload_parameters = Parameters(upload.Id) }, 201);
    }

    private static Dictionary<string, string> Parameters(string id) => FormFields.ToDictionary(name => name, name => name switch
    {
        "key" => "uploads/" + id,
        "Content-Type" => "multipart/form-data",
        "x-amz-algorithm" => "AWS4-HMAC-SHA256",
        _ => $"{name}-{id}",
    });

    private Answer TakeVideo(Call call)
    {
        if (call.Headers.Authorization.Count > 0)
        {
            Object(call, "the upload takes no Authorization header");
            return Xml(400, "InvalidArgument", "Only one auth mechanism allowed");
        }

        var id = call.Field("key")?.Split('/')[^1] ?? "";
        if (!Uploads.TryGetValue(id, out var upload) || Parameters(id).Any(given => call.Field(given.Key) != given.Value))
        {
            Object(call, "an upload parameter differs from what was given");
            return Xml(403, "AccessDenied", "Invalid according to Policy");
        }

        // The store reads no field behind the file.
        var body = Encoding.Latin1.GetString(call.Body);
        var file = Place("file");
        if (FormFields.Any(name => Place(name) > file))
        {
            Object(call, "the file must be the last field");
            return Xml(403, "AccessDenied", "Missing fields");
        }

        var bytes = call.File("file") ?? [];
        Uploads[id] = upload with
        {
            Sha256 = World.Media.Put(bytes),
            Bytes = bytes.Length,
            Type = MediaStore.Look(bytes).Type,
            Ready = World.Now + World.Options.ProcessingTime,
        };
        return Answer.Empty(204);

        int Place(string name) => body.IndexOf($"name=\"{name}\"", StringComparison.Ordinal);
    }

    private Answer ShowVideo(Call call) => Uploads.TryGetValue(call["id"], out var upload) && upload.Account == call.Account.Id
        ? Answer.Json(new { media_id = upload.Id, media_type = "video", status = StatusOf(upload) })
        : Error(404, 1, "Media not found.");

    private string StatusOf(Upload upload) => upload.Ready is null ? "registered" : upload.Ready > World.Now ? "processing" : upload.IsVideo ? "succeeded" : "failed";

    private static Answer Xml(int status, string code, string message) =>
        Answer.Text($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>", status) with { ContentType = "application/xml" };
}
