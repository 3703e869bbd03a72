using System.Text;
using System.Text.RegularExpressions;

namespace Publisher.Web.Tests.House;

/// <summary>
/// Finds the words written into a page: what is left of it once comments, code and expressions are taken out, between
/// tags and in the attributes that are read aloud or shown.
/// </summary>
internal static partial class RazorText
{
    public static IEnumerable<string> Words(string page)
    {
        var text = Remark().Replace(page, "");
        text = Directive().Replace(text, "");
        var (markup, code) = WithoutCode(text);
        foreach (var piece in Templates(code).Prepend(markup))
        {
            foreach (var words in InMarkup(WithoutExpressions(piece)))
            {
                yield return words;
            }
        }
    }

    /// <summary>What stands in @code, apart from the page.</summary>
    private static (string Markup, string Code) WithoutCode(string text)
    {
        var code = new StringBuilder();
        while (CodeBlock().Match(text) is { Success: true } match)
        {
            var close = Close(text, match.Index + match.Length - 1);
            code.Append(text, match.Index, close - match.Index + 1);
            text = text.Remove(match.Index, close - match.Index + 1);
        }

        return (text, code.ToString());
    }

    /// <summary>Pieces of page written inside code: from "@&lt;" to the tag's end before a semicolon.</summary>
    private static IEnumerable<string> Templates(string code) => Template().Matches(code).Select(match => match.Value[1..^1]);

    private static string WithoutExpressions(string text)
    {
        var kept = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '@' && at + 1 < text.Length)
            {
                if (text[at + 1] == '@')
                {
                    at++;
                    continue;
                }

                at = Expression(text, at + 1) - 1;
                continue;
            }

            // Inside a block of code "if (...)" and the like stand without the sign before them.
            if (char.IsLetter(text[at]) && Statement().Match(text, at) is { Success: true } statement && BeginsLine(text, at))
            {
                at = Close(text, statement.Index + statement.Length - 1);
                continue;
            }

            kept.Append(text[at]);
        }

        return kept.ToString();
    }

    private static bool BeginsLine(string text, int at)
    {
        var before = text.AsSpan(0, at).TrimEnd(" \t");
        return before.IsEmpty || before[^1] is '\n' or '}' or '{' || before.EndsWith("else") || before.EndsWith("await");
    }

    /// <summary>Where the expression that begins here ends.</summary>
    private static int Expression(string text, int at)
    {
        if (text[at] is '(' or '{')
        {
            // Of "@{" only the bracket goes: a block may hold markup.
            return text[at] == '(' ? Close(text, at) + 1 : at + 1;
        }

        if (Statement().Match(text, at) is { Success: true } statement)
        {
            return Close(text, statement.Index + statement.Length - 1) + 1;
        }

        if (string.CompareOrdinal(text, at, "await ", 0, 6) == 0)
        {
            at += 6;
        }

        while (at < text.Length)
        {
            if (char.IsLetterOrDigit(text[at]) || text[at] is '_' or ':' or '!')
            {
                at++;
            }
            else if (text[at] is '(' or '[')
            {
                at = Close(text, at) + 1;
            }
            else if (text[at] is '.' or '?' && at + 1 < text.Length && (char.IsLetter(text[at + 1]) || text[at + 1] is '.' or '[' or '_'))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return at;
    }

    private static IEnumerable<string> InMarkup(string markup)
    {
        foreach (Match attribute in Spoken().Matches(markup))
        {
            var value = attribute.Groups["value"].Value;
            if (HasWords(value))
            {
                yield return attribute.Value;
            }
        }

        foreach (var line in Tag().Replace(markup, "\n").Split('\n').Select(line => line.Trim()))
        {
            if (!IsCode(line) && HasWords(line))
            {
                yield return line;
            }
        }
    }

    private static bool IsCode(string line) => line.EndsWith(';') || line.StartsWith("=>", StringComparison.Ordinal) || CodeLine().IsMatch(line);

    /// <summary>An address shows how to begin one in any language, and so does a key's sign.</summary>
    private static bool HasWords(string text) => Letters().IsMatch(Unspoken().Replace(text, ""));

    private static int Close(string text, int open)
    {
        var skeleton = CSharpText.Skeleton(text[open..]);
        return open + CSharpText.Closing(skeleton, 0);
    }

    [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->|<![A-Z][^>]*>", RegexOptions.Singleline)]
    private static partial Regex Remark();

    [GeneratedRegex(@"^\s*@(page|using|inject|attribute|inherits|implements|layout|rendermode|typeparam|namespace|preservewhitespace)\b.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"@(code|functions)\s*\{")]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"@<\w.*?>\s*;", RegexOptions.Singleline)]
    private static partial Regex Template();

    [GeneratedRegex(@"\G(?:else\s+)?(?:if|foreach|for|while|switch|using|lock|catch)\s*\(")]
    private static partial Regex Statement();

    [GeneratedRegex("""(?<![\w-])(?:aria-label|aria-description|aria-roledescription|title|placeholder|alt|label|Text|Caption|Heading|Summary)\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)')""", RegexOptions.IgnoreCase)]
    private static partial Regex Spoken();

    [GeneratedRegex("""</?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*>""")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^(?:[{}();]+$|\}?\s*else\b|case\b.*:$|default:$|(?:var|return|break|continue|int|string|bool)\b|\}|\{)")]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"https?://\S*|&#?\w+;")]
    private static partial Regex Unspoken();

    [GeneratedRegex(@"\p{L}")]
    private static partial Regex Letters();
}
