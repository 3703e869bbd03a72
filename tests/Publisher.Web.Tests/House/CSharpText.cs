using System.Text.RegularExpressions;

namespace Publisher.Web.Tests.House;

/// <summary>A method with what stands between its parentheses and in its body.</summary>
internal sealed record Member(string Name, string Modifiers, string Parameters, string Body);

/// <summary>
/// Reads C# closely enough for the rules of this house: knows comments and strings, finds the ends of brackets. Blanked
/// characters become spaces, so that a place in one form is the same place in every other.
/// </summary>
internal static partial class CSharpText
{
    /// <summary>Comments blanked, strings as they are.</summary>
    public static string WithoutComments(string text) => new Scanner(text, hidesStrings: false).Run();

    /// <summary>Comments and the inside of strings blanked; what stands in an interpolated string's braces is code and stays.</summary>
    public static string Skeleton(string text) => new Scanner(text, hidesStrings: true).Run();

    /// <summary>Where the bracket that opens at this place closes; the end of the text where it doesn't.</summary>
    public static int Closing(string skeleton, int open)
    {
        var depth = 0;
        for (var at = open; at < skeleton.Length; at++)
        {
            depth += skeleton[at] is '(' or '[' or '{' ? 1 : skeleton[at] is ')' or ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        return skeleton.Length - 1;
    }

    public static IEnumerable<Member> Members(string text)
    {
        var skeleton = Skeleton(text);
        var clear = WithoutComments(text);
        foreach (Match match in Declaration().Matches(skeleton))
        {
            var open = match.Index + match.Length - 1;
            var close = Closing(skeleton, open);
            var start = skeleton.AsSpan(close).IndexOfAny("{;=") + close;
            if (start < close || skeleton[start] == ';')
            {
                continue;
            }

            var end = skeleton[start] == '{' ? Closing(skeleton, start) : Semicolon(skeleton, start);
            yield return new Member(match.Groups["name"].Value, match.Groups["modifiers"].Value, clear[(open + 1)..close], clear[start..(end + 1)]);
        }
    }

    /// <summary>The arguments of every call of this name, or of every "new" of this type.</summary>
    public static IEnumerable<IReadOnlyList<string>> Calls(string text, string name)
    {
        var skeleton = Skeleton(text);
        var clear = WithoutComments(text);
        foreach (Match match in Regex.Matches(skeleton, $@"\b{Regex.Escape(name)}(?:<[^()<>]*>)?\("))
        {
            yield return Split(skeleton, clear, match.Index + match.Length - 1);
        }
    }

    /// <summary>What stands in plain quotes.</summary>
    public static IEnumerable<string> Literals(string text) => Quoted().Matches(text).Select(match => match.Groups[1].Value);

    private static List<string> Split(string skeleton, string clear, int open)
    {
        var close = Closing(skeleton, open);
        var parts = new List<string>();
        var from = open + 1;
        for (var at = from; at <= close; at++)
        {
            if (skeleton[at] is '(' or '[' or '{')
            {
                at = Closing(skeleton, at);
            }
            else if (skeleton[at] == ',' || at == close)
            {
                parts.Add(clear[from..at].Trim());
                from = at + 1;
            }
        }

        return parts;
    }

    private static int Semicolon(string skeleton, int from)
    {
        for (var at = from; at < skeleton.Length; at++)
        {
            if (skeleton[at] is '(' or '[' or '{')
            {
                at = Closing(skeleton, at);
            }
            else if (skeleton[at] == ';')
            {
                return at;
            }
        }

        return skeleton.Length - 1;
    }

    [GeneratedRegex(
        @"^[ \t]*(?<modifiers>(?:(?:public|internal|private|protected|static|async|override|sealed|virtual|partial|new)\s+)+)(?<type>[\w<>\[\]?.,() ]+?)\s+(?<name>\w+)(?:<[\w, ]+>)?\(",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    [GeneratedRegex("(?<![$@\"\\\\])\"((?:[^\"\\\\\\r\\n]|\\\\.)*)\"")]
    private static partial Regex Quoted();

    private sealed class Scanner(string text, bool hidesStrings)
    {
        private readonly char[] _out = text.ToCharArray();
        private int _at;

        public string Run()
        {
            Code(inHole: false);
            return new string(_out);
        }

        private void Code(bool inHole)
        {
            var depth = 0;
            while (_at < text.Length)
            {
                if (Stands("//"))
                {
                    Blank(Until("\n"));
                }
                else if (Stands("/*"))
                {
                    Blank(Until("*/") + 2);
                }
                else if (text[_at] == '\'' && Letter() is var letter and > 0)
                {
                    Hide(letter);
                }
                else if (!TryString())
                {
                    depth += text[_at] is '{' or '(' or '[' ? 1 : text[_at] is '}' or ')' or ']' ? -1 : 0;
                    if (inHole && depth < 0)
                    {
                        return;
                    }

                    _at++;
                }
            }
        }

        /// <summary>The length of a character in single quotes; 0 where the quote is something else.</summary>
        private int Letter()
        {
            var end = _at + 1 < text.Length && text[_at + 1] == '\\' ? text.IndexOf('\'', Math.Min(_at + 3, text.Length)) : _at + 2;
            return end > 0 && end < text.Length && end - _at < 9 && text[end] == '\'' ? end - _at + 1 : 0;
        }

        private bool TryString()
        {
            var quote = _at;
            while (quote < text.Length && text[quote] is '$' or '@')
            {
                quote++;
            }

            if (quote >= text.Length || text[quote] != '"')
            {
                return false;
            }

            var prefix = text[_at..quote];
            var quotes = text.AsSpan(quote).IndexOfAnyExcept('"');
            quotes = quotes < 0 ? text.Length - quote : quotes;
            _at = quote;
            if (quotes >= 3)
            {
                _at += quotes;
                Inside(new string('"', quotes), prefix.Count(mark => mark == '$'), escapes: false, doubles: false);
            }
            else
            {
                _at++;
                Inside("\"", prefix.Contains('$') ? 1 : 0, escapes: !prefix.Contains('@'), doubles: prefix.Contains('@'));
            }

            return true;
        }

        private void Inside(string end, int braces, bool escapes, bool doubles)
        {
            var hole = new string('{', Math.Max(braces, 1));
            while (_at < text.Length)
            {
                if ((escapes && text[_at] == '\\') || (doubles && Stands("\"\"")) || (braces == 1 && Stands("{{")))
                {
                    Hide(2);
                }
                else if (Stands(end))
                {
                    _at += end.Length;
                    return;
                }
                else if (braces > 0 && Stands(hole))
                {
                    Hide(braces);
                    Code(inHole: true);
                    Hide(braces);
                }
                else
                {
                    Hide(1);
                }
            }
        }

        private bool Stands(string mark) => string.CompareOrdinal(text, _at, mark, 0, mark.Length) == 0;

        private int Until(string mark) => text.IndexOf(mark, _at, StringComparison.Ordinal) is var found and >= 0 ? found - _at : text.Length - _at;

        private void Hide(int length)
        {
            if (hidesStrings)
            {
                Blank(length);
            }
            else
            {
                _at = Math.Min(_at + length, text.Length);
            }
        }

        private void Blank(int length)
        {
            for (var end = Math.Min(_at + length, text.Length); _at < end; _at++)
            {
                _out[_at] = text[_at] == '\n' ? '\n' : ' ';
            }
        }
    }
}
