using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Telegram;

/// <summary>Pictures and videos: one is a message of its own kind, several are an album. The bytes stand behind the fields of the same form.</summary>
internal sealed partial class TelegramPlatform
{
    private (string Method, HttpContent Content) Single(Part part, Media media, Account account)
    {
        var (method, field) = media.IsVideo ? ("sendVideo", "video") : ("sendPhoto", "photo");
        var fields = Envelope(part, account);
        Describe(fields, media, part.Text);
        return (method, Form(fields, [(field, media)]));
    }

    private (string Method, HttpContent Content) Album(Part part, Account account)
    {
        var fields = Envelope(part, account);
        var items = new JsonArray();
        var sent = new List<(string Name, Media Media)>();
        foreach (var media in part.Media)
        {
            var name = $"file{sent.Count + 1}";
            var item = new JsonObject { ["type"] = media.IsVideo ? "video" : "photo", ["media"] = $"attach://{name}" };
            // The caption of the first, and of no other, stands below the whole album.
            Describe(item, media, sent.Count == 0 ? part.Text : "");
            items.Add(item);
            sent.Add((name, media));
        }

        fields["media"] = items;
        return ("sendMediaGroup", Form(fields, sent));
    }

    /// <summary>There is no field for alt text.</summary>
    private static void Describe(JsonObject item, Media media, string caption)
    {
        if (caption.Length > 0)
        {
            item["caption"] = caption;
        }

        if (media.IsVideo)
        {
            item["width"] = media.Width;
            item["height"] = media.Height;
            item["supports_streaming"] = true;
            if (media.Duration is { } duration)
            {
                item["duration"] = (int)Math.Round(duration.TotalSeconds);
            }
        }
    }

    /// <summary>In a form a text stands as it is, everything else as JSON. Names are quoted, as browsers send them.</summary>
    private MultipartFormDataContent Form(JsonObject fields, IEnumerable<(string Name, Media Media)> sent)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value!.ToJsonString()), $"\"{name}\"");
        }

        foreach (var (name, media) in sent)
        {
            var content = new MediaContent(files, media);
            // Whoever saves a video sees this name: it says nothing of the office's own.
            content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"", FileName = $"\"{name}.{media.Type.Split('/')[1]}\"" };
            form.Add(content);
        }

        return form;
    }
}
