using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Shouldly;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What officers and managers do with the mouse or a finger, said once.</summary>
internal static partial class Steps
{
    private const string MessageAddress = @"/messages/(\d+)$";

    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>From "New" to the submitted message, whose number it returns. On the four networks most offices begin with.</summary>
    public static async Task<long> ComposeAsync(this Seat officer, string title, string text, string picture, string altText)
    {
        await officer.WriteAsync(title, text, [picture], [altText]);
        await officer.ChooseSetAsync("News networks");
        await officer.SubmitAsync(4);
        return await officer.SubmittedAsync();
    }

    /// <summary>From "New" to a message with files and their alt texts.</summary>
    public static async Task WriteAsync(this Seat officer, string title, string text, string[] files, string[] altTexts)
    {
        var page = officer.Page;
        await officer.ClickAsync(page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Compose" }));
        await officer.ClickAsync(page.GetByLabel("Title"));
        await officer.TypeAsync(title);
        await officer.ClickAsync(page.Locator("#message-text"));
        await officer.TypeAsync(text);
        await officer.ChooseAsync(page.Locator("#files"), files);
        foreach (var (altText, at) in altTexts.Select((altText, at) => (altText, at)))
        {
            await officer.ClickAsync(page.GetByLabel("Alt text").Nth(at));
            await officer.TypeAsync(altText);
        }
    }

    public static Task ChooseSetAsync(this Seat officer, string set) =>
        officer.ClickAsync(officer.Page.GetByRole(AriaRole.Group, new() { Name = "Sets" }).GetByRole(AriaRole.Button, new() { Name = set }));

    /// <summary>The channels of these platforms, and no others.</summary>
    public static async Task ChooseChannelsAsync(this Seat officer, IEnumerable<string> platforms)
    {
        foreach (var platform in platforms)
        {
            await officer.ClickAsync(officer.Page.Locator($"button[data-channel={platform}]"));
        }
    }

    /// <summary>Once that many channels can take the message.</summary>
    public static Task SubmitAsync(this Seat officer, int posts) =>
        officer.ClickAsync(officer.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(posts == 1 ? "^Submit 1 post " : $"^Submit {posts} posts") }));

    public static async Task<long> SubmittedAsync(this Seat officer)
    {
        await officer.AtAsync(MessageAddress);
        // The address changes before the page does.
        await officer.Page.Locator(".composing").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        return long.Parse(Regex.Match(await officer.Page.EvaluateAsync<string>("location.href"), MessageAddress).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>On the review page that is open: another time, that time, yes.</summary>
    public static async Task ApproveForAsync(this Seat manager, DateTimeOffset due)
    {
        var page = manager.Page;
        await manager.TapAsync(page.GetByLabel("Another time"));
        var field = page.Locator("#time");
        await manager.TapAsync(field);
        // Chromium writes a full minute without its seconds, and refuses to be filled with what it would not write.
        await field.FillAsync(TimeZoneInfo.ConvertTime(due, Zone).ToString(due.Second == 0 ? "yyyy-MM-dd'T'HH:mm" : "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        await manager.TapAsync(page.GetByRole(AriaRole.Button, new() { NameRegex = Approve() }));
        await page.GetByText("You approved").WaitForAsync();
    }

    /// <summary>Everything that waits for a yes in this message, now.</summary>
    public static async Task ApproveAsync(this Seat manager, long message)
    {
        await manager.GoAsync($"review/{message}");
        await manager.TapAsync(manager.Page.GetByRole(AriaRole.Button, new() { NameRegex = Approve() }));
        await manager.Page.GetByText("You approved").WaitForAsync();
    }

    /// <summary>Until the browser stands on a platform's consent page.</summary>
    public static Task AtPlatformAsync(this Seat seat) => seat.AtAsync($"^{Regex.Escape(seat.Sandbox!.ToString())}");

    /// <summary>Back from the platform: this account it is.</summary>
    public static async Task ChooseAccountAsync(this Seat seat)
    {
        await seat.Page.Locator("input[name=account]").First.CheckAsync();
        await seat.Page.GetByRole(AriaRole.Button, new() { Name = "Connect this account" }).ClickAsync();
    }

    /// <summary>And the list of channels is open again.</summary>
    public static async Task ConfirmAccountAsync(this Seat administrator)
    {
        await administrator.ChooseAccountAsync();
        await administrator.AtAsync("/channels$");
    }

    /// <summary>As <see cref="EveryPageTests"/> looks at pages that stand still. Leaves a picture beside theirs.</summary>
    public static async Task LooksAsync(this Seat seat, string name)
    {
        await seat.StillAsync();
        Directory.CreateDirectory(EveryPageTests.Screens);
        await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(EveryPageTests.Screens, $"{name}-{seat.Page.ViewportSize!.Width}.png"), FullPage = true });
        (await seat.Page.RunAxe(EveryPageTests.Rules)).Violations.Select(violation => $"{violation.Id}: {violation.Nodes[0].Html}").ShouldBeEmpty();
        (await seat.Page.EvaluateAsync<bool>("() => document.scrollingElement.scrollWidth <= window.innerWidth")).ShouldBeTrue("the page is wider than the window");
    }

    /// <summary>A whole second, at least that far away.</summary>
    public static DateTimeOffset SecondsFromNow(int seconds)
    {
        var now = DateTimeOffset.UtcNow.AddSeconds(seconds + 1);
        return new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
    }

    [GeneratedRegex(@"^Approve \d+ posts?")]
    private static partial Regex Approve();
}
