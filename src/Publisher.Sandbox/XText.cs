using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>How X counts and rewrites text. Written from its published counting rules, independent of the product's own.</summary>
internal static partial class XText
{
    private const string Common = "com|org|net|edu|gov|mil|int|info|biz|name|pro|aero|coop|museum|asia|cat|jobs|mobi|post|tel|travel|xxx|app|dev|blog|cloud|online|shop|site|store|tech|news|press|media|social|live|world|page|wiki|design|agency|berlin|hamburg|koeln|bayern|paris|london|wien|brussels|amsterdam|tirol|nrw|saarland|ruhr|vlaanderen|gent|barcelona|madrid|istanbul|tokyo|nyc|earth|green|eco|water|energy|bio|ngo|ong|foundation|institute|education|university|academy|center|community|network|digital|email|link|click|today|zone|xyz|top|club|global|international|support|help|services|report|video|audio|photo|photos|tv|radio|health|care|life|city|town|land|house|space|website|systems|solutions|software|events|group|team|art";

    /// <summary>Everything X turns into a t.co link, also without a scheme.</summary>
    public static IReadOnlyList<(int Start, int Length)> Addresses(string text)
        => [.. Address().Matches(text).Select(m => m.Groups["url"]).Select(g => (g.Index, Trim(g.Value)))];

    /// <summary>Weighted length: addresses 23, emoji 2, Latin and similar 1, all else 2.</summary>
    public static int Weight(string text)
    {
        var normal = text.Normalize(NormalizationForm.FormC);
        var weight = 0;
        var at = 0;
        foreach (var (start, length) in Addresses(normal))
        {
            weight += Plain(normal[at..start]) + 23;
            at = start + length;
        }

        return weight + Plain(normal[at..]);
    }

    /// <summary>The short address X puts in place of one; the same for the same address.</summary>
    public static string Short(string address)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        return "https://t.co/" + string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(address)).Take(10).Select(b => Alphabet[b % 62]));
    }

    private static int Plain(string text)
    {
        var weight = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            weight += IsEmoji(element) ? 2 : element.EnumerateRunes().Sum(r => IsLight(r.Value) ? 1 : 2);
        }

        return weight;
    }

    private static bool IsLight(int point) => point is <= 0x10FF or (>= 0x2000 and <= 0x200D) or (>= 0x2010 and <= 0x201F) or (>= 0x2032 and <= 0x2037);

    private static bool IsEmoji(string element)
    {
        var first = element.EnumerateRunes().First().Value;
        return first is (>= 0x1F000 and <= 0x1FAFF)
            || (first is (>= 0x2190 and <= 0x2BFF) or 0x3030 or 0x303D or 0x3297 or 0x3299 or 0xA9 or 0xAE or 0x203C or 0x2049 or 0x2122 or 0x2139 && (element.Contains('\uFE0F') || first > 0x2300))
            || element.Contains('\u20E3');
    }

    private static int Trim(string address)
    {
        var end = address.Length;
        while (".,;:!?'\"".Contains(address[end - 1]) || (address[end - 1] == ')' && address[..end].Count(c => c == ')') > address[..end].Count(c => c == '(')))
        {
            end--;
        }

        return end;
    }

    [GeneratedRegex(
        @"(?<![A-Za-z0-9@＠$#＃_./-])(?<url>(?:https?://(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}|(?:[a-z0-9\u00C0-\u024F](?:[a-z0-9_\u00C0-\u024F-]*[a-z0-9\u00C0-\u024F])?\.)+(?:" + Common + @"|[a-z]{2}))(?![a-z0-9@＠_-])(?::[0-9]+)?(?:/[A-Za-z0-9\u00C0-\u024F\u0400-\u04FF!*';:=+,.$%#/~_|&@()\[\]-]*)?(?:\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*)?)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
