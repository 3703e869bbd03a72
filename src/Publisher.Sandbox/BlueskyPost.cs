using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>What a Bluesky post may hold, by its lexicon, and how a reader sees it.</summary>
internal sealed partial class Bluesky
{
    private const string Images = "app.bsky.embed.images";
    private const string Gallery = "app.bsky.embed.gallery";
    private const string Video = "app.bsky.embed.video";
    private const string External = "app.bsky.embed.external";

    private static readonly Shape BlobShape = Shape.Object(("$type!", Shape.OneOf("blob")), ("ref!", Shape.Object(("$link!", Shape.Text))), ("mimeType!", Shape.Text), ("size!", Shape.Whole));
    private static readonly Shape Ratio = Shape.Object(("width!", Shape.Whole), ("height!", Shape.Whole));
    private static readonly Shape StrongRef = Shape.Object(("uri!", Shape.Text), ("cid!", Shape.Text));

    private static readonly Shape PostShape = Shape.Object(
        ("$type!", Shape.OneOf(PostCollection)), ("text!", Shape.Text), ("createdAt!", Shape.Text), ("langs", Shape.List(Shape.Text, 3)),
        ("facets", Shape.List(Shape.Object(("$type", Shape.OneOf("app.bsky.richtext.facet")), ("index!", Shape.Object(("$type", Shape.Text), ("byteStart!", Shape.Whole), ("byteEnd!", Shape.Whole))), ("features!", Shape.List(Shape.Any))))),
        ("reply", Shape.Object(("root!", StrongRef), ("parent!", StrongRef))), ("embed", Shape.Any),
        ("labels", Shape.Object(("$type!", Shape.OneOf("com.atproto.label.defs#selfLabels")), ("values!", Shape.List(Shape.Object(("val!", Shape.Text)), 10)))),
        ("tags", Shape.List(Shape.Text, 8)));

    private static readonly Dictionary<string, Shape> EmbedShapes = new()
    {
        [Images] = Shape.Object(("$type!", Shape.Text), ("images!", Shape.List(Shape.Object(("$type", Shape.Text), ("image!", BlobShape), ("alt!", Shape.Text), ("aspectRatio", Ratio)), 4))),
        [Gallery] = Shape.Object(("$type!", Shape.Text), ("items!", Shape.List(Shape.Object(("$type!", Shape.OneOf(Gallery + "#image")), ("image!", BlobShape), ("alt!", Shape.Text), ("aspectRatio!", Ratio)), 20))),
        [Video] = Shape.Object(("$type!", Shape.Text), ("video!", BlobShape), ("alt", Shape.Text), ("aspectRatio", Ratio), ("captions", Shape.List(Shape.Object(("lang!", Shape.Text), ("file!", BlobShape)), 20)), ("presentation", Shape.Text)),
        [External] = Shape.Object(("$type!", Shape.Text), ("external!", Shape.Object(("uri!", Shape.Text), ("title!", Shape.Text), ("description!", Shape.Text), ("thumb", BlobShape)))),
    };

    private static readonly Dictionary<string, Shape> FeatureShapes = new()
    {
        ["app.bsky.richtext.facet#link"] = Shape.Object(("$type!", Shape.Text), ("uri!", Shape.Text)),
        ["app.bsky.richtext.facet#mention"] = Shape.Object(("$type!", Shape.Text), ("did!", Shape.Text)),
        ["app.bsky.richtext.facet#tag"] = Shape.Object(("$type!", Shape.Text), ("tag!", Shape.Text)),
    };

    private (SandboxPost? Post, Answer? Refusal) ReadPost(Call call, string rkey)
    {
        var record = call.Json.GetProperty("record");
        var problem = Hold(call, PostShape, record) ?? CheckText(record);
        var embed = default(JsonElement);
        if (problem is null && record.TryGetProperty("embed", out embed))
        {
            problem = EmbedShapes.TryGetValue(Text(embed, "$type") ?? "", out var shape) ? Hold(call, shape, embed) : "/embed is of a type the sandbox does not know";
        }

        if (problem is not null)
        {
            Object(call, "record" + problem);
            return (null, Error(400, "InvalidRequest", $"Invalid {PostCollection} record: Record{problem}"));
        }

        var (media, card, missing) = ReadEmbed(call, embed);
        if (missing is not null)
        {
            return (null, missing);
        }

        var text = record.GetProperty("text").GetString()!;
        var reply = record.TryGetProperty("reply", out var found) ? found : default;
        CheckReply(call, reply);
        if (text.Length == 0 && media.Count == 0 && card is null)
        {
            Object(call, "a post without text and embed");
        }

        return (new SandboxPost
        {
            Platform = Key,
            Account = call.Account.Id,
            Id = Address(call.Account.Id, rkey),
            Path = $"profile/{call.Account.Id}/post/{rkey}",
            Text = text,
            SentText = text,
            Language = record.TryGetProperty("langs", out var langs) ? string.Join(' ', langs.EnumerateArray()) : null,
            Links = ReadFacets(call, record, text),
            Media = media,
            Card = card,
            ReplyTo = reply.ValueKind == JsonValueKind.Object ? Text(reply.GetProperty("parent"), "uri") : null,
            Visibility = "public",
            At = World.Now,
            VisibleFrom = World.Now,
            Source = record.GetRawText(),
        }, null);
    }

    // Extra fields are stored by the real server; they are noted, not refused.
    private string? Hold(Call call, Shape shape, JsonElement value)
    {
        foreach (var problem in shape.Check(value))
        {
            if (!problem.EndsWith("is not a known field", StringComparison.Ordinal))
            {
                return problem;
            }

            Object(call, "record" + problem);
        }

        return null;
    }

    private static string? CheckText(JsonElement record)
    {
        var text = record.GetProperty("text").GetString()!;
        return Encoding.UTF8.GetByteCount(text) > 3000 ? "/text must not be longer than 3000 characters"
            : TextMarks.Graphemes(text) > 300 ? "/text must not be longer than 300 graphemes"
            : !Moment().IsMatch(record.GetProperty("createdAt").GetString()!) || !DateTimeOffset.TryParse(record.GetProperty("createdAt").GetString(), out _) ? "/createdAt must be an valid atproto datetime (both RFC-3339 and ISO-8601)"
            : record.TryGetProperty("langs", out var langs) && langs.EnumerateArray().Any(l => !Lang().IsMatch(l.GetString()!)) ? "/langs/0 must be a well-formed BCP 47 language tag"
            : record.TryGetProperty("tags", out var tags) && tags.EnumerateArray().Any(t => IsLongTag(t.GetString()!)) ? "/tags/0 must not be longer than 64 graphemes"
            : null;
    }

    private static bool IsLongTag(string tag) => TextMarks.Graphemes(tag) > 64 || Encoding.UTF8.GetByteCount(tag) > 640;

    private (List<SandboxMedia> Media, SandboxCard? Card, Answer? Refusal) ReadEmbed(Call call, JsonElement embed)
    {
        var media = new List<SandboxMedia>();
        Answer? refusal = null;
        Upload? Take(JsonElement blob, string accept, long max, string path)
        {
            var (upload, problem) = FindBlob(call, blob, accept, max, path);
            refusal ??= problem;
            return upload;
        }

        switch (embed.ValueKind == JsonValueKind.Object ? Text(embed, "$type") : null)
        {
            case Images or Gallery:
                var items = embed.TryGetProperty("images", out var images) ? images : embed.GetProperty("items");
                media.AddRange(items.EnumerateArray().Select(i => Take(i.GetProperty("image"), "image/", 2_000_000, "/embed/images/image")?.ToMedia(Text(i, "alt"))).OfType<SandboxMedia>());
                break;
            case Video:
                var captions = embed.TryGetProperty("captions", out var tracks)
                    ? tracks.EnumerateArray().Select(track => (Language: Text(track, "lang")!, File: Take(track.GetProperty("file"), "text/vtt", 20_000, "/embed/captions/file"))).ToList()
                    : [];
                if (captions.Exists(track => !Lang().IsMatch(track.Language)))
                {
                    refusal ??= Error(400, "InvalidRequest", $"Invalid {PostCollection} record: Record/embed/captions/lang must be a well-formed BCP 47 language tag");
                }

                foreach (var track in captions.Where(track => track.File is { Sha256: { } hash } && !MediaStore.IsWebVtt(World.Media.Get(hash)!)))
                {
                    Object(call, $"the captions in {track.Language} are no WebVTT");
                }

                media.AddRange(new[] { Take(embed.GetProperty("video"), "video/mp4", 300_000_000, "/embed/video")?.ToMedia(Text(embed, "alt")) }.OfType<SandboxMedia>()
                    .Select(video => video with { Captions = [.. captions.Where(track => track.File is not null).Select(track => new SandboxCaptions(track.Language, track.File!.Sha256!))] }));
                break;
            case External:
                var external = embed.GetProperty("external");
                var thumb = external.TryGetProperty("thumb", out var blob) ? Take(blob, "image/", 1_000_000, "/embed/external/thumb") : null;
                if (!Uri.TryCreate(Text(external, "uri"), UriKind.Absolute, out _))
                {
                    Object(call, "record/embed/external/uri is not an address");
                    refusal ??= Error(400, "InvalidRequest", $"Invalid {PostCollection} record: Record/embed/external/uri must be a uri");
                }

                return (media, new SandboxCard(Text(external, "uri")!, Text(external, "title")!, Text(external, "description")!, thumb?.Sha256), refusal);
        }

        return (media, null, refusal);
    }

    private (Upload? Upload, Answer? Refusal) FindBlob(Call call, JsonElement blob, string accept, long max, string path)
    {
        var cid = Text(blob.GetProperty("ref"), "$link");
        var (mime, size) = (Text(blob, "mimeType") ?? "", blob.GetProperty("size").GetInt64());
        if (size > max)
        {
            return (null, Error(400, "InvalidRequest", $"Invalid {PostCollection} record: Record{path} must be at most {max} bytes"));
        }

        if (!mime.StartsWith(accept, StringComparison.Ordinal))
        {
            return (null, Error(400, "InvalidMimeType", $"Wrong mimetype. It is {mime} but it must match {accept}"));
        }

        if (!Uploads.TryGetValue(call.Account.Id + "/" + cid, out var upload))
        {
            return (null, Error(400, "BlobNotFound", "Could not find blob: " + cid));
        }

        return upload.Bytes != size || upload.Type != mime
            ? (null, Error(400, upload.Bytes != size ? "InvalidSize" : "InvalidMimeType", "The blob reference differs from what was uploaded"))
            : (upload, null);
    }

    private void CheckReply(Call call, JsonElement reply)
    {
        if (reply.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        // The real server takes any reference; a wrong one would hang in the air for readers.
        foreach (var side in new[] { "root", "parent" })
        {
            var target = reply.GetProperty(side);
            var post = Feed.Find(Text(target, "uri"));
            if (post is null || CidOf(post) != Text(target, "cid"))
            {
                Object(call, $"record/reply/{side} names no post with this cid");
            }
        }
    }

    private List<SandboxLink> ReadFacets(Call call, JsonElement record, string text)
    {
        var links = new List<SandboxLink>();
        var bytes = Encoding.UTF8.GetBytes(text);
        var last = 0L;
        foreach (var facet in record.TryGetProperty("facets", out var facets) ? facets.EnumerateArray().OrderBy(f => f.GetProperty("index").GetProperty("byteStart").GetInt64()) : Enumerable.Empty<JsonElement>())
        {
            var start = facet.GetProperty("index").GetProperty("byteStart").GetInt64();
            var end = facet.GetProperty("index").GetProperty("byteEnd").GetInt64();
            if (start < 0 || end <= start || end > bytes.Length || !IsEdge(bytes, start) || !IsEdge(bytes, end) || start < last)
            {
                Object(call, $"a facet from byte {start} to {end} does not fit the text of {bytes.Length} bytes or overlaps another");
                continue;
            }

            last = end;
            var from = Encoding.UTF8.GetCharCount(bytes, 0, (int)start);
            var length = Encoding.UTF8.GetCharCount(bytes, (int)start, (int)(end - start));
            links.AddRange(facet.GetProperty("features").EnumerateArray().Select(f => ReadFeature(call, f, from, length)).OfType<SandboxLink>());
        }

        return links;
    }

    private static bool IsEdge(byte[] bytes, long at) => at == bytes.Length || (bytes[at] & 0xC0) != 0x80;

    private SandboxLink? ReadFeature(Call call, JsonElement feature, int start, int length)
    {
        var type = feature.ValueKind == JsonValueKind.Object ? Text(feature, "$type") ?? "" : "";
        if (!FeatureShapes.TryGetValue(type, out var shape) || shape.Check(feature).FirstOrDefault() is not null)
        {
            Object(call, $"a facet's feature {type} is not as its lexicon says");
            return null;
        }

        var kind = type.Split('#')[1];
        var target = Text(feature, kind switch { "link" => "uri", "mention" => "did", _ => "tag" })!;
        var problem = kind switch
        {
            "link" => !Uri.TryCreate(target, UriKind.Absolute, out _),
            "mention" => Accounts.All(a => a.Id != target) && !SandboxAccounts.KnownHandles.Values.Contains(target),
            _ => target.StartsWith('#') || target.Length == 0 || IsLongTag(target),
        };
        if (problem)
        {
            Object(call, $"a facet's {kind} leads nowhere: {target}");
        }

        return new SandboxLink(start, length, kind, target);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Moment();

    [GeneratedRegex("^(i|[a-z]{2,3})(-[a-zA-Z0-9]+)*$")]
    private static partial Regex Lang();
}
