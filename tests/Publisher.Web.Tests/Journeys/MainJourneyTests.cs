using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CsvHelper;
using Microsoft.Playwright;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What the product is for, from the first click to the auditor's file.</summary>
[Collection(nameof(OneAtATime))]
public sealed class MainJourneyTests(Demo demo, ITestOutputHelper output) : IClassFixture<Demo>, IDisposable
{
    private const string Link = "https://www.example.org/floods/map?region=north";

    private static readonly string[] Platforms = ["bluesky", "linkedin", "mastodon", "x"];

    private readonly string _picture = Path.Combine(Path.GetTempPath(), $"publisher-journey-{Guid.NewGuid():N}.png");

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task One_message_is_composed_approved_on_a_phone_published_on_four_platforms_in_its_second_and_audited()
    {
        await demo.OpenAsync();
        const string Title = "Levels at noon";
        const string Text = "Levels at noon: the Elbe falls by 4 cm an hour. Map: " + Link + " – next update at 18:00. Übersicht für alle 🌊 #Floods";
        const string Alt = "A gauge in brown water, the mark at 6.20 metres still dry";
        var picture = TestPicture.Png(1);
        await File.WriteAllBytesAsync(_picture, picture, TestContext.Current.CancellationToken);

        var olivia = await demo.SeatOfAsync("Olivia Officer");
        olivia.Actions = 0;
        var message = await olivia.ComposeAsync(Title, Text, _picture, Alt);
        output.WriteLine($"Composed and submitted with {olivia.Actions} actions besides typing.");
        olivia.Actions.ShouldBeLessThanOrEqualTo(10);
        await olivia.Page.GetByText("In review").First.WaitForAsync();
        await olivia.Page.EvaluateAsync("() => { window.neverReloaded = true; }");

        var mara = await demo.SeatOfAsync("Mara Manager", width: 390);
        await mara.GoAsync($"review/{message}");
        await mara.Page.GetByText(Alt).First.WaitForAsync();
        mara.Actions = 0;
        var due = Steps.SecondsFromNow(20);
        await mara.ApproveForAsync(due);
        output.WriteLine($"Approved with {mara.Actions} taps.");
        mara.Actions.ShouldBeLessThanOrEqualTo(3);
        // The message that is open at the officer's tells it by itself.
        await olivia.Page.GetByText("4 planned").First.WaitForAsync();

        var posts = await PublishedAsync(Text[..20], due);

        posts.Select(post => post.Platform).Order().ShouldBe(Platforms);
        foreach (var post in posts)
        {
            output.WriteLine($"{post.Platform}: visible {(post.VisibleFrom - due).TotalMilliseconds:F0} ms after its second.");
            post.At.ShouldBeGreaterThanOrEqualTo(due, $"{post.Platform} was early");
            post.VisibleFrom.ShouldBeLessThanOrEqualTo(due.AddSeconds(1), $"{post.Platform} was late");
            ShowsExactly(post, Text, Alt, picture);
        }

        await olivia.Page.GetByText("All 4 out").First.WaitForAsync();
        (await olivia.Page.EvaluateAsync<bool>("() => window.neverReloaded === true")).ShouldBeTrue("the open page was loaded again");
        (await olivia.Page.Locator("table.deliveries").GetByRole(AriaRole.Link, new() { Name = "Open" }).CountAsync()).ShouldBe(4);
        var creates = (await demo.CallsAsync()).Where(call => call.Kind == "create" && call.At >= due.AddSeconds(-1) && call.Account?.StartsWith("environment", StringComparison.Ordinal) == true);
        creates.Select(call => call.Platform).Order().ShouldBe(Platforms);
        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();

        await AuditAsync(message, Title);
        olivia.Complaints.ShouldBeEmpty();
        mara.Complaints.ShouldBeEmpty();
    }

    private static void ShowsExactly(SandboxPost post, string text, string alt, byte[] picture)
    {
        post.Text.ShouldBe(text, customMessage: post.Platform);
        var marks = post.Links.Select(link => (link.Kind, Text: post.Text.Substring(link.Start, link.Length), link.Target)).ToList();
        var linked = marks.Where(mark => mark.Kind == "link").ShouldHaveSingleItem(post.Platform);
        linked.Target.ShouldBe(Link, customMessage: post.Platform);
        marks.Where(mark => mark.Kind == "tag").ShouldHaveSingleItem(post.Platform).Text.ShouldBe("#Floods", customMessage: post.Platform);
        var media = post.Media.ShouldHaveSingleItem(post.Platform);
        media.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(picture)), customMessage: post.Platform);
        media.Alt.ShouldBe(alt, customMessage: post.Platform);
        post.RequestCount.ShouldBe(1, post.Platform);
    }

    private async Task<List<SandboxPost>> PublishedAsync(string beginning, DateTimeOffset due)
    {
        var until = due.AddSeconds(30);
        List<SandboxPost> posts;
        do
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            posts = [.. (await demo.PostsAsync()).Where(post => post.Text.StartsWith(beginning, StringComparison.Ordinal))];
        }
        while (posts.Count < Platforms.Length && DateTimeOffset.UtcNow < until);
        return posts;
    }

    private async Task AuditAsync(long message, string title)
    {
        var aude = await demo.SeatOfAsync("Aude Auditor");
        await aude.GoAsync($"log?message={message}");
        await aude.Page.Locator("table.log").GetByText(title).First.WaitForAsync();

        var lines = (await DownloadAsync(aude, "JSON Lines")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var steps = lines.GroupBy(line => line.GetProperty("action").GetString()!).ToDictionary(group => group.Key, group => group.Count());
        output.WriteLine(string.Join(", ", steps.Select(step => $"{step.Value} × {step.Key}")));
        steps.GetValueOrDefault("message.submitted").ShouldBe(1);
        steps.GetValueOrDefault("message.approved").ShouldBe(1);
        steps.GetValueOrDefault("delivery.planned").ShouldBe(4);
        steps.GetValueOrDefault("delivery.started").ShouldBe(4);
        steps.GetValueOrDefault("delivery.published").ShouldBe(4);
        lines.ShouldAllBe(line => line.GetProperty("isIntact").GetBoolean());
        lines.Single(line => line.GetProperty("action").GetString() == "message.submitted").GetProperty("person").GetString().ShouldBe("Olivia Officer");
        lines.Single(line => line.GetProperty("action").GetString() == "message.approved").GetProperty("person").GetString().ShouldBe("Mara Manager");

        using var table = CsvReader.FromText(await DownloadAsync(aude, "CSV"), new CsvReaderOptions());
        var rows = new List<(string Position, string Action)>();
        while (table.Read())
        {
            rows.Add((table.GetString("Position"), table.GetString("Action")));
        }

        rows.ShouldBe(lines.Select(line => (line.GetProperty("position").GetInt64().ToString(CultureInfo.InvariantCulture), line.GetProperty("action").GetString()!)));
        aude.Complaints.ShouldBeEmpty();
    }

    private static async Task<string> DownloadAsync(Seat seat, string button)
    {
        var download = await seat.Page.RunAndWaitForDownloadAsync(() => seat.Page.GetByRole(AriaRole.Link, new() { Name = button }).ClickAsync());
        await using var content = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync();
    }
}
