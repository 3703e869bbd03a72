using System.Text;

namespace Publisher.Platforms.Text;

/// <summary>The one form in which text is kept, sealed, counted and sent: NFC, line ends as \n, whole characters only.</summary>
public static class PlainText
{
    public static string Normalize(string text)
    {
        var lines = text.Contains('\r') ? text.ReplaceLineEndings("\n") : text;
        var whole = Whole(lines);
        return whole.IsNormalized(NormalizationForm.FormC) ? whole : whole.Normalize(NormalizationForm.FormC);
    }

    /// <summary>Half a surrogate pair, which a browser can send while a person types, is no text: normalising would throw, JSON would alter it.</summary>
    private static string Whole(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // The enumerator itself puts U+FFFD where half a pair stands.
            if (rune == Rune.ReplacementChar)
            {
                return string.Concat(text.EnumerateRunes());
            }
        }

        return text;
    }
}
