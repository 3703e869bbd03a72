using Microsoft.Playwright;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>A typo is out on six platforms, and an hour later on none that lets it be changed; the others say what is right.</summary>
public sealed class CorrectionJourneyTests(Demo demo, ITestOutputHelper output) : IClassFixture<Demo>, IDisposable
{
    private const string Title = "Opening of the lido";
    private const string Typo = "The lido opens again on Mnday at nine. Entry is free for children. #Summer";
    private const string Right = "The lido opens again on Monday at nine. Entry is free for children. #Summer";
    private const string FollowUp = "Correction: the lido opens on Monday.";
    private const string Alt = "Blue water and an empty diving board";

    private static readonly string[] Platforms = ["mastodon", "bluesky", "x", "linkedin", "facebook", "telegram"];

    private readonly string _picture = Path.Combine(Path.GetTempPath(), $"publisher-journey-{Guid.NewGuid():N}.png");

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task A_typo_is_corrected_on_every_platform_after_a_manager_has_seen_what_changes()
    {
        await demo.OpenAsync();
        await File.WriteAllBytesAsync(_picture, TestPicture.Png(2), TestContext.Current.CancellationToken);
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var mara = await demo.SeatOfAsync("Mara Manager", width: 390);
        var first = await PublishableAsync(olivia);
        await mara.GoAsync($"review/{first}");
        await mara.ApproveForAsync(Steps.SecondsFromNow(5));
        await olivia.Page.GetByText("All 6 out").First.WaitForAsync();
        var before = (await ShownAsync(Typo)).ToDictionary(post => post.Platform);

        var correction = await CorrectAsync(olivia);
        await ApproveAsync(mara, correction);

        await olivia.Page.GetByText("All 6 out").First.WaitForAsync();
        var edited = await ShownAsync(Right);
        edited.Select(post => post.Platform).Order().ShouldBe(["facebook", "linkedin", "mastodon", "telegram"]);
        foreach (var post in edited)
        {
            (post.Id, post.Url).ShouldBe((before[post.Platform].Id, before[post.Platform].Url));
            post.EditedAt.ShouldNotBeNull();
            // Telegram has no place for it.
            post.Media.ShouldHaveSingleItem().Alt.ShouldBe(post.Platform == "telegram" ? null : Alt);
        }

        var answers = await ShownAsync(FollowUp);
        answers.Select(post => (post.Platform, post.ReplyTo)).OrderBy(post => post.Platform).ShouldBe([("bluesky", before["bluesky"].Id), ("x", before["x"].Id)]);
        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();

        await CheckStoryAsync(olivia, first);
        olivia.Complaints.ShouldBeEmpty();
        mara.Complaints.ShouldBeEmpty();
    }

    private async Task<long> PublishableAsync(Seat officer)
    {
        var page = officer.Page;
        await officer.GoAsync("messages/new");
        await page.GetByLabel("Title").FillAsync(Title);
        await page.Locator("#message-text").FillAsync(Typo);
        await officer.ChooseAsync(page.Locator("#files"), _picture);
        await page.GetByLabel("Alt text").FillAsync(Alt);
        foreach (var platform in Platforms)
        {
            await page.Locator($"[data-channel={platform}]").ClickAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Submit 6 posts for review" }).ClickAsync();
        return await officer.SubmittedAsync();
    }

    private async Task<long> CorrectAsync(Seat officer)
    {
        var page = officer.Page;
        officer.Actions = 0;
        await officer.ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Correct…" }));
        await page.GetByText("This is a correction of a message that is out").WaitForAsync();
        (await page.Locator("#files").CountAsync()).ShouldBe(0, "pictures of what is out can't be exchanged");
        foreach (var platform in Platforms)
        {
            await page.Locator($"[data-preview={platform}]").GetByText(platform is "bluesky" or "x" ? "follow as a reply" : "edited in place").WaitForAsync();
        }

        var submit = page.Locator("[data-main-action]");
        (await submit.IsDisabledAsync()).ShouldBeTrue("nothing is corrected yet");
        await page.Locator("#message-text").FillAsync(Right);
        await page.GetByText("Write the follow-up").First.WaitForAsync();
        (await submit.IsDisabledAsync()).ShouldBeTrue("the follow-up is missing");
        await officer.ClickAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Follow-up" }));
        await officer.TypeAsync(FollowUp);
        await page.GetByText("characters on").WaitForAsync();
        await officer.ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Submit 6 posts for review" }));
        output.WriteLine($"Corrected and submitted with {officer.Actions} actions besides typing.");
        return await officer.SubmittedAsync();
    }

    private static async Task ApproveAsync(Seat manager, long correction)
    {
        var page = manager.Page;
        await manager.GoAsync($"review/{correction}");
        await page.GetByText("This corrects posts that are out").WaitForAsync();
        var changes = page.Locator("section.changes");
        (await changes.Locator("del").InnerTextAsync()).ShouldBe("Mnday");
        (await changes.Locator("ins").InnerTextAsync()).ShouldBe("Monday");
        await page.GetByText("Follows as a reply to what is out").WaitForAsync();
        await manager.TapAsync(page.GetByRole(AriaRole.Button, new() { Name = "Approve 6 posts" }));
        await page.GetByText("You approved").WaitForAsync();
    }

    private static async Task CheckStoryAsync(Seat officer, long first)
    {
        var page = officer.Page;
        await officer.GoAsync($"messages/{first}");
        (await page.GetByText("Corrected ").CountAsync()).ShouldBe(4);
        (await page.GetByRole(AriaRole.Link, new() { Name = "Open the follow-up" }).CountAsync()).ShouldBe(2);
        (await page.GetByText("Still wrong").CountAsync()).ShouldBe(0);
    }

    private async Task<List<SandboxPost>> ShownAsync(string text) => [.. (await demo.PostsAsync()).Where(post => post.Text == text && post.DeletedAt is null)];
}
