using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>A video with everything that belongs to it, from the composer to the readers.</summary>
[Collection(nameof(OneAtATime))]
public sealed partial class VideoJourneyTests(Demo demo) : IClassFixture<Demo>, IDisposable
{
    /// <summary>Those that show captions, and one that does not.</summary>
    private static readonly string[] Captioned = ["bluesky", "x", "youtube", "peertube"];

    /// <summary>Those that cut the cover out of the video themselves.</summary>
    private static readonly string[] Momentary = ["tiktok", "instagram", "pinterest"];

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-video-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Captions_and_cover_reach_every_platform_that_shows_them_as_the_approver_saw_them()
    {
        await demo.OpenAsync();
        var film = Path.Combine(_folder, "film.mp4");
        await TestFilm.WriteAsync(film);
        var english = await FileAsync("speech.en.srt", "1\n00:00:01,000 --> 00:00:03,000\nThe river rises & falls.\n");
        var german = await FileAsync("speech.de.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000\nDer Fluss steigt und fällt.\n");
        var broken = await FileAsync("speech.fr.srt", "1\n00:00:01,000 --> 00:00:03,000\n<font color=red>La rivière</font>\n");

        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var page = olivia.Page;
        await olivia.WriteAsync("The river", "The river in six seconds.", [film], ["A curve rises and falls"]);
        var captions = page.GetByRole(AriaRole.Group, new() { Name = "Captions", Exact = true });
        await olivia.ChooseAsync(captions.GetByLabel("Add captions"), broken);
        await captions.GetByText("Line 3 of the captions holds a mark").WaitForAsync();
        await captions.GetByRole(AriaRole.Button, new() { Name = "Understood" }).ClickAsync();
        await olivia.ChooseAsync(captions.GetByLabel("Add captions"), english, german);
        await captions.GetByRole(AriaRole.Combobox).Nth(1).WaitForAsync();
        (await captions.GetByRole(AriaRole.Combobox).EvaluateAllAsync<string[]>("all => all.map(one => one.value)")).ShouldBe(["en", "de"]);

        // Of the moment with the keys alone.
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose a moment" }).ClickAsync();
        await page.GetByLabel("Moment of the video").FocusAsync();
        for (var pressed = 0; pressed < 30; pressed++)
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        await page.GetByText("Moment of the video: 0:03.0").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take this moment" }).ClickAsync();
        await page.GetByAltText("The video at 0:03.0").WaitForAsync();
        string[] all = [.. Captioned, "mastodon", .. Momentary];
        foreach (var platform in all)
        {
            await page.Locator($"[data-channel={platform}]").ClickAsync();
        }

        await page.Locator("[data-preview=mastodon]").GetByText("Mastodon takes no captions").WaitForAsync();
        await page.Locator("[data-preview=bluesky]").GetByText("Bluesky takes no cover").WaitForAsync();
        await LookAsync(olivia, "captions-composed");
        await olivia.SubmitAsync(8);
        var message = await olivia.SubmittedAsync();

        var mara = await demo.SeatAsync(390, theme: "dark");
        await mara.SignInAsync("Mara Manager");
        await mara.GoAsync($"review/{message}");
        await mara.Page.Locator("[data-captions=en] summary").First.ClickAsync();
        await mara.Page.GetByText("The river rises & falls.").First.WaitForAsync();
        (await mara.Page.Locator("video track[srclang=de]").CountAsync()).ShouldBeGreaterThan(0);
        await LookAsync(mara, "captions-reviewed");
        await mara.TapAsync(mara.Page.GetByRole(AriaRole.Button, new() { NameRegex = Approve() }));
        await mara.Page.GetByText("You approved").WaitForAsync();

        var posts = await PublishedAsync();
        foreach (var platform in Captioned)
        {
            var media = posts[platform].Media.ShouldHaveSingleItem(platform);
            string.Join(" ", media.Captions.Select(one => one.Language).Order()).ShouldBe("de en", platform);
            await page.GotoAsync($"{demo.Sandbox}_sandbox/timeline/{platform}");
            await page.Locator("article", new() { HasText = "The river in six seconds." }).GetByText("Captions:").WaitForAsync();
        }

        foreach (var platform in Momentary)
        {
            posts[platform].Media.ShouldHaveSingleItem(platform).CoverAt.ShouldBe(3000, platform);
        }

        var still = posts["youtube"].Media[0].CoverSha256.ShouldNotBeNull();
        posts["peertube"].Media[0].CoverSha256.ShouldBe(still);
        File.Exists(Path.Combine(demo.Media, still[..2], still)).ShouldBeTrue();
        await page.GotoAsync($"{demo.Sandbox}_sandbox/timeline/youtube");
        await page.Locator("article", new() { HasText = "The river in six seconds." }).GetByText("Cover: a picture of its own").WaitForAsync();
        posts["mastodon"].Media.ShouldHaveSingleItem().Captions.ShouldBeEmpty();
        var told = await (await page.APIRequest.GetAsync($"{demo.Sandbox}_sandbox/media/{posts["x"].Media[0].Captions.Single(one => one.Language == "en").Sha256}")).TextAsync();
        told.ShouldBe("WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nThe river rises &amp; falls.\n");
        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();
        mara.Complaints.ShouldBeEmpty();
    }

    private static async Task LookAsync(Seat seat, string name)
    {
        var page = seat.Page;
        Directory.CreateDirectory(EveryPageTests.Screens);
        foreach (var width in (int[])[1280, 390])
        {
            await page.SetViewportSizeAsync(width, 844);
            // As it opens: scrolled, the bar at the foot covers half of whatever lies there.
            await page.EvaluateAsync("() => scrollTo(0, 0)");
            await seat.StillAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(EveryPageTests.Screens, $"{name}-{width}.png"), FullPage = true });
            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} {width}");
            (await page.RunAxe(EveryPageTests.Rules)).Violations.SelectMany(violation => violation.Nodes.Select(node => $"{name} {width} {violation.Id}: {node.Html}")).ShouldBeEmpty();
        }
    }

    private async Task<string> FileAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    private async Task<Dictionary<string, SandboxPost>> PublishedAsync()
    {
        var until = DateTime.UtcNow.AddMinutes(1);
        List<SandboxPost> posts;
        while ((posts = (await demo.PostsAsync()).FindAll(post => post.Text.Contains("The river in six seconds.", StringComparison.Ordinal))).Count < 8)
        {
            Assert.True(DateTime.UtcNow < until, $"Only {posts.Count} posts are out.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        return posts.ToDictionary(post => post.Platform);
    }

    [GeneratedRegex(@"^Approve \d+ posts")]
    private static partial Regex Approve();
}
