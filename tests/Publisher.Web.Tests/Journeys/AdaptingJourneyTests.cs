using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Publisher.Sandbox;
using Publisher.Web.Tests.Start;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>One text that names a contact and has no picture, on platforms that call the contact each by another handle and on one that wants a picture.</summary>
public sealed partial class AdaptingJourneyTests(Demo demo) : IClassFixture<Demo>
{
    private static readonly Dictionary<string, string> Said = new()
    {
        ["mastodon"] = "Clean rivers: we work with @water@social.example.gov from today.",
        ["bluesky"] = "Clean rivers: we work with @ec.europa.eu from today.",
        ["x"] = "Clean rivers: we work with @EU_Commission from today.",
        ["telegram"] = "Clean rivers: we work with @EuropeanCommission from today.",
        ["flickr"] = "Clean rivers: we work with European Commission from today.",
    };

    [Fact]
    public async Task A_contact_is_mentioned_on_four_platforms_and_the_text_becomes_a_picture_where_one_is_needed()
    {
        await demo.OpenAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        await AddContactAsync(olivia);

        var page = olivia.Page;
        await page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Compose" }).ClickAsync();
        await page.Locator("[data-mention]:enabled").WaitForAsync();
        foreach (var platform in Said.Keys)
        {
            await page.Locator($"[data-channel={platform}]").ClickAsync();
        }

        // With the keys alone: the list opens while one types and takes what is typed on.
        await page.Locator("#message-text").ClickAsync();
        await olivia.TypeAsync("Clean rivers: we work with @{europ");
        await page.Keyboard.PressAsync("Enter");
        await olivia.TypeAsync(" from today.");
        (await page.Locator("#message-text").InputValueAsync()).ShouldBe("Clean rivers: we work with @{European Commission} from today.");

        await page.Locator("[data-preview=flickr]").GetByRole(AriaRole.Button, new() { Name = "Make a picture of the text" }).ClickAsync();
        await page.Locator("[data-preview=flickr] .picture img").WaitForAsync();
        (await page.GetByLabel("Alt text").InputValueAsync()).ShouldBe(Said["flickr"]);
        await page.GetByText("Picture of the text, only for Flickr").WaitForAsync();
        await page.Locator("[data-preview=bluesky] .linked-text").WaitForAsync();
        (await page.Locator("[data-preview=bluesky] .linked-text").InnerTextAsync()).ShouldBe("@ec.europa.eu");
        foreach (var (platform, text) in Said)
        {
            (await page.Locator($"[data-preview={platform}] .text").InnerTextAsync()).ShouldBe(text, platform);
            (await page.Locator($"[data-preview={platform}] .picture").CountAsync()).ShouldBe(platform == "flickr" ? 1 : 0, platform);
        }

        await page.GetByRole(AriaRole.Button, new() { NameRegex = Submit() }).ClickAsync();
        var message = await olivia.SubmittedAsync();
        var mara = await demo.SeatOfAsync("Mara Manager");
        await mara.GoAsync($"review/{message}");
        await mara.Page.GetByRole(AriaRole.Button, new() { NameRegex = Approve() }).ClickAsync();
        await mara.Page.GetByText("You approved").WaitForAsync();

        var posts = await PublishedAsync();
        posts.Keys.Order().ShouldBe(Said.Keys.Order());
        foreach (var (platform, post) in posts.Where(pair => pair.Key != "flickr"))
        {
            post.Text.ShouldBe(Said[platform], platform);
            post.Media.ShouldBeEmpty(platform);
            post.Links.ShouldHaveSingleItem(platform).Kind.ShouldBe("mention", platform);
        }

        // The title stands above the text there, and the alt text is not told a second time.
        posts["flickr"].Text.ShouldBe($"{Said["flickr"]}\n\n{Said["flickr"]}");
        var card = posts["flickr"].Media.ShouldHaveSingleItem();
        (card.Type, card.Width, card.Height).ShouldBe(("image/jpeg", 1080, 1350));
        (await demo.ObjectionsAsync()).ShouldBeEmpty();
        olivia.Complaints.ShouldBeEmpty();
        mara.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_text_too_long_to_be_read_on_a_picture_is_not_cut_and_says_so()
    {
        await demo.OpenAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer", width: 390);
        await olivia.GoAsync("messages/new");
        var page = olivia.Page;
        await page.Locator("[data-mention]:enabled").WaitForAsync();
        await page.Locator("[data-channel=flickr]").ClickAsync();
        await page.Locator("#message-text").FillAsync(string.Join(' ', Enumerable.Repeat("The centre watches the rivers.", 100)));
        var make = page.Locator("[data-preview=flickr]").GetByRole(AriaRole.Button, new() { Name = "Make a picture of the text" });
        await make.ClickAsync();
        await page.GetByText("too long for a picture").WaitForAsync();

        // What was given up in the list was meant for the text, and the short text is one that fits.
        await page.GetByRole(AriaRole.Button, new() { Name = "Short", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Short", Exact = true, Pressed = true }).WaitForAsync();
        await page.Locator("#message-text").ClickAsync();
        await olivia.TypeAsync("Rivers: @{f");
        await page.Keyboard.PressAsync("Escape");
        await olivia.TypeAsync("lood centre}");
        (await page.Locator("#message-text").InputValueAsync()).ShouldBe("Rivers: @{flood centre}");
        await make.ClickAsync();
        await page.Locator("[data-preview=flickr] .picture img").WaitForAsync();
        (await page.GetByLabel("Alt text").InputValueAsync()).ShouldBe("Rivers: flood centre");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove picture 1" }).ClickAsync();
        await make.WaitForAsync();
        olivia.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Channels_keep_their_place_while_they_are_chosen(int width)
    {
        await demo.OpenAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer", width);
        await olivia.GoAsync("messages/new");
        var page = olivia.Page;
        await page.Locator("#message-text").FillAsync("Clean rivers, and on some platforms a picture of them is missing.");
        var channels = page.Locator("[data-channel]");
        var before = await PlacesAsync();
        before.Length.ShouldBeGreaterThan(13);

        // Whatever moved would be under the next click, in place of what was meant.
        for (var at = 0; at < before.Length; at++)
        {
            await channels.Nth(at).ClickAsync();
            await page.Locator($"[data-channel]:nth-child({at + 1})[aria-pressed=true]").WaitForAsync();
            (await PlacesAsync()).ShouldBe(before, before[at]);
        }

        (await page.Locator("[data-channel].warn").CountAsync()).ShouldBeGreaterThan(0, "none says that it is left out");
        olivia.Complaints.ShouldBeEmpty();

        Task<string[]> PlacesAsync() => channels.EvaluateAllAsync<string[]>(
            "all => all.map(one => { const box = one.getBoundingClientRect(); return `${one.dataset.channel} at ${box.x}, ${box.y + scrollY}: ${box.width} x ${box.height}`; })");
    }

    private static async Task AddContactAsync(Seat olivia)
    {
        var page = olivia.Page;
        await page.Locator("nav.rail").GetByRole(AriaRole.Link, new() { Name = "Contacts" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a contact" }).ClickAsync();
        await page.Locator("#contact-name").FillAsync("European Commission");
        foreach (var (platform, handle) in new[] { ("mastodon", "water@social.example.gov"), ("bluesky", "@ec.europa.eu"), ("x", "EU_Commission"), ("telegram", "EuropeanCommission") })
        {
            await page.Locator($"#handle-{platform}").FillAsync(handle);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Save the contact" }).ClickAsync();
        await page.Locator("table").GetByText("European Commission").WaitForAsync();
    }

    private async Task<Dictionary<string, SandboxPost>> PublishedAsync()
    {
        var until = DateTimeOffset.UtcNow.AddSeconds(60);
        List<SandboxPost> posts;
        do
        {
            await Task.Delay(200, TestContext.Current.CancellationToken);
            posts = [.. (await demo.PostsAsync()).Where(post => post.Text.StartsWith("Clean rivers: we work", StringComparison.Ordinal))];
        }
        while (posts.Count < Said.Count && DateTimeOffset.UtcNow < until);

        // Somebody should look at the picture, too.
        if (posts.SelectMany(post => post.Media).FirstOrDefault() is { } card)
        {
            var folder = Directory.CreateDirectory(Path.Combine(StartedProduct.Root(), "tests", "results", "screens"));
            File.Copy(Directory.EnumerateFiles(demo.Media, $"{card.Sha256}*", SearchOption.AllDirectories).First(), Path.Combine(folder.FullName, "text-card.jpg"), overwrite: true);
        }

        return posts.ToDictionary(post => post.Platform);
    }

    [GeneratedRegex("^Submit 5 posts")]
    private static partial Regex Submit();

    [GeneratedRegex("^Approve 5 posts")]
    private static partial Regex Approve();
}
