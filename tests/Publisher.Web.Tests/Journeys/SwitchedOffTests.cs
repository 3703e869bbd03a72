using System.Diagnostics;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

public sealed class SwitchedOffTests(Demo demo, ITestOutputHelper output) : IClassFixture<Demo>
{
    [Fact]
    public async Task The_open_page_of_a_person_who_is_switched_off_empties_within_five_seconds()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        var oscar = await demo.SeatOfAsync("Oscar Officer");
        await oscar.GoAsync("messages");
        var ada = await demo.SeatOfAsync("Ada Administrator");
        await ada.GoAsync("people");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Change Oscar Officer" }).ClickAsync();

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        // From when the account is off: how long the click took to be written is another matter.
        await ada.Page.GetByText("Oscar Officer is switched off").WaitForAsync();
        var clock = Stopwatch.StartNew();
        await oscar.Page.Locator("nav.rail").WaitForAsync(new() { State = WaitForSelectorState.Detached, Timeout = 5_000 });

        output.WriteLine($"Emptied after {clock.ElapsedMilliseconds} ms.");
        (await oscar.Page.Locator("main").InnerTextAsync()).ShouldNotContain("Badegewässer");
        await oscar.Page.GotoAsync(new Uri(demo.Address, "messages").ToString());
        oscar.Page.Url.ShouldContain("sign-in");
    }
}
