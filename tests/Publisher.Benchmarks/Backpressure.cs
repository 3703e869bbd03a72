using System.Globalization;
using Microsoft.Playwright;

namespace Publisher.Benchmarks;

/// <summary>
/// The burst twice, while somebody writes in a real browser: first with platforms that all answer at once, then with one that takes half a minute for
/// each call. What the others notice, what memory does, and how long a key takes.
/// </summary>
internal static class Backpressure
{
    private const string Slow = "telegram";
    private const double KeyGoal = 100;

    private static readonly TimeSpan _answer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Run run)
    {
        var messages = run.IsQuick ? 20 : 1000;
        using var folder = new TemporaryFolder();
        await using var standIns = await StandIns.OpenAsync();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await office.ApproveAsync(Burst.Texts($"Tried {run.Seed}", 20, DateTimeOffset.UtcNow.AddHours(20), office.Alike));
        var first = Run.SecondIn(TimeSpan.FromSeconds(45) + (clock.Elapsed * (messages / 10.0)));
        var (even, slowed) = (Burst.Texts($"Even {run.Seed}", messages, first, office.Alike), Burst.Texts($"Slowed {run.Seed}", messages, first + _between, office.Alike));
        await office.ApproveAsync([.. even, .. slowed]);
        await office.LeaveAsync();
        await using var product = await Published.OpenAsync(folder.Root, standIns.Address);
        await using var writer = await Writer.OpenAsync(product.Address);

        var (quiet, atEven, atSlowed) = (new Sample(), new Sample(), new Sample());
        await writer.TypeAsync(quiet, () => Task.FromResult(DateTimeOffset.UtcNow > first.AddSeconds(-3)));
        var evenMemory = await BurstAsync(first, atEven);
        await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (slowed[0].Due.AddSeconds(-2) - DateTimeOffset.UtcNow).Ticks)));
        await standIns.SlowAsync(Slow, _answer);
        var slowedMemory = await BurstAsync(slowed[0].Due, atSlowed);
        // The two slow lanes go on, and what waits for them waits.
        var later = new List<double>();
        for (var second = 0; second < (run.IsQuick ? 5 : 40); second++)
        {
            later.Add(product.Own);
            await writer.TypeAsync(atSlowed, () => Task.FromResult(true));
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        var posts = await standIns.PostsAsync();
        var (evenSent, slowedSent) = (Burst.Count(posts.Where(post => post.Platform != Slow), Others(even), first), Burst.Count(posts.Where(post => post.Platform != Slow), Others(slowed), slowed[0].Due));
        Console.WriteLine($"{messages} messages x {office.Alike.Count} channels, two of them on the slow platform; the others: lost {evenSent.Lost} and {slowedSent.Lost}, twice {evenSent.Twice} and {slowedSent.Twice}; keys {quiet.Count}, {atEven.Count}, {atSlowed.Count}");
        Console.WriteLine($"memory of its own, largest: even {evenMemory:F0} MB, slowed {slowedMemory:F0} MB, afterwards {later.Max():F0} MB, at last {later[^1]:F0} MB");
        var table = new Table();
        table.Add(
            "backpressure, one platform of seven answering in 30 s: the last of the others", "not delayed", $"{Table.Ms(slowedSent.Late.At(1))} after due", $"{Table.Ms(evenSent.Late.At(1))} with an even platform",
            Table.Over(slowedSent.Late.At(1).TotalSeconds, evenSent.Late.At(1).TotalSeconds), Table.Below(slowedSent.Late.At(1).TotalSeconds, evenSent.Late.At(1).TotalSeconds * 1.1, "s"));
        table.Add(
            "the same, memory of its own, largest", "flat, within 10 %", $"{Math.Max(slowedMemory, later.Max()):F0} MB", $"{evenMemory:F0} MB with an even platform",
            Table.Over(Math.Max(slowedMemory, later.Max()), evenMemory), Table.Below(Math.Max(slowedMemory, later.Max()), evenMemory * 1.1, "MB"));
        table.Add(
            "the same, a key in a browser meanwhile", $"p95 < {KeyGoal:F0} ms", Keys(atSlowed), $"{Keys(quiet)} when nothing is sent", Table.Over(atSlowed.At(0.95).TotalSeconds, quiet.At(0.95).TotalSeconds),
            Table.Below(atSlowed.At(0.95).TotalMilliseconds, KeyGoal, "ms"));
        table.Print();

        async Task<double> BurstAsync(DateTimeOffset due, Sample keys)
        {
            var largest = 0.0;
            var slow = office.Alike.Where(channel => channel.Platform == Slow).Select(channel => channel.Id).ToList();
            await Task.Delay(TimeSpan.FromTicks(Math.Max(0, (due - DateTimeOffset.UtcNow).Ticks)));
            var until = due.AddSeconds(run.IsQuick ? 20 : 55);
            var looked = DateTimeOffset.MinValue;
            var isOut = false;
            await writer.TypeAsync(keys, async () =>
            {
                largest = Math.Max(largest, product.Own);
                if (DateTimeOffset.UtcNow - looked > TimeSpan.FromSeconds(1))
                {
                    looked = DateTimeOffset.UtcNow;
                    isOut = await office.IsOutAsync(due, looked, slow);
                }

                return isOut || DateTimeOffset.UtcNow > until;
            });
            return largest;
        }

        static List<Approved> Others(IEnumerable<Approved> all) => [.. all.Select(message => message with { Channels = [.. message.Channels.Where(channel => channel.Platform != Slow)] })];
    }

    private static string Keys(Sample keys) => string.Create(CultureInfo.InvariantCulture, $"p50 {keys.Median.TotalMilliseconds:F0} ms, p95 {keys.At(0.95).TotalMilliseconds:F0} ms");

    /// <summary>An officer at a compose page with every channel chosen. A key is over when the preview shows it.</summary>
    private sealed class Writer : IAsyncDisposable
    {
        private const string Watch = """
            () => {
              window.taken = [];
              let pressed = 0;
              document.querySelector('#message-text').addEventListener('input', () => pressed = performance.now(), true);
              new MutationObserver(() => {
                if (pressed) {
                  window.taken.push(performance.now() - pressed);
                  pressed = 0;
                }
              }).observe(document.querySelector('[data-preview=mastodon]'), { subtree: true, childList: true, characterData: true });
            }
            """;

        private readonly IPlaywright _playwright;
        private readonly IBrowser _browser;
        private readonly IPage _page;
        private int _keys;

        private Writer(IPlaywright playwright, IBrowser browser, IPage page)
        {
            _playwright = playwright;
            _browser = browser;
            _page = page;
        }

        public static async Task<Writer> OpenAsync(Uri address)
        {
            var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "chromium-headless-shell")).FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException("Chromium is not installed: run install_browser of tests/tools.sh.");
            var playwright = await Playwright.CreateAsync();
            var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
            var page = await browser.NewPageAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1280, Height = 800 } });
            await page.GotoAsync(new Uri(address, "account/sign-in").ToString());
            await page.GetByRole(AriaRole.Button, new() { Name = "Olivia Officer" }).ClickAsync();
            await page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Compose" }).ClickAsync();
            await page.GetByLabel("Title").FillAsync("While others are sent");
            await page.Locator("#message-text").FillAsync("The gauge at the bridge stands at 3.2 metres and falls slowly; the path along the river is open again. ");
            await page.GetByRole(AriaRole.Group, new() { Name = "Sets" }).GetByRole(AriaRole.Button, new() { Name = "All channels" }).First.ClickAsync();
            await page.Locator("[data-preview=mastodon]").First.WaitForAsync();
            await page.Locator("#message-text").FocusAsync();
            await page.Keyboard.PressAsync("End");
            await page.EvaluateAsync(Watch);
            return new Writer(playwright, browser, page);
        }

        /// <summary>One key after the other, as a quick hand does, until it is enough.</summary>
        public async Task TypeAsync(Sample keys, Func<Task<bool>> isEnough)
        {
            do
            {
                // A text of some length, and no more: it is written anew now and then.
                if (_keys % 150 == 149)
                {
                    await _page.Locator("#message-text").FillAsync("The gauge at the bridge stands at 3.2 metres and falls slowly; the path along the river is open again. ");
                    await Task.Delay(500);
                }

                await _page.EvaluateAsync("() => { window.taken = []; }");
                await _page.Keyboard.PressAsync("abcdefghij"[_keys++ % 10].ToString());
                await _page.WaitForFunctionAsync("() => window.taken.length > 0", null, new() { Timeout = 60_000 });
                keys.Add(TimeSpan.FromMilliseconds(await _page.EvaluateAsync<double>("() => window.taken[0]")));
                await Task.Delay(100);
            }
            while (!await isEnough());
        }

        public async ValueTask DisposeAsync()
        {
            await _browser.DisposeAsync();
            _playwright.Dispose();
        }
    }
}
