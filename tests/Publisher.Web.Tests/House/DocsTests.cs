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

    private static IEnumerable<string> Unanswered(SourceFile file) =>
        Redirects().Matches(file.Text).Where(address => address.Groups[1].Value != OwnAddress.CallbackPath).Select(address => $"{file.Path}: {address.Value}");

    [GeneratedRegex("<public address>/([^`]*)`")]
    private static partial Regex Redirects();
}
