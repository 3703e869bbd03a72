using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Publisher.Platforms;
using Publisher.Sandbox;
using Shouldly;
using Xunit;
using PlatformList = Publisher.Platforms.PlatformList;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What had been brought for a message that is cancelled is removed from the accounts, and the message's page says so. A platform that is new walks along by itself.</summary>
public sealed class DiscardingJourneyTests(Demo demo) : IClassFixture<Demo>, IDisposable
{
    // Only what they say of themselves is asked for: nothing of theirs leaves from here.
    private static readonly List<IPlatform> Keeping = [.. new PlatformList(new HttpClient(), TimeProvider.System, null!).All.Where(platform => platform is IDiscard)];

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-discard-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Drafts_of_a_cancelled_message_go_and_what_stays_is_left_to_a_person_in_words()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        var film = Path.Combine(_folder, "film.mp4");
        await TestFilm.WriteAsync(film);
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        await olivia.WriteAsync("Weir", "The weir opens at noon.", [film], ["A weir, closed"]);
        await olivia.ChooseChannelsAsync(Keeping.Select(platform => platform.Info.Name));
        await olivia.SubmitAsync(Keeping.Count);
        var message = await olivia.SubmittedAsync();
        var mara = await demo.SeatOfAsync("Mara Manager", width: 390);
        await mara.GoAsync($"review/{message}");
        await mara.ApproveForAsync(Steps.SecondsFromNow(500));
        await UntilAsync($"SELECT COUNT(*) FROM DeliveryParts WHERE PreparedAt IS NOT NULL AND DeliveryId IN (SELECT Id FROM Deliveries WHERE MessageId = {message})", Keeping.Count);
        var deletions = await DeletionsAsync();

        await mara.GoAsync($"messages/{message}");
        await mara.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        await mara.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Cancel \\d+ posts$") }).ClickAsync();
        await Assertions.Expect(mara.Page.GetByText("What had been brought there is being removed.")).ToHaveCountAsync(Keeping.Count);

        // One of them fails, for the last time.
        var stubborn = Keeping[^1].Info;
        using var sandbox = new HttpClient { BaseAddress = demo.Sandbox };
        (await sandbox.PostAsJsonAsync("_sandbox/faults", new { platform = stubborn.Name, kind = "status", on = "read", status = 503 }, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await demo.SqlAsync(
            "UPDATE Deliveries SET NextAt = $now, Failures = CASE WHEN ChannelId IN (SELECT Id FROM Channels WHERE Platform = $stubborn) THEN 12 ELSE 0 END WHERE MessageId = $message",
            ("$now", DateTime.UtcNow.Ticks), ("$stubborn", stubborn.Name), ("$message", message));
        await Assertions.Expect(mara.Page.GetByText("What had been brought there was removed again.")).ToHaveCountAsync(Keeping.Count - 1, new() { Timeout = 90_000 });
        await mara.Page.GetByText("What had been brought there could not be removed. Delete it on the platform. Its id there:").WaitForAsync(new() { Timeout = 90_000 });
        await mara.LooksAsync("discarded");
        await olivia.GoAsync($"messages/{message}");
        await olivia.LooksAsync("discarded");

        (await DeletionsAsync() - deletions).ShouldBe(Keeping.Count - 1);
        (await demo.PostsAsync()).ShouldNotContain(post => post.Text.Contains("The weir opens"));
        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();
        mara.Complaints.Concat(olivia.Complaints).ShouldBeEmpty();
    }

    private async Task<int> DeletionsAsync() => (await demo.CallsAsync()).Count(call => call is { Kind: "change", Status: < 300 } && Keeping.Exists(platform => platform.Info.Name == call.Platform));

    private async Task UntilAsync(string sql, long wanted)
    {
        var until = DateTime.UtcNow.AddMinutes(2);
        while (await demo.NumberAsync(sql) != wanted)
        {
            Assert.True(DateTime.UtcNow < until, $"Not {wanted}: {sql}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
