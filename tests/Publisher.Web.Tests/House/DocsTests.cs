using System.Globalization;
using System.Text.RegularExpressions;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>What the docs copy from the code is what the code has.</summary>
public sealed partial class DocsTests
{
    private static readonly IReadOnlyList<SourceFile> Docs = SourceTree.Files("docs", ".md");

    private static readonly string First = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));

    [Fact]
    public void Every_redirect_address_is_the_one_that_is_answered()
    {
        Docs.Sum(file => Redirects().Count(file.Text)).ShouldBeGreaterThan(5);
        Docs.SelectMany(Unanswered).ShouldBeEmpty();
    }

    [Fact]
    public void A_redirect_address_that_nobody_answers_is_found() =>
        Unanswered(new("docs/platforms/some.md", "Add `<public address>/channels/back` or `<public address>/channels/callback`.")).ShouldHaveSingleItem();

    [Fact]
    public void Pages_below_Channels_are_called_as_on_the_screen()
    {
        Docs.Sum(file => Ways().Count(file.Text)).ShouldBeGreaterThan(20);
        Docs.SelectMany(Misnamed).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("In Publisher: Channels, Connect, X: enter both.")]
    [InlineData("shown under Channels, App registrations.")]
    [InlineData("Channels, \"Connect the channel\".")]
    public void A_page_called_otherwise_is_found(string text) => Misnamed(new("docs/platforms/some.md", text)).ShouldHaveSingleItem();

    [Theory]
    [InlineData("docs/operating.md")]
    [InlineData("docs/platforms/README.md")]
    [InlineData("docs/platforms/manual.md")]
    public void What_a_message_takes_is_said_in_the_numbers_of_the_code(string path)
    {
        var said = Files().Match(Docs.Single(file => file.Path == path).Text);
        said.Groups.Values.Skip(1).Select(number => number.Value).ShouldBe([$"{Composition.MostImages}", $"{MediaDesk.LargestImage >> 20}", $"{MediaDesk.LargestVideo >> 20}"]);
    }

    // The service counts as started before the program listens.
    [Fact]
    public void Who_asks_for_health_right_after_a_start_is_patient() =>
        Docs.SelectMany(file => file.Text.Split('\n')).Where(line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal)).ShouldAllBe(line => line.Contains("--retry-connrefused", StringComparison.Ordinal));

    [Fact]
    public void As_many_backups_are_named_as_stay()
    {
        var unit = SourceTree.Files("docs/systemd", "backup.service").Single().Text;
        var days = int.Parse(Age().Match(unit).Groups[1].Value, CultureInfo.InvariantCulture) + 1;
        days.ShouldBe(14, "two weeks, as page and unit say");
        Docs.Single(file => file.Path == "docs/operating.md").Text.ShouldContain($"where {days * 24} of them are too many");
    }

    [Fact]
    public void The_first_page_names_every_feature_and_every_page() => Unnamed(First).ShouldBeEmpty();

    [Fact]
    public void A_feature_and_a_page_that_it_leaves_out_are_found() =>
        Unnamed(First.Replace("`Health`", "", StringComparison.Ordinal).Replace("(docs/faults.md)", "", StringComparison.Ordinal)).ShouldBe(["`Health`", "(docs/faults.md)"]);

    private static IEnumerable<string> Unanswered(SourceFile file) =>
        Redirects().Matches(file.Text).Where(address => address.Groups[1].Value != OwnAddress.CallbackPath).Select(address => $"{file.Path}: {address.Value}");

    private static IEnumerable<string> Misnamed(SourceFile file) =>
        Ways().Matches(file.Text).Where(way => !Resources.Named("Words", "Channels")!.English.Values.Contains(way.Groups["label"].Value)).Select(way => $"{file.Path}: {way.Value}");

    private static IEnumerable<string> Unnamed(string first) =>
        SourceTree.Files("src/Publisher.Web", ".cs").Where(file => file.Feature.Length > 0).Select(file => $"`{file.Feature}`").Distinct()
            .Concat(Docs.Where(file => file.Path.Count('/') == 1).Select(file => $"({file.Path})"))
            .Where(name => !first.Contains(name, StringComparison.Ordinal));

    // WhatsApp has Channels too.
    [GeneratedRegex("(?<!WhatsApp )Channels, (\"(?<label>[^\"]+)\"|(?<label>[A-Z]\\w*))")]
    private static partial Regex Ways();

    [GeneratedRegex(@"up to (\d+) pictures of (\d+) MB each.* or one video of (\d+) MB")]
    private static partial Regex Files();

    [GeneratedRegex(@"-mtime \+(\d+)")]
    private static partial Regex Age();

    [GeneratedRegex("<public address>/([^`]*)`")]
    private static partial Regex Redirects();
}
