using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>One message to every platform there is, and to the place a person serves: once with two pictures, once with a video.</summary>
[Collection(nameof(OneAtATime))]
public sealed class AllPlatformsJourneyTests(Demo demo, ITestOutputHelper output) : IClassFixture<Demo>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-all-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_pictures_reach_every_platform_that_shows_pictures_as_the_preview_said()
    {
        const string Text = "Two new gauges stand on the Elbe and the Saale. They report every ten minutes, day and night. #Gauges";
        await demo.OpenAsync();
        string[] alts = ["A gauge at the river Elbe, white on blue", "A gauge at the river Saale, blue on white"];
        string[] files = [Path.Combine(_folder, "elbe.png"), Path.Combine(_folder, "saale.png")];
        await File.WriteAllBytesAsync(files[0], TestPicture.Png(6), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(files[1], TestPicture.Png(7), TestContext.Current.CancellationToken);

        var (message, shown) = await ComposeAsync("New gauges", Text, files, alts, leftOut: ["youtube", "peertube"]);
        var posts = await ApproveAndWaitAsync(message, shown.Keys, Text[..30]);

        foreach (var (platform, parts) in shown)
        {
            ShowsWhatThePreviewSaid(platform, parts, posts).Sum(post => post.Media.Count).ShouldBe(2, platform);
        }

        await HandOverAsync(message, Text);
    }

    [Fact]
    public async Task A_video_reaches_every_platform_that_shows_videos_as_the_preview_said()
    {
        const string Text = "How a flood warning is made, in six seconds. #Gauges";
        await demo.OpenAsync();
        var film = Path.Combine(_folder, "film.mp4");
        await TestFilm.WriteAsync(film);

        // A Pixelfed server takes videos only where its operator switched them on.
        var (message, shown) = await ComposeAsync("How a warning is made", Text, [film], ["A hand draws a rising curve"], leftOut: ["pixelfed"]);
        var posts = await ApproveAndWaitAsync(message, shown.Keys, Text[..30]);

        foreach (var (platform, parts) in shown)
        {
            ShowsWhatThePreviewSaid(platform, parts, posts).ShouldHaveSingleItem(platform).Media.ShouldHaveSingleItem(platform).Type.ShouldBe("video/mp4", platform);
        }
    }

    private List<SandboxPost> ShowsWhatThePreviewSaid(string platform, IReadOnlyList<string> parts, IEnumerable<SandboxPost> posts)
    {
        var seen = posts.Where(post => post.Platform == platform).OrderBy(post => post.VisibleFrom).ToList();
        output.WriteLine($"{platform}: {string.Join(" | ", seen.Select(post => $"{post.Text.Replace('\n', '/')} [{string.Join(", ", post.Media.Select(media => $"{media.Type} {media.Width}x{media.Height} \"{media.Alt}\""))}]"))}");
        seen.Count.ShouldBe(parts.Count, platform);
        foreach (var (post, preview) in seen.Zip(parts))
        {
            // Some stand-ins write the title above the text; what the preview said must stand there whole.
            post.Text.ShouldContain(preview, Case.Sensitive, platform);
            post.RequestCount.ShouldBe(1, platform);
        }

        return seen;
    }

    /// <summary>Everything chosen by one click; answers what each platform's preview shows.</summary>
    private async Task<(long Message, Dictionary<string, IReadOnlyList<string>> Shown)> ComposeAsync(string title, string text, string[] files, string[] alts, string[] leftOut)
    {
        var wanted = Publisher.Sandbox.SandboxAccounts.All.Select(account => account.Platform).Distinct().Except(leftOut).ToList();
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        olivia.Actions = 0;
        await olivia.WriteAsync(title, text, files, alts);
        await olivia.ChooseSetAsync("All channels");
        // And the place a person serves.
        await olivia.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^Submit {wanted.Count + 1} posts") }).WaitForAsync();
        var shown = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var platform in wanted)
        {
            shown[platform] = [.. (await olivia.Page.Locator($"[data-preview={platform}] .part .text").AllInnerTextsAsync()).Select(part => part.Trim())];
        }

        await olivia.SubmitAsync(wanted.Count + 1);
        var message = await olivia.SubmittedAsync();
        output.WriteLine($"Composed for {wanted.Count + 1} channels and submitted with {olivia.Actions} actions besides typing.");
        olivia.Actions.ShouldBeLessThanOrEqualTo(12);
        olivia.Complaints.ShouldBeEmpty();
        return (message, shown);
    }

    private async Task<List<SandboxPost>> ApproveAndWaitAsync(long message, IReadOnlyCollection<string> platforms, string beginning)
    {
        var mara = await demo.SeatOfAsync("Mara Manager", width: 390);
        await mara.ApproveAsync(message);
        var until = DateTime.UtcNow.AddMinutes(2);
        while (await demo.NumberAsync("SELECT COUNT(*) FROM Deliveries WHERE MessageId = $m AND State NOT IN ('Published', 'HandedOver')", ("$m", message)) is > 0 and var open)
        {
            Assert.True(DateTime.UtcNow < until, $"{open} of the message's deliveries are not out: {await demo.ValueAsync("SELECT group_concat(Platform || ' ' || State || ' ' || Code || ' ' || Answer, '; ') FROM Deliveries JOIN Channels ON Channels.Id = ChannelId WHERE MessageId = $m AND State NOT IN ('Published', 'HandedOver')", ("$m", message))}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();
        return [.. (await demo.PostsAsync()).Where(post => post.Text.Contains(beginning, StringComparison.Ordinal) && platforms.Contains(post.Platform))];
    }

    /// <summary>The named person copies the text, puts it out, and says where.</summary>
    private async Task HandOverAsync(long message, string text)
    {
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        await olivia.GoAsync("");
        await olivia.Page.GetByText("To be put out by hand").WaitForAsync();
        await olivia.GoAsync($"messages/{message}");
        var box = olivia.Page.Locator("[data-by-hand]");
        (await box.GetByRole(AriaRole.Button, new() { Name = "Copy the text" }).GetAttributeAsync("data-copy")).ShouldBe(text);
        var download = await olivia.Page.RunAndWaitForDownloadAsync(() => box.GetByRole(AriaRole.Link, new() { Name = "Download picture 1" }).ClickAsync());
        await using (var content = await download.CreateReadStreamAsync())
        {
            Convert.ToHexStringLower(await SHA256.HashDataAsync(content, TestContext.Current.CancellationToken))
                .ShouldBe(Convert.ToHexStringLower(SHA256.HashData(TestPicture.Png(6))));
        }

        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = "It is out…" }).ClickAsync();
        await olivia.Page.GetByLabel("Where did you post it?").FillAsync($"{demo.Sandbox}whatsapp/1");
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = "Close as out by hand" }).ClickAsync();
        await olivia.Page.Locator("table.deliveries .state.good").GetByText("Out by hand").WaitForAsync();
        (await demo.ValueAsync("SELECT DisplayName FROM Log JOIN AspNetUsers ON AspNetUsers.Id = PersonId WHERE MessageId = $m AND Action = 'delivery.by.hand'", ("$m", message))).ShouldBe("Olivia Officer");
    }
}
