using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Publisher.Web.Tests.Start;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>
/// Every page as a person meets it: light in English and dark in German, wide and on a phone. Nothing that axe finds, nothing cut or
/// sticking out, no word missing, no complaint of the browser. Leaves a picture of each in tests/results/screens.
/// </summary>
public sealed class EveryPageTests(Demo demo, ITestOutputHelper output) : IClassFixture<Demo>
{
    private const string Olivia = "Olivia Officer";
    private const string Mara = "Mara Manager";
    private const string Oscar = "Oscar Officer";
    private const string Max = "Max Manager";
    private const string Aude = "Aude Auditor";
    private const string Ada = "Ada Administrator";

    internal static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
        Rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } },
    };

    internal static readonly string Screens = Path.Combine(StartedProduct.Root(), "tests", "results", "screens");

    private readonly ConcurrentBag<string> _findings = [];

    [Fact]
    public async Task Every_page_can_be_read_and_used_by_everyone()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        Directory.CreateDirectory(Screens);
        await CorrectAsync();
        var stops = await StopsAsync();

        await Task.WhenAll(WalkAsync(stops, "light", "en-GB"), WalkAsync(stops, "dark", "de-DE"));

        output.WriteLine($"{stops.Count} pages and pop-ups, each light and dark, 1280 and 390 wide.");
        _findings.Order().ShouldBeEmpty(string.Join('\n', _findings.Order()));
    }

    [Fact]
    public async Task A_page_that_ended_by_an_error_says_so_and_is_there_again_with_one_click()
    {
        await demo.OpenAsync();
        var olivia = await demo.SeatOfAsync(Olivia);
        var stopped = olivia.Page.Locator("#blazor-error-ui[role=alert]");
        (await stopped.CountAsync()).ShouldBe(1);
        (await stopped.IsVisibleAsync()).ShouldBeFalse();

        // The next thing the server tells this browser to draw can't be drawn any more.
        await olivia.Page.EvaluateAsync("() => document.querySelector('main').replaceChildren()");
        await olivia.Page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Messages" }).ClickAsync();
        await stopped.WaitForAsync();
        (await stopped.InnerTextAsync()).ShouldStartWith("This page stopped.");
        (await stopped.RunAxe(Rules)).Violations.ShouldBeEmpty();

        await stopped.GetByRole(AriaRole.Link).ClickAsync();
        await olivia.ReadyAsync();
        (await stopped.IsVisibleAsync()).ShouldBeFalse();
    }

    /// <summary>One correction is out, one waits for its manager, one is being written.</summary>
    private async Task CorrectAsync()
    {
        var olivia = await demo.SeatOfAsync(Olivia);
        var isOut = await BeginAsync(olivia, "Floods");
        await SubmitAsync(olivia);
        var mara = await demo.SeatOfAsync(Mara);
        await mara.GoAsync($"review/{isOut}");
        await mara.Page.Locator(".decide [data-main-action]").ClickAsync();
        await mara.Page.GetByText("You approved").WaitForAsync();
        var oscar = await demo.SeatOfAsync(Oscar);
        await BeginAsync(oscar, "Badegew");
        await SubmitAsync(oscar);
        await BeginAsync(oscar, "River levels");

        async Task<long> BeginAsync(Seat seat, string title)
        {
            var first = await demo.NumberAsync("SELECT Id FROM Messages WHERE Title LIKE $title", ("$title", title + "%"));
            await seat.GoAsync($"messages/{first}");
            await seat.Page.GetByRole(AriaRole.Button, new() { Name = "Correct…" }).ClickAsync();
            await seat.Page.Locator("#message-text").WaitForAsync();
            return await demo.NumberAsync("SELECT Id FROM Messages WHERE CorrectsMessageId = $first", ("$first", first));
        }

        static async Task SubmitAsync(Seat seat)
        {
            var text = seat.Page.Locator("#message-text");
            await text.FillAsync($"{await text.InputValueAsync()} !");
            await seat.Page.Locator("#follow-up").FillAsync("Correction: the first post left something out.");
            await seat.Page.Locator("[data-main-action]").ClickAsync();
            await seat.SubmittedAsync();
        }
    }

    private void Find(string finding)
    {
        _findings.Add(finding);
        output.WriteLine(finding);
    }

    private async Task<List<Stop>> StopsAsync()
    {
        async Task<long> Named(string title) => await demo.NumberAsync("SELECT MIN(Id) FROM Messages WHERE Title LIKE $title", ("$title", title + "%"));
        async Task<long> CorrectionOf(long first) => await demo.NumberAsync("SELECT Id FROM Messages WHERE CorrectsMessageId = $first", ("$first", first));
        var (draft, review, returned) = (await Named("Open day"), await Named("Clean Air"), await Named("Recycling"));
        var (planned, isOut, refused, missed) = (await Named("Nature reserve"), await Named("Floods"), await Named("Badegew"), await Named("River levels"));
        return
        [
            new("sign-in", null, "account/sign-in"),
            new("link-over", null, "account/link/none"),
            new("today-officer", Olivia, ""),
            new("compose", Olivia, $"messages/{draft}/edit"),
            new("compose-returned", Olivia, $"messages/{returned}/edit"),
            new("compose-closed", Olivia, $"messages/{planned}/edit"),
            new("compose-correction", Oscar, $"messages/{await CorrectionOf(missed)}/edit"),
            new("compose-discard", Olivia, $"messages/{draft}/edit", page => page.Locator("[data-open=discard]").ClickAsync()),
            new("compose-contacts", Olivia, $"messages/{draft}/edit", page => page.Locator("[data-mention]").ClickAsync()),
            new("contacts", Olivia, "contacts"),
            new("contact", Olivia, "contacts", page => page.Locator("[data-line]").First.ClickAsync()),
            new("contacts-auditor", Aude, "contacts"),
            new("messages", Olivia, "messages"),
            new("messages-none", Olivia, "messages?text=nothing-like-this"),
            new("message-draft", Olivia, $"messages/{draft}"),
            new("message-review", Olivia, $"messages/{review}"),
            new("message-returned", Olivia, $"messages/{returned}"),
            new("message-planned", Olivia, $"messages/{planned}"),
            new("message-out", Olivia, $"messages/{isOut}"),
            new("message-refused", Mara, $"messages/{refused}"),
            new("message-missed", Mara, $"messages/{missed}"),
            new("message-correction", Olivia, $"messages/{await CorrectionOf(isOut)}"),
            new("message-not-here", Olivia, "messages/999999"),
            new("calendar", Olivia, "calendar"),
            new("calendar-list", Olivia, "calendar?view=list"),
            new("today-manager", Mara, ""),
            new("review-list", Mara, "review"),
            new("review", Mara, $"review/{review}"),
            new("review-correction", Max, $"review/{await CorrectionOf(refused)}"),
            new("review-decided", Mara, $"review/{isOut}"),
            new("retract", Mara, $"messages/{isOut}/retract"),
            new("holds", Mara, "holds"),
            new("no-copy", Mara, "copy"),
            new("channels-manager", Mara, "channels"),
            new("log", Aude, "log"),
            new("log-one-message", Aude, $"log?message={isOut}"),
            new("today-auditor", Aude, ""),
            new("channels", Ada, "channels"),
            new("channel", Ada, "channels", page => page.Locator("[data-line]").First.ClickAsync()),
            new("channel-set", Ada, "channels", page => page.Locator(".chips .chip").First.ClickAsync()),
            new("sender", Ada, "channels", page => page.Locator(".page-head button").First.ClickAsync()),
            new("connect", Ada, "channels/connect"),
            new("apps", Ada, "channels/apps"),
            new("app", Ada, "channels/apps", page => page.Locator("[data-line]").First.ClickAsync()),
            new("readiness", Ada, "channels/readiness"),
            new("readiness-manager", Mara, "channels/readiness"),
            new("consent-over", Olivia, "channels/consent/none"),
            new("people", Ada, "people"),
            new("person", Ada, "people", page => page.Locator("[data-line]").First.ClickAsync()),
            new("invite", Ada, "people", page => page.Locator("[data-main-action]").ClickAsync()),
            new("today-administrator", Ada, ""),
            new("account", Olivia, "account"),
            new("denied", Olivia, "account/denied"),
            new("not-found", Olivia, "nothing/here"),
            new("keys", Olivia, "account", page => page.Keyboard.PressAsync("?")),
        ];
    }

    private async Task WalkAsync(List<Stop> stops, string theme, string language)
    {
        var seats = new Dictionary<string, Seat>();
        foreach (var stop in stops)
        {
            if (!seats.TryGetValue(stop.Person ?? "", out var seat))
            {
                seats[stop.Person ?? ""] = seat = await demo.SeatAsync(1280, language, theme);
                if (stop.Person is { } person)
                {
                    await seat.SignInAsync(person);
                }
            }

            try
            {
                await LookAsync(seat, stop, theme);
            }
            catch (Exception failure) when (failure is PlaywrightException or TimeoutException)
            {
                Find($"{stop.Name} {theme}: {failure.Message.Split('\n')[0]}");
                await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(Screens, $"{stop.Name}-{theme}-failed.png") });
            }
        }

        foreach (var complaint in seats.Values.SelectMany(seat => seat.Complaints).Where(complaint => !complaint.StartsWith("/nothing/here", StringComparison.Ordinal)))
        {
            Find($"{theme}: {complaint}");
        }
    }

    private async Task LookAsync(Seat seat, Stop stop, string theme)
    {
        var page = seat.Page;
        await page.SetViewportSizeAsync(1280, 800);
        await seat.GoAsync(stop.Path);
        await seat.StillAsync();
        if (stop.Open is { } open)
        {
            await open(page);
            await page.Locator("dialog[open], .rz-dialog").First.WaitForAsync();
            await seat.StillAsync();
        }

        foreach (var width in (int[])[1280, 390])
        {
            await page.SetViewportSizeAsync(width, width == 390 ? 844 : 800);
            await seat.StillAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, $"{stop.Name}-{theme}-{width}.png"), FullPage = true });
            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => { one.dataset.was = one.open; one.open = true; })");
            foreach (var finding in await page.EvaluateAsync<string[]>(Sight))
            {
                Find($"{stop.Name} {theme} {width}: {finding}");
            }

            // Slow, so once for each look: what it finds wide it finds in light, what it finds on a phone in dark.
            foreach (var violation in (width == 1280) == (theme == "light") ? (await page.RunAxe(Rules)).Violations : [])
            {
                foreach (var node in violation.Nodes)
                {
                    Find($"{stop.Name} {theme} {width}: axe {violation.Id} {node.Target} {node.Html[..Math.Min(160, node.Html.Length)]} {node.Any.FirstOrDefault()?.Message}");
                }
            }

            await page.EvaluateAsync("() => document.querySelectorAll('details').forEach(one => { one.open = one.dataset.was === 'true'; })");
        }
    }

    /// <summary>What a person sees and axe does not: a page wider than the window, words cut off, words that were never written.</summary>
    private const string Sight =
        """
        () => {
          const found = [];
          const room = document.scrollingElement;
          if (room.scrollWidth > window.innerWidth) {
            const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > window.innerWidth + 1 && getComputedStyle(one).position !== 'fixed');
            found.push(`${room.scrollWidth} wide in ${window.innerWidth}: ` + wide.slice(-3).map(one => one.outerHTML.slice(0, 120)).join(' | '));
          }
          for (const one of document.querySelectorAll('button, .btn, .chip, .state, .badge, h1, h2, h3, label, th')) {
            const look = getComputedStyle(one);
            if (look.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1 && !one.classList.contains('reader-only') && one.clientWidth > 1) {
              found.push('cut: ' + one.outerHTML.slice(0, 160));
            }
          }
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const text = texts.currentNode.data.trim();
            if (/^[a-z]+(\.[a-z]+)+$/.test(text) && !/\.(gov|org|eu|invalid)$/.test(text) && !texts.currentNode.parentElement.closest('code, script, style, .log, .answer')) {
              found.push('word missing: ' + text);
            }
          }
          return found;
        }
        """;

    /// <param name="Person">Null: nobody is signed in.</param>
    /// <param name="Open">Opens the pop-up to look at.</param>
    private sealed record Stop(string Name, string? Person, string Path, Func<IPage, Task>? Open = null);
}
