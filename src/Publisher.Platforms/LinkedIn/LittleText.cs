using System.Text;

namespace Publisher.Platforms.LinkedIn;

/// <summary>
/// LinkedIn's markup inside a post ("little text"). A reserved character that is not escaped can cut the text off without
/// any error, so every one is. Source: learn.microsoft.com/linkedin, little-text-format.
/// </summary>
internal static class LittleText
{
    private const string Reserved = @"\|{}@[]()<>#*_~";

    private const string HashtagStart = @"{hashtag|\#|";

    public static string Escape(string text, IReadOnlyList<Entity> entities)
    {
        var escaped = new StringBuilder(text.Length + 32);
        var at = 0;
        foreach (var tag in entities.Where(entity => entity.Kind == EntityKind.Hashtag))
        {
            Append(escaped, text.AsSpan(at, tag.Start - at));
            escaped.Append(HashtagStart);
            Append(escaped, tag.Value);
            escaped.Append('}');
            at = tag.Start + tag.Length;
        }

        Append(escaped, text.AsSpan(at));
        return escaped.ToString();
    }

    /// <summary>The text a reader sees, for comparing with what LinkedIn gives back.</summary>
    public static string Plain(string little)
    {
        var plain = new StringBuilder(little.Length);
        var inTag = false;
        for (var at = 0; at < little.Length; at++)
        {
            if (!inTag && little.AsSpan(at).StartsWith(HashtagStart, StringComparison.Ordinal))
            {
                plain.Append('#');
                at += HashtagStart.Length - 1;
                inTag = true;
            }
            else if (little[at] == '\\' && at + 1 < little.Length)
            {
                plain.Append(little[++at]);
            }
            else if (inTag && little[at] == '}')
            {
                inTag = false;
            }
            else
            {
                plain.Append(little[at]);
            }
        }

        return plain.ToString();
    }

    private static void Append(StringBuilder escaped, ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (Reserved.Contains(letter, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(letter);
        }
    }
}
