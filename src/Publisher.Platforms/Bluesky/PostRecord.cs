using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Bluesky;

/// <summary>
/// A part as the record app.bsky.feed.post. Built from stored values alone, so that every try carries the same bytes and
/// the server finds the record already there.
/// </summary>
internal static class PostRecord
{
    public const string Collection = "app.bsky.feed.post";

    public static JsonObject Of(Part part, Prepared prepared, IEnumerable<Entity> entities)
    {
        var record = new JsonObject
        {
            ["$type"] = Collection,
            ["text"] = part.Text,
            ["createdAt"] = Time(part.CreatedAt),
        };

        if (part.Language.Length > 0)
        {
            record["langs"] = new JsonArray(part.Language);
        }

        if (Facets.Of(part, entities) is { Count: > 0 } facets)
        {
            record["facets"] = facets;
        }

        if (Embed(part, prepared) is { } embed)
        {
            record["embed"] = embed;
        }

        if (part is { Root: { } root, Parent: { } parent })
        {
            record["reply"] = new JsonObject { ["root"] = Reference(root), ["parent"] = Reference(parent) };
        }

        if (part.Option(BlueskyPlatform.Warning) is { Length: > 0 } label and not BlueskyPlatform.NoWarning)
        {
            record["labels"] = new JsonObject
            {
                ["$type"] = "com.atproto.label.defs#selfLabels",
                ["values"] = new JsonArray(new JsonObject { ["val"] = label }),
            };
        }

        return record;
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One embed per record: pictures, a video or a card.</summary>
    private static JsonObject? Embed(Part part, Prepared prepared)
    {
        if (part.Media is [{ IsVideo: true } video, ..])
        {
            var embed = new JsonObject
            {
                ["$type"] = "app.bsky.embed.video",
                ["video"] = Blob(prepared.Files[0]),
                ["alt"] = video.AltText,
                ["aspectRatio"] = Ratio(video),
            };
            if (video.Captions.Count > 0)
            {
                embed["captions"] = new JsonArray([.. video.Captions.Select((captions, place) => new JsonObject { ["lang"] = captions.Language, ["file"] = Blob(prepared.Files[place + 1]) })]);
            }

            return embed;
        }

        if (part.Media.Count > 0)
        {
            return new JsonObject
            {
                ["$type"] = "app.bsky.embed.images",
                ["images"] = new JsonArray([.. part.Media.Select((image, place) => new JsonObject
                {
                    ["image"] = Blob(prepared.Files[place]),
                    ["alt"] = image.AltText,
                    ["aspectRatio"] = Ratio(image),
                })]),
            };
        }

        return part.Card is { } card ? Card(card, prepared) : null;
    }

    private static JsonObject Card(LinkCard card, Prepared prepared)
    {
        var external = new JsonObject
        {
            ["uri"] = card.Address.AbsoluteUri,
            ["title"] = card.Title,
            ["description"] = card.Description,
        };

        if (card.Thumb is not null)
        {
            external["thumb"] = Blob(prepared.Files[0]);
        }

        return new JsonObject { ["$type"] = "app.bsky.embed.external", ["external"] = external };
    }

    /// <summary>The server's own description of the file goes back unchanged.</summary>
    private static JsonNode Blob(PreparedFile file) =>
        JsonNode.Parse(file.Data ?? throw new InvalidOperationException("The file was not brought to the server.")) ?? throw new JsonException();

    private static JsonObject Ratio(Media media) => new() { ["width"] = media.Width, ["height"] = media.Height };

    private static JsonObject Reference(RemotePost post) => new() { ["uri"] = post.Id, ["cid"] = post.Version };
}
