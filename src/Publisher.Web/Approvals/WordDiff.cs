using System.Globalization;

namespace Publisher.Web.Approvals;

public enum Change
{
    Same,
    Removed,
    Added,
}

/// <summary>A run of text that stayed, went or came.</summary>
public readonly record struct DiffRun(Change Change, string Text);

/// <summary>What changed between two texts, word by word: the longest common subsequence of words, spaces and signs.</summary>
public static class WordDiff
{
    /// <summary>Cells of the table. Beyond it the differing middle is shown as one change; nobody reads such a diff anyway.</summary>
    private const int MostCells = 4_000_000;

    public static IReadOnlyList<DiffRun> Of(string before, string after)
    {
        var old = Words(before);
        var now = Words(after);
        var head = 0;
        while (head < old.Count && head < now.Count && old[head] == now[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < old.Count - head && tail < now.Count - head && old[^(tail + 1)] == now[^(tail + 1)])
        {
            tail++;
        }

        var runs = new List<DiffRun>();
        Add(runs, Change.Same, old.GetRange(0, head));
        Middle(runs, old.GetRange(head, old.Count - head - tail), now.GetRange(head, now.Count - head - tail));
        Add(runs, Change.Same, old.GetRange(old.Count - tail, tail));
        return Join(runs);
    }

    /// <summary>The same with only a few words around each change, for a glance.</summary>
    public static IReadOnlyList<DiffRun> Glance(IReadOnlyList<DiffRun> runs, int words = 4)
    {
        var kept = new List<DiffRun>();
        for (var place = 0; place < runs.Count; place++)
        {
            var run = runs[place];
            kept.Add(run.Change == Change.Same ? run with { Text = Shorten(run.Text, words, place > 0, place < runs.Count - 1) } : run);
        }

        return kept;
    }

    private static string Shorten(string text, int words, bool keepsStart, bool keepsEnd)
    {
        var all = Words(text);
        // A word and its space are two.
        var most = words * 2;
        if (all.Count <= (keepsStart ? most : 0) + (keepsEnd ? most : 0))
        {
            return text;
        }

        var start = keepsStart ? string.Concat(all.Take(most)).TrimEnd() + " " : "";
        var end = keepsEnd ? " " + string.Concat(all.TakeLast(most)).TrimStart() : "";
        return start + "…" + end;
    }

    private static void Middle(List<DiffRun> runs, List<string> old, List<string> now)
    {
        if ((long)old.Count * now.Count > MostCells)
        {
            Add(runs, Change.Removed, old);
            Add(runs, Change.Added, now);
            return;
        }

        // longest[i, j]: how many words the rests from i and j have in common, in order.
        var longest = new int[old.Count + 1, now.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
        {
            for (var j = now.Count - 1; j >= 0; j--)
            {
                longest[i, j] = old[i] == now[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        var (a, b) = (0, 0);
        while (a < old.Count || b < now.Count)
        {
            if (a < old.Count && b < now.Count && old[a] == now[b])
            {
                runs.Add(new DiffRun(Change.Same, old[a]));
                (a, b) = (a + 1, b + 1);
            }
            else if (b == now.Count || (a < old.Count && longest[a + 1, b] >= longest[a, b + 1]))
            {
                runs.Add(new DiffRun(Change.Removed, old[a++]));
            }
            else
            {
                runs.Add(new DiffRun(Change.Added, now[b++]));
            }
        }
    }

    // Neighbours become one run; a lone space between two changes belongs to them, so that "two new words" read as one change.
    private static List<DiffRun> Join(List<DiffRun> runs)
    {
        var joined = new List<DiffRun>();
        var (removed, added) = ("", "");
        for (var place = 0; place < runs.Count; place++)
        {
            var run = runs[place];
            var isGap = run.Change == Change.Same && removed.Length > 0 && added.Length > 0 && string.IsNullOrWhiteSpace(run.Text)
                && place + 1 < runs.Count && runs[place + 1].Change != Change.Same;
            if (run.Change == Change.Same && !isGap)
            {
                Flush();
                if (joined is [.., { Change: Change.Same } last])
                {
                    joined[^1] = last with { Text = last.Text + run.Text };
                }
                else
                {
                    joined.Add(run);
                }

                continue;
            }

            removed += run.Change == Change.Added ? "" : run.Text;
            added += run.Change == Change.Removed ? "" : run.Text;
        }

        Flush();
        return joined;

        void Flush()
        {
            if (removed.Length > 0)
            {
                joined.Add(new DiffRun(Change.Removed, removed));
            }

            if (added.Length > 0)
            {
                joined.Add(new DiffRun(Change.Added, added));
            }

            (removed, added) = ("", "");
        }
    }

    private static void Add(List<DiffRun> runs, Change change, List<string> words)
    {
        if (words.Count > 0)
        {
            runs.Add(new DiffRun(change, string.Concat(words)));
        }
    }

    // Letters and digits together, spaces together, every other sign alone; never inside what a reader sees as one sign.
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var kind = 0;
        var signs = StringInfo.GetTextElementEnumerator(text);
        while (signs.MoveNext())
        {
            var sign = signs.GetTextElement();
            var now = char.IsLetterOrDigit(sign, 0) ? 1 : char.IsWhiteSpace(sign, 0) ? 2 : 3;
            if (now == kind && now != 3)
            {
                words[^1] += sign;
            }
            else
            {
                words.Add(sign);
            }

            kind = now;
        }

        return words;
    }
}
