using System.Globalization;
using System.Text;
using Publisher.Platforms.Text;
using Publisher.Platforms.X;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Text;

/// <summary>Unicode's own test files.</summary>
public sealed class UnicodeVectorTests
{
    [Fact]
    public void Characters_are_divided_as_Unicode_15_divides_them() =>
        GraphemeLines("GraphemeBreakTest-15.0.0.txt").Where(line => Graphemes.Count(line.Text) != line.Count).Select(line => line.Source).ShouldBeEmpty();

    [Fact]
    public void Unicode_17_differs_only_in_Indic_conjuncts_and_a_pair_of_scissors()
    {
        // Rule GB9c joins two consonants around a virama into one character; .NET counts two. So a text in such a script may be called too
        // long a little early, never too late. U+2701 is no pictograph any more.
        string[] known = ["094D", "0ACD", "1039", "1B44", "17D2", "2701"];

        GraphemeLines("GraphemeBreakTest-17.0.0.txt").Where(line => Graphemes.Count(line.Text) != line.Count)
            .ShouldAllBe(line => known.Any(line.Source.Contains));
    }

    [Fact]
    public void Every_emoji_people_can_type_is_one_character_and_weighs_two_on_X()
    {
        var emoji = Lines("emoji-test-17.0.txt")
            .Where(line => line.Contains(';'))
            .Select(line => (Text: Characters(line[..line.IndexOf(';')].Split(' ', StringSplitOptions.RemoveEmptyEntries)), Qualified: line.Contains("; fully-qualified")))
            .ToList();

        emoji.Count.ShouldBeGreaterThan(4000);
        emoji.Where(one => Graphemes.Count(one.Text) != 1).ShouldBeEmpty();
        // © and ® are text unless the style selector follows.
        emoji.Where(one => XText.Length(one.Text) != 2 && one.Text is not ("©" or "®")).ShouldBeEmpty();
    }

    private static IEnumerable<(string Source, string Text, int Count)> GraphemeLines(string file)
    {
        foreach (var line in Lines(file))
        {
            var signs = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var codes = signs.Where(sign => sign is not ("÷" or "×"));
            // Half a surrogate pair stands in some lines and is no text.
            if (!codes.Any(code => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is >= 0xD800 and <= 0xDFFF))
            {
                yield return (line, Characters(codes), signs.Count(sign => sign == "÷") - 1);
            }
        }
    }

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Specs.Find(Path.Combine("unicode", file)))
        .Select(line => line.Contains('#') ? line[..line.IndexOf('#')].Trim() : line.Trim())
        .Where(line => line.Length > 0);

    private static string Characters(IEnumerable<string> codes) => string.Concat(codes.Select(code => new Rune(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));
}
