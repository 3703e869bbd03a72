using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Schedule;

public sealed class HoldPageTests(Walk walk) : IClassFixture<Walk>
{
    [Fact]
    public async Task The_empty_page_names_everything_that_can_be_held()
    {
        using var browser = walk.BrowserOf(walk.Walkers.Single(walker => walker.Name == "manager"));

        (await browser.GetStringAsync(new Uri("holds", UriKind.Relative), Office.Stop)).ShouldContain("everything, one sender, one channel, or the messages with one label");
    }
}
