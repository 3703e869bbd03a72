using System.Text;
using System.Text.Json.Nodes;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Bluesky;

/// <summary>
/// What in a text is a link, a mention or a hashtag. The server recognises nothing by itself and checks no position:
/// offsets are UTF-8 bytes, start inclusive, end exclusive (docs.bsky.app, post-richtext).
/// </summary>
internal static class Facets
{
    private const int TagGraphemes = 64;
    private const int TagBytes = 640;

    public static JsonArray Of(Part part, IEnumerable<Entity> entities)
    {
        var facets = new JsonArray();
        foreach (var entity in entities)
        {
            if (Feature(entity, part.Mentions) is { } feature)
            {
                var start = Encoding.UTF8.GetByteCount(part.Text.AsSpan(0, entity.Start));
                var length = Encoding.UTF8.GetByteCount(part.Text.AsSpan(entity.Start, entity.Length));
                facets.Add(new JsonObject
                {
                    ["index"] = new JsonObject { ["byteStart"] = start, ["byteEnd"] = start + length },
                    ["features"] = new JsonArray(feature),
                });
            }
        }

        return facets;
    }

    private static JsonObject? Feature(Entity entity, IReadOnlyList<Mention> mentions) => entity.Kind switch
    {
        EntityKind.Link => new JsonObject { ["$type"] = "app.bsky.richtext.facet#link", ["uri"] = entity.Value },
        EntityKind.Mention when Find(entity.Value, mentions) is { } mention =>
            new JsonObject { ["$type"] = "app.bsky.richtext.facet#mention", ["did"] = mention.Id },
        EntityKind.Hashtag when IsTag(entity.Value) => new JsonObject { ["$type"] = "app.bsky.richtext.facet#tag", ["tag"] = entity.Value },
        _ => null,
    };

    /// <summary>Only a handle that was looked up before approval becomes a link to a person.</summary>
    private static Mention? Find(string handle, IReadOnlyList<Mention> mentions) =>
        mentions.FirstOrDefault(mention => string.Equals(mention.Handle, handle, StringComparison.OrdinalIgnoreCase));

    private static bool IsTag(string tag) =>
        Graphemes.Count(tag) <= TagGraphemes && Encoding.UTF8.GetByteCount(tag) <= TagBytes;
}
