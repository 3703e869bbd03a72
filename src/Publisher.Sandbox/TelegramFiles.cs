using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Pictures and videos that come along with a message for a Telegram channel. File ids and addresses, which the real server also takes, have nothing to name here.</summary>
internal sealed partial class Telegram
{
    private const int MaxPhotoBytes = 10_000_000;
    private const int MaxVideoBytes = 50_000_000;
    private const int MaxSides = 10_000;
    private const int MaxRatio = 20;
    private const string Attached = "attach://";

    /// <param name="field">Names the file in each of the descriptions.</param>
    private Answer SendFiles(Call call, IReadOnlyList<JsonElement> described, string field)
    {
        var media = new List<SandboxMedia>();
        var captions = described.Select(item => (Text(item, "caption") ?? "").Trim()).ToList();
        if (captions.Skip(1).Any(caption => caption.Length > 0))
        {
            Object(call, "a caption on another item than the first is not shown below the album");
        }

        foreach (var item in described)
        {
            var source = Text(item, field)!;
            if (!source.StartsWith(Attached, StringComparison.Ordinal) || call.File(source[Attached.Length..]) is not { } bytes)
            {
                Object(call, $"no file came along as {source}");
                return Bad("wrong file identifier/HTTP URL specified");
            }

            var (file, refusal) = Take(bytes, isVideo: (Text(item, "type") ?? field) == "video");
            if (refusal is not null)
            {
                return refusal;
            }

            media.Add(file!);
        }

        return Send(call, captions[0], media);
    }

    private (SandboxMedia? File, Answer? Refusal) Take(byte[] bytes, bool isVideo)
    {
        var (type, width, height) = MediaStore.Look(bytes);
        if (bytes.Length == 0)
        {
            return (null, Bad("file must be non-empty"));
        }

        if (bytes.Length > (isVideo ? MaxVideoBytes : MaxPhotoBytes))
        {
            return (null, No(413, "Request Entity Too Large"));
        }

        if (isVideo ? type != "video/mp4" : type is not ("image/jpeg" or "image/png" or "image/webp"))
        {
            return (null, Bad(isVideo ? "wrong type of the file" : "IMAGE_PROCESS_FAILED"));
        }

        if (width is { } w && height is { } h && (w + h > MaxSides || Math.Max(w, h) > (long)MaxRatio * Math.Min(w, h)))
        {
            return (null, Bad("PHOTO_INVALID_DIMENSIONS"));
        }

        return (new SandboxMedia(World.Media.Put(bytes), bytes.Length, type!, null, width, height), null);
    }

    private static void Describe(Dictionary<string, object> message, SandboxMedia media)
    {
        var file = new Dictionary<string, object>
        {
            ["file_id"] = "AgAC" + media.Sha256[..40],
            ["file_unique_id"] = media.Sha256[..15],
            ["width"] = media.Width ?? 1280,
            ["height"] = media.Height ?? 720,
            ["file_size"] = media.Bytes,
        };
        if (media.Type.StartsWith("video/", StringComparison.Ordinal))
        {
            file["duration"] = 0;
            file["mime_type"] = media.Type;
            message["video"] = file;
        }
        else
        {
            message["photo"] = new[] { file };
        }
    }
}
