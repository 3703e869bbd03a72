using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Publisher.Platforms;

namespace Publisher.Web.Messages;

/// <summary>
/// The bytes of a post that a person approves, and their hash. The bytes are JSON in the canonical form of RFC 8785
/// (sorted names, no space, shortest escapes; all numbers are integers), so that anyone can compute the same hash from
/// the same content. They are kept as they are and never rebuilt.
/// </summary>
public static class Seal
{
    /// <summary>Of the bytes. A later form gets a new number and the old stays readable.</summary>
    public const int Format = 1;

    public static string Of(ReadOnlySpan<byte> frozen) => Convert.ToHexStringLower(SHA256.HashData(frozen));

    /// <param name="salt">Random, kept inside, so that a seal in the log does not give away a text one can guess.</param>
    public static byte[] Freeze(Post post, string salt)
    {
        var frozen = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["account"] = post.AccountId,
            ["format"] = Format,
            ["parts"] = post.Parts.Select(Canonical).ToArray(),
            ["platform"] = post.Platform,
            ["salt"] = salt,
            ["server"] = post.Server.AbsoluteUri,
        };

        var text = new StringBuilder();
        Write(text, frozen);
        return Encoding.UTF8.GetBytes(text.ToString());
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

    private static SortedDictionary<string, object?> Canonical(Part part) => new(StringComparer.Ordinal)
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

    private static SortedDictionary<string, object?> Canonical(Publisher.Platforms.Media media) => new(StringComparer.Ordinal)
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

    private static Part ReadPart(JsonElement part) => new()
    {
        Number = part.GetProperty("number").GetInt32(),
        Text = part.GetProperty("text").GetString()!,
        Language = part.GetProperty("language").GetString()!,
        Media = [.. part.GetProperty("media").EnumerateArray().Select(ReadMedia)],
        Mentions = [.. part.GetProperty("mentions").EnumerateArray().Select(mention => new Mention(mention.GetProperty("handle").GetString()!, mention.GetProperty("id").GetString()!))],
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
    };

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string words:
                WriteString(text, words);
                break;
            case int or long:
                text.Append(Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
                break;
            case SortedDictionary<string, object?> members:
                WriteAll(text, '{', members, '}', member =>
                {
                    WriteString(text, member.Key);
                    text.Append(':');
                    Write(text, member.Value);
                });
                break;
            case object?[] items:
                WriteAll(text, '[', items, ']', item => Write(text, item));
                break;
            default:
                throw new InvalidOperationException($"{value.GetType()} has no canonical form.");
        }
    }

    private static void WriteAll<T>(StringBuilder text, char open, IEnumerable<T> items, char close, Action<T> write)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                text.Append(',');
            }

            isFirst = false;
            write(item);
        }

        text.Append(close);
    }

    // RFC 8785, 3.2.2.2: two-character escapes where JSON has them, \u00xx for other controls, everything else as it is.
    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }
}
