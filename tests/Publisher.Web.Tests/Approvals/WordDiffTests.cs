using Publisher.Web.Approvals;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

public sealed class WordDiffTests
{
    [Theory]
    [InlineData("warns up to eight hours earlier", "warns up to six hours earlier", "warns up to [-eight-]{+six+} hours earlier")]
    [InlineData("It is open.", "It is open.", "It is open.")]
    [InlineData("", "New text", "{+New text+}")]
    [InlineData("Old text", "", "[-Old text-]")]
    [InlineData("one two three", "one 2 3", "one [-two three-]{+2 3+}")]
    [InlineData("in May", "in May, at last", "in May{+, at last+}")]
    [InlineData("a b c d", "c d a b", "[-a b -]c d{+ a b+}")]
    public void Words_that_went_and_came_are_told_apart_from_those_that_stayed(string before, string after, string marked) =>
        string.Concat(WordDiff.Of(before, after).Select(Mark)).ShouldBe(marked);

    [Theory]
    [InlineData("The 👩‍👩‍👧 are here 🇪🇺", "The 👩‍👩‍👦 are here 🇩🇪")]
    [InlineData("Größe\n\nzwei  Zeilen", "Größe\nzwei Zeilen – neu")]
    [InlineData("a,b;c", "a;b,c")]
    public void Both_texts_can_be_read_back_whole(string before, string after)
    {
        var runs = WordDiff.Of(before, after);

        string.Concat(runs.Where(run => run.Change != Change.Added).Select(run => run.Text)).ShouldBe(before);
        string.Concat(runs.Where(run => run.Change != Change.Removed).Select(run => run.Text)).ShouldBe(after);
    }

    [Fact]
    public void A_sign_made_of_several_characters_is_never_cut() =>
        WordDiff.Of("👩‍👩‍👧", "👩‍👩‍👦").Select(run => run.Text).ShouldBe(["👩‍👩‍👧", "👩‍👩‍👦"]);

    [Fact]
    public void A_glance_keeps_a_few_words_around_each_change()
    {
        var runs = WordDiff.Of(
            "The new centre in Koblenz is open today and it warns up to eight hours earlier than before, which saves lives.",
            "The new centre in Koblenz is open today and it warns up to six hours earlier than before, which saves lives.");

        string.Concat(WordDiff.Glance(runs).Select(Mark)).ShouldBe("… it warns up to [-eight-]{+six+} hours earlier than before …");
    }

    [Fact]
    public void Two_long_texts_without_a_common_word_are_one_change_and_take_no_time()
    {
        var before = string.Join(' ', Enumerable.Range(0, 20_000).Select(number => $"a{number}"));
        var after = string.Join(' ', Enumerable.Range(0, 20_000).Select(number => $"b{number}"));

        WordDiff.Of(before, after).Select(run => run.Change).ShouldBe([Change.Removed, Change.Added]);
    }

    private static string Mark(DiffRun run) => run.Change switch
    {
        Change.Removed => $"[-{run.Text}-]",
        Change.Added => $"{{+{run.Text}+}}",
        _ => run.Text,
    };
}
