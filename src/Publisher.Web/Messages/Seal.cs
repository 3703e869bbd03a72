using System.Security.Cryptography;
using System.Text.Json;
using Publisher.Platforms;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>
/// The bytes of a post that a person approves, and their hash. The bytes are <see cref="CanonicalJson"/>, so that anyone
/// can compute the same hash from the same content. They are kept as they are and never rebuilt.
/// </summary>
public static class Seal
{
    /// <summary>Of the bytes. A later form gets a new number and the old stays readable.</summary>
    public const int Format = 1;

    public static string Of(ReadOnlySpan<byte> frozen) => Convert.ToHexStringLower(SHA256.HashData(frozen));

    /// <param name="salt">Random, kept inside, so that a seal in the log does not give away a text one can guess.</param>
    public static byte[] Freeze(Post post, string salt)
    {
        return CanonicalJson.Bytes(new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["account"] = post.AccountId,
            ["format"] = Format,
            ["parts"] = post.Parts.Select(Canonical).ToArray(),
            ["platform"] = post.Platform,
            ["salt"] = salt,
            ["server"] = post.Server.AbsoluteUri,
        });
    }

    /// <summary>The post as it was frozen. <see cref="Post.Limits"/> are the caller's: they are not part of it.</summary>
    public static Post Thaw(ReadOnlySpan<byte> frozen, int format, Limits limits)
    {
        if (format != Format)
        {
            throw new NotSupportedException($"A post frozen in format {format} can't be read by this version.");
        }

        var reader = new Utf8JsonReader(frozen);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return new Post
        {
            Platform = root.GetProperty("platform").GetString()!,
            Server = new Uri(root.GetProperty("server").GetString()!),
            AccountId = root.GetProperty("account").GetString()!,
            Limits = limits,
            Parts = [.. root.GetProperty("parts").EnumerateArray().Select(ReadPart)],
        };
    }

    private static SortedDictionary<string, object?> Canonical(Part part)
    {
        var canonical = CanonicalWords(part);
        if (part.Correction is { } correction)
        {
            canonical["corrects"] = new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["id"] = correction.Post.Id,
                ["version"] = correction.Post.Version,
                ["way"] = correction.Way.ToString(),
            };
        }

        return canonical;
    }

    private static SortedDictionary<string, object?> CanonicalWords(Part part) => new(StringComparer.Ordinal)
    {
        ["card"] = part.Card is { } card
            ? new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["address"] = card.Address.OriginalString,
                ["description"] = card.Description,
                ["thumb"] = card.Thumb is { } thumb ? Canonical(thumb) : null,
                ["title"] = card.Title,
            }
            : null,
        ["language"] = part.Language,
        ["media"] = part.Media.Select(Canonical).ToArray(),
        ["mentions"] = part.Mentions.Select(mention => new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["handle"] = mention.Handle,
            ["id"] = mention.Id,
        }).ToArray(),
        ["number"] = part.Number,
        ["options"] = new SortedDictionary<string, object?>(part.Options.ToDictionary(option => option.Key, option => (object?)option.Value), StringComparer.Ordinal),
        ["text"] = part.Text,
    };

    private static SortedDictionary<string, object?> Canonical(Publisher.Platforms.Media media)
    {
        var canonical = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["alt"] = media.AltText,
            ["credit"] = media.Credit,
            ["hash"] = media.Hash,
            ["height"] = media.Height,
            ["length"] = media.Length,
            ["milliseconds"] = media.Duration is { } duration ? (long)duration.TotalMilliseconds : null,
            ["type"] = media.Type,
            ["width"] = media.Width,
        };
        if (media.Captions.Count > 0)
        {
            canonical["captions"] = media.Captions.Select(captions => new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["hash"] = captions.Hash,
                ["language"] = captions.Language,
                ["length"] = captions.Length,
                ["type"] = captions.Type,
            }).ToArray();
        }

        if (media.Cover is { } cover)
        {
            canonical["cover"] = Canonical(cover);
        }

        if (media.CoverAt is { } moment)
        {
            canonical["coverAt"] = (long)moment.TotalMilliseconds;
        }

        return canonical;
    }

    private static Part ReadPart(JsonElement part) => new()
    {
        Number = part.GetProperty("number").GetInt32(),
        Text = part.GetProperty("text").GetString()!,
        Language = part.GetProperty("language").GetString()!,
        Media = [.. part.GetProperty("media").EnumerateArray().Select(ReadMedia)],
        Mentions = [.. part.GetProperty("mentions").EnumerateArray().Select(mention => new Mention(mention.GetProperty("handle").GetString()!, mention.GetProperty("id").GetString()!))],
        Correction = part.TryGetProperty("corrects", out var corrects)
            ? new Correction(new RemotePost(corrects.GetProperty("id").GetString()!, null, corrects.GetProperty("version").GetString()), Enum.Parse<CorrectionWay>(corrects.GetProperty("way").GetString()!))
            : null,
        Options = part.GetProperty("options").EnumerateObject().ToDictionary(option => option.Name, option => option.Value.GetString()!),
        Card = part.GetProperty("card") is { ValueKind: JsonValueKind.Object } card
            ? new LinkCard(new Uri(card.GetProperty("address").GetString()!), card.GetProperty("title").GetString()!, card.GetProperty("description").GetString()!)
            {
                Thumb = card.GetProperty("thumb") is { ValueKind: JsonValueKind.Object } thumb ? ReadMedia(thumb) : null,
            }
            : null,
    };

    private static Publisher.Platforms.Media ReadMedia(JsonElement media) => new()
    {
        Hash = media.GetProperty("hash").GetString()!,
        Length = media.GetProperty("length").GetInt64(),
        Type = media.GetProperty("type").GetString()!,
        Width = media.GetProperty("width").GetInt32(),
        Height = media.GetProperty("height").GetInt32(),
        Duration = media.GetProperty("milliseconds") is { ValueKind: JsonValueKind.Number } milliseconds ? TimeSpan.FromMilliseconds(milliseconds.GetInt64()) : null,
        AltText = media.GetProperty("alt").GetString()!,
        Credit = media.GetProperty("credit").GetString()!,
        Captions = media.TryGetProperty("captions", out var captions) ? [.. captions.EnumerateArray().Select(ReadCaptions)] : [],
        Cover = media.TryGetProperty("cover", out var cover) ? ReadMedia(cover) : null,
        CoverAt = media.TryGetProperty("coverAt", out var moment) ? TimeSpan.FromMilliseconds(moment.GetInt64()) : null,
    };

    private static Publisher.Platforms.Media ReadCaptions(JsonElement captions) => new()
    {
        Hash = captions.GetProperty("hash").GetString()!,
        Length = captions.GetProperty("length").GetInt64(),
        Type = captions.GetProperty("type").GetString()!,
        Width = 0,
        Height = 0,
        Language = captions.GetProperty("language").GetString()!,
    };
}
