using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>The main journey by somebody who uses no mouse: Tab, Enter, Space, arrows and typing.</summary>
[Collection(nameof(OneAtATime))]
public sealed class KeyboardJourneyTests(Demo demo) : IClassFixture<Demo>, IDisposable
{
    private readonly string _picture = Path.Combine(Path.GetTempPath(), $"publisher-keyboard-{Guid.NewGuid():N}.png");

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task A_message_is_composed_approved_and_published_without_a_mouse()
    {
        await demo.OpenAsync();
        await File.WriteAllBytesAsync(_picture, TestPicture.Png(2), TestContext.Current.CancellationToken);
        var olivia = await demo.SeatAsync();
        await SignInAsync(olivia, "Olivia Officer");

        var page = olivia.Page;
        // Long before the key: the browser is told beside other things that somebody waits for it.
        var chosen = new TaskCompletionSource<IFileChooser>();
        page.FileChooser += (_, chooser) => chosen.TrySetResult(chooser);
        await PressAsync(olivia, page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Compose" }), "Enter");
        await ArriveAsync(olivia);
        await TypeAsync(olivia, page.GetByLabel("Title"), "By keyboard alone");
        await TypeAsync(olivia, page.Locator("#message-text"), "Written without a mouse, for everyone who has none. #Access");
        var files = page.Locator("#files");
        await olivia.TabToAsync(files);
        await page.Keyboard.PressAsync("Space");
        await (await chosen.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).SetFilesAsync(_picture);
        var alt = page.GetByLabel("Alt text");
        await alt.WaitForAsync();
        await TypeAsync(olivia, alt, "A green and blue field of colour");
        await PressAsync(olivia, page.GetByRole(AriaRole.Group, new() { Name = "Sets" }).GetByRole(AriaRole.Button, new() { Name = "News networks" }), "Space");
        await page.Locator("[data-main-action]:not(:disabled)").WaitForAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        var message = await olivia.SubmittedAsync();

        var mara = await demo.SeatAsync();
        await SignInAsync(mara, "Mara Manager");
        await PressAsync(mara, mara.Page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Review" }), "Enter");
        await ArriveAsync(mara);
        await PressAsync(mara, mara.Page.Locator($"a[href='review/{message}']"), "Enter");
        await ArriveAsync(mara);
        var now = mara.Page.Locator("input[name=when]:checked");
        await mara.TabToAsync(now);
        // Down to another time and back up to now: the choice follows the arrows.
        await mara.Page.Keyboard.PressAsync("ArrowDown");
        (await mara.Page.Locator("input[name=when]:checked").GetAttributeAsync("value")).ShouldBe("AtTime");
        await mara.Page.Keyboard.PressAsync("ArrowUp");
        await PressAsync(mara, mara.Page.Locator(".decide [data-main-action]"), "Enter");
        await mara.Page.GetByText("You approved").WaitForAsync();

        await page.GetByText("All 4 out").First.WaitForAsync();
        (await demo.PostsAsync()).Count(post => post.Text.StartsWith("Written without a mouse", StringComparison.Ordinal)).ShouldBe(4);
        // j and k go through a list, Enter opens the marked line.
        await PressAsync(olivia, page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Messages" }), "Enter");
        await ArriveAsync(olivia);
        await page.Locator("[data-line]").First.WaitForAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("Enter");
        await olivia.AtAsync("/messages/");
        olivia.Complaints.ShouldBeEmpty();
        mara.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_press_nothing_behind_a_dialog_and_reject_where_the_reason_is_written()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        var mara = await demo.SeatOfAsync("Mara Manager");
        var page = mara.Page;
        var keys = page.Locator("dialog#keys[open]");
        await mara.GoAsync($"review/{await demo.NumberAsync("SELECT Id FROM Messages WHERE Title LIKE 'Clean Air Plan%'")}");
        await ArriveAsync(mara);
        await page.Keyboard.PressAsync("?");
        await keys.WaitForAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Keyboard.PressAsync("Escape");
        await keys.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.Locator(".reject summary").ClickAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await page.Locator("#reason").FillAsync("Say until when.");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.GetByText("You sent it back").WaitForAsync();

        await mara.GoAsync("messages/new");
        await page.Locator("[data-open=discard]").ClickAsync();
        await page.Locator("dialog#discard[open]").WaitForAsync();
        await page.Keyboard.PressAsync("?");
        (await keys.CountAsync()).ShouldBe(0);
        mara.Complaints.ShouldBeEmpty();
    }

    private static async Task SignInAsync(Seat seat, string person)
    {
        await seat.GoAsync("account/sign-in");
        await PressAsync(seat, seat.Page.GetByRole(AriaRole.Button, new() { Name = person }), "Enter");
        await seat.AtAsync("^(?!.*sign-in)");
        await ArriveAsync(seat);
    }

    /// <summary>A page that was drawn gives its heading the keyboard. Before that, a key would land where it is about to be taken away.</summary>
    private static Task ArriveAsync(Seat seat) => seat.Page.Locator("h1:focus").WaitForAsync();

    private static async Task PressAsync(Seat seat, ILocator target, string key)
    {
        await seat.TabToAsync(target);
        await seat.Page.Keyboard.PressAsync(key);
    }

    private static async Task TypeAsync(Seat seat, ILocator field, string text)
    {
        await seat.TabToAsync(field);
        await seat.TypeAsync(text);
        (await field.InputValueAsync()).ShouldBe(text);
    }
}
