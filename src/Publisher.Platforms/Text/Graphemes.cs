using System.Globalization;

namespace Publisher.Platforms.Text;

/// <summary>What a reader takes for one character: extended grapheme clusters (unicode.org/reports/tr29), by .NET's own tables.</summary>
public static class Graphemes
{
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            text = text[StringInfo.GetNextTextElementLength(text)..];
            count++;
        }

        return count;
    }
}
