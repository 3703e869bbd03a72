namespace Publisher.Platforms.Text;

/// <summary>
/// Links in running text, found as twitter-text 3.1 finds them (its conformance vectors are among our tests), in one pass without
/// regular expressions: the text is looked at with every key a person presses.
/// </summary>
internal static class LinkFinder
{
    /// <summary>Characters of a link, with its host in punycode; longer ones are text.</summary>
    private const int Longest = 4096;

    private const int LongestShortener = 40;

    public static IReadOnlyList<Entity> Find(string text, LinkRules rules)
    {
        var links = new List<Entity>();
        if (!text.Contains('.'))
        {
            return links;
        }

        // Where the last match ended: what stands before a link must not be part of another one.
        var free = 0;
        // No host name begins before this, so much is known of the run of host characters looked at last.
        var barren = 0;
        var run = new Run(0, -1);
        for (var start = 0; start < text.Length; start++)
        {
            if (start > 0 && (start <= free || !MayPrecede(text[start - 1])))
            {
                continue;
            }

            var scheme = Scheme(text, start, rules);
            var end = scheme > 0 ? Domains.Match(text, start + scheme, out _) : -1;
            if (end < 0)
            {
                scheme = 0;
                if (start < barren || !Domains.IsLabel(text[start]))
                {
                    continue;
                }

                run = start < run.End ? run : Run.From(text, start);
                if (start > run.LastDot)
                {
                    barren = run.End;
                    continue;
                }

                end = Domains.Match(text, start, out var nextChance);
                if (end < 0)
                {
                    barren = nextChance;
                    continue;
                }
            }

            var whole = End(text, end, rules, out var hasPath);
            free = whole;
            if (whole - start <= Longest && Domains.IsName(text.AsSpan(start + scheme, end - start - scheme)))
            {
                if (scheme > 0)
                {
                    AddWithScheme(links, text, start, whole);
                }
                else if (rules.WithoutScheme && (start == 0 || text[start - 1] is not ('-' or '_' or '.' or '/')))
                {
                    AddWithoutScheme(links, text, start, end, whole, hasPath);
                }
            }

            start = whole - 1;
        }

        return links;
    }

    private static void AddWithScheme(List<Entity> links, string text, int start, int end)
    {
        // The shortener's own links end with their code: "t.co/abc's" is a link and two more characters.
        var address = text.AsSpan(start, end - start);
        var host = address.IndexOf("://") + 3;
        if (address[host..].StartsWith("t.co/", StringComparison.OrdinalIgnoreCase) && address.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            var code = host + 5;
            var stop = code;
            while (stop < address.Length && char.IsAsciiLetterOrDigit(address[stop]))
            {
                stop++;
            }

            if (stop - code > LongestShortener)
            {
                return;
            }

            if (stop > code && !(stop < address.Length && address[stop] == '?'))
            {
                end = start + stop;
            }
        }

        links.Add(new Entity(EntityKind.Link, start, end - start, text[start..end]));
    }

    private static void AddWithoutScheme(List<Entity> links, string text, int start, int domainEnd, int end, bool hasPath)
    {
        (int Start, int End) last = (-1, -1);
        foreach (var name in Domains.Latin(text, start, domainEnd))
        {
            if (last.Start >= 0)
            {
                Add(last.Start, last.End);
            }

            last = name;
        }

        if (last.Start >= 0)
        {
            Add(last.Start, hasPath ? end : last.End);
        }

        void Add(int from, int to) => links.Add(new Entity(EntityKind.Link, from, to - from, "https://" + text[from..to]));
    }

    /// <summary>Port, path and query after the host.</summary>
    private static int End(string text, int at, LinkRules rules, out bool hasPath)
    {
        if (at + 1 < text.Length && text[at] == ':' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
        }

        hasPath = at < text.Length && text[at] == '/';
        if (hasPath)
        {
            at = PathEnd(text, at + 1, rules);
        }

        if (at < text.Length && text[at] == '?')
        {
            var end = at;
            for (var next = at + 1; next < text.Length && rules.IsQuery(text[next]); next++)
            {
                if (rules.IsQueryEnd(text[next]))
                {
                    end = next + 1;
                }
            }

            at = end;
        }

        return at;
    }

    /// <summary>The path ends at the last character that may end it, so that "example.org/a." leaves the full stop out and "/Film_(1927)" keeps its parenthesis.</summary>
    private static int PathEnd(string text, int start, LinkRules rules)
    {
        var end = start;
        var at = start;
        while (at < text.Length)
        {
            if (rules.IsPath(text[at]))
            {
                at++;
                if (rules.IsPathEnd(text[at - 1]))
                {
                    end = at;
                }
            }
            else if (Parentheses(text, at, rules, nested: true) is > 0 and var closed)
            {
                at = closed;
                end = at;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>The end of a pair of parentheses with path characters inside, at most one pair in it, or -1.</summary>
    private static int Parentheses(string text, int at, LinkRules rules, bool nested)
    {
        if (text[at] != '(')
        {
            return -1;
        }

        var begin = ++at;
        var inner = false;
        while (at < text.Length)
        {
            if (rules.IsPath(text[at]))
            {
                at++;
            }
            else if (nested && !inner && text[at] == '(')
            {
                at = Parentheses(text, at, rules, nested: false);
                inner = true;
                if (at < 0)
                {
                    return -1;
                }
            }
            else
            {
                break;
            }
        }

        return at < text.Length && text[at] == ')' && at > begin ? at + 1 : -1;
    }

    private static int Scheme(string text, int start, LinkRules rules)
    {
        if (!char.IsAsciiLetter(text[start]))
        {
            return 0;
        }

        foreach (var scheme in rules.Schemes)
        {
            if (text.AsSpan(start).StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return scheme.Length;
            }
        }

        return 0;
    }

    private static bool MayPrecede(char c) => !char.IsAsciiLetterOrDigit(c) && c is not ('@' or '＠' or '$' or '#' or '＃') && !Domains.IsInvalid(c);

    /// <summary>A stretch of characters that can stand in host names.</summary>
    /// <param name="LastDot">The last full stop with a top-level domain behind it, or -1.</param>
    private readonly record struct Run(int End, int LastDot)
    {
        public static Run From(string text, int start)
        {
            var end = start;
            var lastDot = -1;
            for (; end < text.Length && Domains.IsHost(text[end]); end++)
            {
                if (text[end] == '.' && TopLevelDomains.Match(text.AsSpan(end + 1)) > 0)
                {
                    lastDot = end;
                }
            }

            return new Run(end, lastDot);
        }
    }
}
