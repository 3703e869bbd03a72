using System.Text.RegularExpressions;
using Publisher.Web.Channels;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.House;

/// <summary>What the docs copy from the code is what the code has.</summary>
public sealed partial class DocsTests
{
    private static readonly IReadOnlyList<SourceFile> Docs = SourceTree.Files("docs", ".md");

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

    private static IEnumerable<string> Unanswered(SourceFile file) =>
        Redirects().Matches(file.Text).Where(address => address.Groups[1].Value != OwnAddress.CallbackPath).Select(address => $"{file.Path}: {address.Value}");

    private static IEnumerable<string> Misnamed(SourceFile file) =>
        Ways().Matches(file.Text).Where(way => !Resources.Named("Words", "Channels")!.English.Values.Contains(way.Groups["label"].Value)).Select(way => $"{file.Path}: {way.Value}");

    // WhatsApp has Channels too.
    [GeneratedRegex("(?<!WhatsApp )Channels, (\"(?<label>[^\"]+)\"|(?<label>[A-Z]\\w*))")]
    private static partial Regex Ways();

    [GeneratedRegex("<public address>/([^`]*)`")]
    private static partial Regex Redirects();
}
