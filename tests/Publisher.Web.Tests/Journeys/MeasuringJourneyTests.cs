using System.Text.RegularExpressions;
using Publisher.Web.Tests.Start;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What people see of counts, followers and what stands at the platform. Leaves pictures in tests/results/screens.</summary>
public sealed partial class MeasuringJourneyTests(Demo demo) : IClassFixture<Demo>
{
    private static readonly string Screens = Path.Combine(StartedProduct.Root(), "tests", "results", "screens");

    [Fact]
    public async Task Counts_stand_on_the_message_and_followers_on_the_channels_and_a_cut_text_is_shown_with_what_was_sent()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        await UntilAsync("SELECT COUNT(*) FROM DeliveryMeasurements");
        var id = await demo.NumberAsync("SELECT Id FROM Messages WHERE Title LIKE 'Floods%'");
        var onLinkedIn = await demo.NumberAsync(
            "SELECT Deliveries.Id FROM Deliveries JOIN Channels ON Channels.Id = ChannelId WHERE MessageId = $id AND Platform = 'linkedin'", ("$id", id));
        await UntilAsync($"SELECT COUNT(*) FROM ReadBacks WHERE Text IS NOT NULL AND DeliveryId = {onLinkedIn}");
        (await demo.NumberAsync("SELECT COUNT(*) FROM ReadBacks WHERE Differs")).ShouldBe(0);
        // As if the platform had cut the text.
        await demo.SqlAsync(
            "UPDATE ReadBacks SET Differs = 1, Text = 'Rivers in the north are rising. Stay away from banks and bridges, move cars' WHERE DeliveryId = $id", ("$id", onLinkedIn));
        Directory.CreateDirectory(Screens);

        foreach (var (theme, language) in new[] { ("light", "en-GB"), ("dark", "de-DE") })
        {
            var olivia = await demo.SeatAsync(1280, language, theme);
            await olivia.SignInAsync("Olivia Officer");
            await olivia.GoAsync($"messages/{id}");
            await olivia.Page.GetByText(theme == "light" ? CountsInEnglish() : CountsInGerman()).First.WaitForAsync();
            await olivia.Page.GetByText(theme == "light" ? "What stands there differs from what was sent" : "weicht von dem ab, was gesendet wurde").WaitForAsync();
            await olivia.Page.Locator("dd", new() { HasTextRegex = CutText() }).WaitForAsync();
            await PictureAsync(olivia, $"counts-message-{theme}");
            await olivia.GoAsync("channels");
            await olivia.Page.GetByText(theme == "light" ? FollowersInEnglish() : FollowersInGerman()).First.WaitForAsync();
            await PictureAsync(olivia, $"counts-channels-{theme}");
            olivia.Complaints.ShouldBeEmpty();
        }

        (await demo.ObjectionsAsync()).ShouldBeEmpty();
    }

    private static async Task PictureAsync(Seat seat, string name)
    {
        foreach (var width in (int[])[1280, 390])
        {
            await seat.Page.SetViewportSizeAsync(width, 844);
            await seat.StillAsync();
            (await seat.Page.EvaluateAsync<bool>("() => document.scrollingElement.scrollWidth <= window.innerWidth")).ShouldBeTrue($"{name} is wider than {width}");
            await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(Screens, $"{name}-{width}.png"), FullPage = true });
        }

        await seat.Page.SetViewportSizeAsync(1280, 800);
    }

    private async Task UntilAsync(string count)
    {
        var until = DateTime.UtcNow.AddMinutes(2);
        while (await demo.NumberAsync(count) == 0)
        {
            Assert.True(DateTime.UtcNow < until, $"Nothing came: {count}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex("move cars$")]
    private static partial Regex CutText();

    [GeneratedRegex(@"\d+ likes, \d+ shares.*, \d+ \w+")]
    private static partial Regex CountsInEnglish();

    [GeneratedRegex(@"\d+ Likes, \d+-mal geteilt.*, \d+\. \w+")]
    private static partial Regex CountsInGerman();

    [GeneratedRegex(@"\d+,\d{3} followers")]
    private static partial Regex FollowersInEnglish();

    [GeneratedRegex(@"\d+\.\d{3} Folgende")]
    private static partial Regex FollowersInGerman();
}
