using System.Text;
using Publisher.Platforms.Meta;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Threads;

/// <summary>How Threads reads a text (developers.facebook.com/docs/threads/overview and posts, 2026-11).</summary>
internal static class ThreadsText
{
    private const char EmojiStyle = '\ufe0f';
    private const char Keycap = '\u20e3';

    private static readonly LinkRules Addresses = LinkRules.Plain with
    {
        // Not documented; whether "example.org" becomes a link only matters for counting links, and there more is safer.
        WithoutScheme = true,
    };

    /// <summary>Of hashtags only the first: it becomes the post's topic, the others stay text.</summary>
    public static IReadOnlyList<Entity> Entities(string text) => EntityOrder.Merge(LinkFinder.Find(text, Addresses), Names.Hashtags(text).Take(1), Names.Mentions(text));

    /// <summary>Emoji count their UTF-8 bytes, however they are composed; every other character counts 1.</summary>
    public static int Length(string text)
    {
        var left = PlainText.Normalize(text).AsSpan();
        var length = 0;
        while (!left.IsEmpty)
        {
            var cluster = left[..System.Globalization.StringInfo.GetNextTextElementLength(left)];
            length += IsEmoji(cluster) ? Encoding.UTF8.GetByteCount(cluster) : Characters(cluster);
            left = left[cluster.Length..];
        }

        return length;
    }

    /// <summary>The text as readers get it: the first hashtag became the topic, and its sign is gone.</summary>
    public static string WithoutFirstSign(string text) => Names.Hashtags(text).Select(tag => text.Remove(tag.Start, 1)).FirstOrDefault(text);

    /// <summary>For comparing texts of which one may have lost a sign.</summary>
    public static string WithoutSigns(string text) => text.Replace("#", "", StringComparison.Ordinal);

    /// <summary>Wider than Unicode's list where that is disputed: a sign counted too high is only a few characters lost.</summary>
    private static bool IsEmoji(ReadOnlySpan<char> cluster)
    {
        if (cluster.ContainsAny(EmojiStyle, Keycap))
        {
            return true;
        }

        foreach (var rune in cluster.EnumerateRunes())
        {
            if (rune.Value is (>= 0x1F000 and <= 0x1FAFF) or (>= 0x2300 and <= 0x2BFF) or 0x3030 or 0x303D or 0x3297 or 0x3299)
            {
                return true;
            }
        }

        return false;
    }

    private static int Characters(ReadOnlySpan<char> cluster)
    {
        var count = 0;
        foreach (var _ in cluster.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
