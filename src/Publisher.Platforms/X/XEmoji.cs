using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Publisher.Platforms.X;

/// <summary>
/// Which sequences are one emoji, for the rule "an emoji counts 2 however it is composed". By Unicode's list of recommended emoji
/// (unicode.org/Public/emoji/17.0/emoji-test.txt): a sequence that is not on it shows as several, and counts as several.
/// </summary>
internal static class XEmoji
{
    private const char Joiner = '\u200d';
    private const char TextStyle = '\ufe0e';
    private const char EmojiStyle = '\ufe0f';
    private const char Keycap = '\u20e3';

    /// <summary>The longest recommended sequence joins four.</summary>
    private const int MostJoined = 4;

    /// <summary>First signs, and what may be joined to each of them; skin tones and style selectors left out.</summary>
    private static readonly (string Firsts, string Joined)[] Table =
    [
        ("👨👩🧑", "⚕ ⚖ ✈ 🌾 🍳 🍼 🎓 🎤 🎨 🏫 🏭 💻 💼 🔧 🔬 🚀 🚒 🦯 🦰 🦱 🦲 🦳 🦼 🦽 🦯+➡ 🦼+➡ 🦽+➡"),
        ("👨👩", "👦 👧 ❤+👨 👦+👦 👧+👦 👧+👧 👩+👦 👩+👧 🤝+👨 ❤+💋+👨 👩+👦+👦 👩+👧+👦 👩+👧+👧"),
        ("🧑", "🎄 🧒 🩰 ❤+🧑 🐰+🧑 🤝+🧑 🧑+🧒 🧒+🧒 🫯+🧑 ❤+💋+🧑 🧑+🧒+🧒"),
        ("👨", "🐰+👨 👨+👦 👨+👧 🫯+👨 👨+👦+👦 👨+👧+👦 👨+👧+👧"),
        ("👩", "❤+👩 🐰+👩 🤝+👩 🫯+👩 ❤+💋+👩"),
        ("🏃🚶🧎", "➡ ♀+➡ ♂+➡"),
        ("⛹🏃🏄🏊🏋🏌👮👯👰👱👳👷💁💂💆💇🕵🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤼🤽🤾🦸🦹🧍🧎🧏🧔🧖🧗🧘🧙🧚🧛🧜🧝🧞🧟", "♀ ♂"),
        ("🏳", "⚧ 🌈"),
        ("🙂", "↔ ↕"),
        ("⛓", "💥"),
        ("❤", "🩹"),
        ("❤🐦", "🔥"),
        ("🍄", "🟫"),
        ("🍋", "🟩"),
        ("🏴", "☠"),
        ("🐈🐦", "⬛"),
        ("🐕", "🦺"),
        ("🐻", "❄"),
        ("👁", "🗨"),
        ("😮", "💨"),
        ("😵", "💫"),
        ("😶", "🌫"),
        ("🫱", "🫲"),
    ];

    /// <summary>Signs that take a skin tone.</summary>
    private const string TakesTone =
        "☝⛹✊✋✌✍🎅🏂🏃🏄🏇🏊🏋🏌👂👃👆👇👈👉👊👋👌👍👎👏👐👦👧👨👩👫👬👭👮👯👰👱👲👳👴👵👶👷👸👼💁💂💃💅💆💇💏💑💪🕴🕵🕺🖐🖕"
        + "🖖🙅🙆🙇🙋🙌🙍🙎🙏🚣🚴🚵🚶🛀🛌🤌🤏🤘🤙🤚🤛🤜🤝🤞🤟🤦🤰🤱🤲🤳🤴🤵🤶🤷🤸🤹🤼🤽🤾🥷🦵🦶🦸🦹🦻🧍🧎🧏🧑🧒🧓🧔🧕🧖🧗🧘🧙🧚🧛🧜"
        + "🧝🫃🫄🫅🫰🫱🫲🫳🫴🫵🫶🫷🫸";

    private const string Flags =
        """
        AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL
        CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ
        GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU
        LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN
        PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
        TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
        """;

    /// <summary>England, Scotland and Wales, the only flags spelled with tags.</summary>
    private static readonly string[] TagFlags = ["gbeng", "gbsct", "gbwls"];

    private static readonly FrozenSet<string> Sequences = Table
        .SelectMany(row => row.Firsts.EnumerateRunes().SelectMany(first => row.Joined.Split(' ').Select(joined => $"{first}+{joined}")))
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<Rune> Toned = TakesTone.EnumerateRunes().ToFrozenSet();

    private static readonly FrozenSet<string> Regions = Flags.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// UTF-16 units of the emoji at the start of the span, or 0 where none is. A sign that is an emoji only by itself, such as half
    /// a flag, may be 0 as well: alone it weighs the same.
    /// </summary>
    public static int Match(ReadOnlySpan<char> text)
    {
        if (text[0] is '#' or '*' or (>= '0' and <= '9'))
        {
            var key = text.Length > 1 && text[1] == EmojiStyle ? 2 : 1;
            return text.Length > key && text[key] == Keycap ? key + 1 : 0;
        }

        // Below this are letters, and punctuation that is no emoji; the two signs before it are emoji only where the text says so.
        if (text[0] < '\u203c')
        {
            return text[0] is '\u00a9' or '\u00ae' && text.Length > 1 && text[1] == EmojiStyle ? 2 : 0;
        }

        if (Rune.DecodeFromUtf16(text, out var first, out var length) != System.Buffers.OperationStatus.Done)
        {
            return 0;
        }

        if (IsRegional(first))
        {
            return Rune.DecodeFromUtf16(text[length..], out var second, out var more) == System.Buffers.OperationStatus.Done
                && IsRegional(second) && Regions.Contains($"{Letter(first)}{Letter(second)}") ? length + more : 0;
        }

        if (!IsPictograph(text[..length]))
        {
            return 0;
        }

        if (first.Value == 0x1F3F4 && TagFlag(text[length..]) is > 0 and var tags)
        {
            return length + tags;
        }

        var end = length + Style(text[length..], first);
        return end < text.Length && text[end] == TextStyle ? 0 : Joined(text, first, end);
    }

    /// <summary>The end of the longest recommended sequence that begins with this sign.</summary>
    private static int Joined(ReadOnlySpan<char> text, Rune first, int end)
    {
        var best = end;
        var sequence = new StringBuilder(first.ToString());
        for (var count = 1; count < MostJoined && end < text.Length && text[end] == Joiner; count++)
        {
            if (Rune.DecodeFromUtf16(text[(end + 1)..], out var next, out var length) != System.Buffers.OperationStatus.Done)
            {
                break;
            }

            end += 1 + length;
            end += Style(text[end..], next);
            if (Sequences.Contains(sequence.Append('+').Append(next).ToString()))
            {
                best = end;
            }
        }

        return best;
    }

    /// <summary>Units of the skin tone or the style selector that belongs to the sign before.</summary>
    private static int Style(ReadOnlySpan<char> rest, Rune sign)
    {
        if (rest.IsEmpty)
        {
            return 0;
        }

        if (rest[0] == EmojiStyle)
        {
            return 1;
        }

        return Toned.Contains(sign) && Rune.DecodeFromUtf16(rest, out var tone, out var length) == System.Buffers.OperationStatus.Done && IsTone(tone) ? length : 0;
    }

    private static int TagFlag(ReadOnlySpan<char> rest)
    {
        const int LettersOfATagFlag = 5;
        if (rest.Length < (LettersOfATagFlag + 1) * 2)
        {
            return 0;
        }

        Span<char> letters = stackalloc char[LettersOfATagFlag];
        for (var place = 0; place <= LettersOfATagFlag; place++)
        {
            if (Rune.DecodeFromUtf16(rest[(place * 2)..], out var tag, out _) != System.Buffers.OperationStatus.Done || tag.Value is < 0xE0020 or > 0xE007F)
            {
                return 0;
            }

            if (place < LettersOfATagFlag)
            {
                letters[place] = (char)(tag.Value - 0xE0000);
            }
            else if (tag.Value != 0xE007F)
            {
                return 0;
            }
        }

        foreach (var flag in TagFlags)
        {
            if (letters.SequenceEqual(flag))
            {
                return (LettersOfATagFlag + 1) * 2;
            }
        }

        return 0;
    }

    /// <summary>
    /// .NET shows no property for pictographs, but its own tables obey it: by rule GB11 of Unicode's text segmentation two signs
    /// around a joiner are one cluster only where both are pictographs.
    /// </summary>
    private static bool IsPictograph(ReadOnlySpan<char> sign)
    {
        Span<char> pair = stackalloc char[5];
        sign.CopyTo(pair);
        pair[sign.Length] = Joiner;
        sign.CopyTo(pair[(sign.Length + 1)..]);
        return StringInfo.GetNextTextElementLength(pair[..(sign.Length * 2 + 1)]) > sign.Length + 1;
    }

    private static bool IsTone(Rune rune) => rune.Value is >= 0x1F3FB and <= 0x1F3FF;

    private static bool IsRegional(Rune rune) => rune.Value is >= 0x1F1E6 and <= 0x1F1FF;

    private static char Letter(Rune regional) => (char)(regional.Value - 0x1F1E6 + 'A');
}
