using System.Text.RegularExpressions;

namespace Publisher.Web.Tests.House;

/// <summary>Finds what code says by code: keys of words, actions of the log, refusals, problems and outcomes.</summary>
internal static partial class WordUses
{
    /// <summary>Keys asked of a list of words, in a page and the class beside it. "*" stands where a key is put together.</summary>
    public static IEnumerable<(string List, string Key)> Keys(string text)
    {
        foreach (Match named in Localizer().Matches(text))
        {
            var variable = named.Groups["variable"].Value;
            foreach (Match use in Regex.Matches(text, $@"(?<![\w.]){variable}\["))
            {
                var open = use.Index + use.Length - 1;
                var rest = text[open..Math.Min(text.Length, open + 2000)];
                var skeleton = CSharpText.Skeleton(rest);
                var first = rest[1..FirstArgument(skeleton)];
                foreach (Match literal in Literal().Matches(first))
                {
                    if (!IsCompared(first, literal.Index))
                    {
                        yield return (named.Groups["list"].Value, literal.Groups["hole"].Success ? Hole().Replace(literal.Groups["text"].Value, "*") : literal.Groups["text"].Value);
                    }
                }
            }
        }
    }

    /// <summary>Whether a key, perhaps with stars, is among these.</summary>
    public static bool IsAmong(string key, IEnumerable<string> keys) => key.Contains('*')
        ? keys.Any(other => Regex.IsMatch(other, "^" + Regex.Escape(key).Replace(@"\*", ".+") + "$"))
        : keys.Contains(key);

    /// <summary>
    /// Codes of log entries: what is handed to a parameter called "action", wherever one is declared, or to a LogEntry;
    /// straight, by a variable, or by a method whose arms name them.
    /// </summary>
    public static IEnumerable<string> Actions(IReadOnlyCollection<SourceFile> files)
    {
        var members = files.SelectMany(file => CSharpText.Members(file.Text)).ToList();
        var carriers = members.Select(member => (member.Name, At: Position(member))).Where(carrier => carrier.At >= 0).Append((Name: "LogEntry", At: 2)).Distinct().ToList();
        return files.SelectMany(file => carriers.SelectMany(carrier => CSharpText.Calls(file.Text, carrier.Name)
            .Where(arguments => arguments.Count > carrier.At)
            .SelectMany(arguments => Codes(arguments[carrier.At], file, members)))).Distinct();
    }

    /// <summary>First arguments of "new Refusal(" and the like that are written out.</summary>
    public static IEnumerable<string> FirstArguments(string text, string call) => CSharpText.Calls(text, call)
        .Where(arguments => arguments.Count > 0)
        .SelectMany(arguments => arguments[0].Contains(" switch", StringComparison.Ordinal)
            ? Arm().Matches(arguments[0]).Select(arm => arm.Groups[1].Value)
            : CSharpText.Literals(WithoutComparisons(arguments[0])))
        .Where(code => Code().IsMatch(code));

    private static string WithoutComparisons(string argument) => Compared().Replace(argument, "");

    private static IEnumerable<string> Codes(string argument, SourceFile file, List<Member> members)
    {
        var written = CSharpText.Literals(WithoutComparisons(argument)).Where(code => Code().IsMatch(code));
        if (Identifier().IsMatch(argument))
        {
            return Regex.Matches(CSharpText.WithoutComments(file.Text), $@"\b{argument}\s*=(?![=>])\s*([^;]*);")
                .SelectMany(match => CSharpText.Literals(WithoutComparisons(match.Groups[1].Value))).Where(code => Code().IsMatch(code));
        }

        return written.Concat(Called().Matches(argument)
            .SelectMany(call => members.Where(member => member.Name == call.Groups[1].Value))
            .SelectMany(member => Arm().Matches(member.Body).Select(arm => arm.Groups[1].Value)));
    }

    private static int Position(Member member)
    {
        var parameters = member.Parameters.Split(',').Select(parameter => parameter.Trim()).ToList();
        var at = parameters.FindIndex(parameter => parameter is "string action" || parameter.StartsWith("string action ", StringComparison.Ordinal));
        return at > 0 && parameters[0].StartsWith("this ", StringComparison.Ordinal) ? at - 1 : at;
    }

    private static int FirstArgument(string skeleton)
    {
        var end = CSharpText.Closing(skeleton, 0);
        for (var at = 1; at < end; at++)
        {
            if (skeleton[at] is '(' or '[' or '{')
            {
                at = CSharpText.Closing(skeleton, at);
            }
            else if (skeleton[at] == ',')
            {
                return at;
            }
        }

        return Math.Max(end, 1);
    }

    private static bool IsCompared(string text, int at) => Comparing().IsMatch(text[..at]);

    [GeneratedRegex(@"IStringLocalizer<(?<list>[\w.]+)>\s+(?<variable>\w+)")]
    private static partial Regex Localizer();

    [GeneratedRegex("(?<hole>\\$)?\"(?<text>(?:[^\"\\\\{}]|\\{(?:[^{}\"]|\"[^\"]*\")*\\}|\\\\.)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"(==|!=|\bis|\bis not|\bor)\s*$")]
    private static partial Regex Comparing();

    [GeneratedRegex("(==|!=|\\bis not|\\bis|\\bor)\\s*\"[^\"]*\"")]
    private static partial Regex Compared();

    [GeneratedRegex(@"^[a-z]+(?:\.[a-z]+)*$")]
    private static partial Regex Code();

    [GeneratedRegex(@"^[a-z]\w*$")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\b([A-Z]\w+)\(")]
    private static partial Regex Called();

    [GeneratedRegex("=>\\s*\"([a-z]+(?:\\.[a-z]+)+)\"")]
    private static partial Regex Arm();
}
