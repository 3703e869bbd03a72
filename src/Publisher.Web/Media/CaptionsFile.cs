using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Publisher.Web.Storage;

namespace Publisher.Web.Media;

/// <summary>
/// Reads captions as people hand them in, WebVTT (w3.org/TR/webvtt1) or SubRip, and writes the one form in which they are kept: WebVTT with
/// nothing but times, places and words. What a player might take for something else than words is refused, by its line; styles, regions and
/// remarks are left out.
/// </summary>
internal static partial class CaptionsFile
{
    private const string Head = "WEBVTT";
    private const string Arrow = "-->";

    /// <param name="longest">Of the video; a caption that begins later belongs to another one.</param>
    public static Answer<IReadOnlyList<Cue>> Read(ReadOnlySpan<byte> file, TimeSpan longest)
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(file).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return new Refusal("captions.not.utf8");
        }

        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).ToArray();
        if (Array.FindIndex(lines, line => line.Any(letter => char.IsControl(letter) && letter != '\t')) is >= 0 and var odd)
        {
            return new Refusal("captions.signs", odd + 1);
        }

        var isWebVtt = lines[0] == Head || lines[0].StartsWith($"{Head} ", StringComparison.Ordinal) || lines[0].StartsWith($"{Head}\t", StringComparison.Ordinal);
        return Read(lines, isWebVtt, longest);
    }

    public static byte[] Write(IReadOnlyList<Cue> cues)
    {
        var file = new StringBuilder($"{Head}\n");
        foreach (var cue in cues)
        {
            file.Append('\n').Append(Time(cue.From)).Append($" {Arrow} ").Append(Time(cue.To)).Append(cue.Settings.Length > 0 ? $" {cue.Settings}" : "").Append('\n').Append(cue.Text).Append('\n');
        }

        return Encoding.UTF8.GetBytes(file.ToString());
    }

    private static Answer<IReadOnlyList<Cue>> Read(string[] lines, bool isWebVtt, TimeSpan longest)
    {
        var cues = new List<Cue>();
        var at = isWebVtt ? EndOfBlock(lines, 0) : 0;
        while (at < lines.Length)
        {
            if (lines[at].Length == 0)
            {
                at++;
                continue;
            }

            var end = EndOfBlock(lines, at);
            if (!isWebVtt || !Beside().IsMatch(lines[at]))
            {
                // The line above the times is a name or a number of the caption.
                at += lines[at].Contains(Arrow, StringComparison.Ordinal) ? 0 : 1;
                var (cue, refusal) = ReadCue(lines, at, end, isWebVtt, cues.Count > 0 ? cues[^1].From : TimeSpan.Zero, longest);
                if (refusal is not null)
                {
                    return refusal;
                }

                cues.AddRange(cue is null ? [] : [cue]);
            }

            at = end;
        }

        return cues.Count > 0 ? cues : new Refusal("captions.none");
    }

    /// <summary>The caption whose times stand in this line; none where nothing is said in it.</summary>
    private static (Cue? Cue, Refusal? Refusal) ReadCue(string[] lines, int at, int end, bool isWebVtt, TimeSpan before, TimeSpan longest)
    {
        if (at >= end || Times().Match(lines[at]) is not { Success: true } times)
        {
            return (null, new Refusal("captions.times", Math.Min(at, lines.Length - 1) + 1));
        }

        var (from, to) = (TimeOf(times, 1), TimeOf(times, 5));
        if (to <= from || from < before)
        {
            return (null, new Refusal("captions.order", at + 1));
        }

        if (from >= longest)
        {
            return (null, new Refusal("captions.beyond", at + 1, Time(longest)));
        }

        var words = new List<string>(end - at);
        for (var line = at + 1; line < end; line++)
        {
            if (lines[line].Contains(Arrow, StringComparison.Ordinal))
            {
                return (null, new Refusal("captions.gap", line + 1));
            }

            if (WordsOf(lines[line].Trim(), isWebVtt) is not { } said)
            {
                return (null, new Refusal("captions.mark", line + 1));
            }

            words.Add(said);
        }

        var settings = isWebVtt ? string.Join(' ', times.Groups[9].Value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(one => Setting().IsMatch(one))) : "";
        return (words.Count == 0 ? null : new Cue(from, to, string.Join('\n', words), settings), null);
    }

    /// <summary>Null where there are marks beside bold, italic, underlined and who speaks. In SubRip every other sign means itself.</summary>
    private static string? WordsOf(string line, bool isWebVtt)
    {
        var bare = Mark().Replace(line, "");
        if (isWebVtt)
        {
            return bare.Contains('<', StringComparison.Ordinal) ? null : line;
        }

        if (Foreign().IsMatch(bare))
        {
            return null;
        }

        // What stands between the marks is written as WebVTT writes it.
        var marks = Mark().Matches(line).Select(mark => mark.Value).Append("");
        return string.Concat(Mark().Split(line).Zip(marks, (text, mark) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal) + mark));
    }

    private static int EndOfBlock(string[] lines, int at)
    {
        while (at < lines.Length && lines[at].Length > 0)
        {
            at++;
        }

        return at;
    }

    private static TimeSpan TimeOf(Match times, int group)
    {
        int Number(int offset) => times.Groups[group + offset] is { Success: true, Value: var value } ? int.Parse(value, CultureInfo.InvariantCulture) : 0;
        return new TimeSpan(0, Number(0), Number(1), Number(2), Number(3));
    }

    private static string Time(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}.{time.Milliseconds:000}");

    [GeneratedRegex(@"^(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})[ \t]+-->[ \t]+(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})(?:[ \t]+(.*))?$")]
    private static partial Regex Times();

    [GeneratedRegex(@"^(?:vertical:(?:rl|lr)|(?:line|position|size):[0-9.]+%?(?:,[a-z-]+)?|align:(?:start|center|end|left|right))$")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^(?:NOTE|STYLE|REGION)(?:[ \t]|$)")]
    private static partial Regex Beside();

    [GeneratedRegex(@"</?[biu]>|<v(?:\.[\w-]+)? [^<>&]+>|</v>")]
    private static partial Regex Mark();

    [GeneratedRegex(@"<[/a-zA-Z!]|\{\\")]
    private static partial Regex Foreign();
}
