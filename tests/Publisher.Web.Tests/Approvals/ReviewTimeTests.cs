using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Extensions;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Approvals;

/// <summary>A manager types another time, in the zone of the message and not of the sender, where the clocks change next.</summary>
public sealed class ReviewTimeTests(Walk walk) : IClassFixture<Walk>
{
    [Theory]
    [InlineData("Europe/Brussels", "first")]
    [InlineData("Europe/Brussels", "second")]
    [InlineData("Australia/Lord_Howe", "first")]
    [InlineData("Australia/Lord_Howe", "second")]
    public async Task A_time_that_comes_twice_is_asked_about_and_the_one_that_was_chosen_is_approved(string zone, string turn)
    {
        var (change, jump) = Next(zone, goesBack: true);
        // Half way into what comes twice.
        var (first, second) = (change - (jump / 2), change + (jump / 2));
        var (message, browser, page) = await OpenAsync(zone);

        var asked = await ReadAsync(await page.PostAsync(browser, "approve", Form(first, zone)));
        asked.ShouldContain("The clocks go back then, so this time comes twice. Choose one of the two below.");
        asked.ShouldContain(Clock.Full(first, zone));
        asked.ShouldContain(Clock.Full(second, zone));
        (await DuesAsync(message)).ShouldBeEmpty();
        (await page.PostAsync(browser, "approve", [.. Form(first, zone), ("turn", turn)])).StatusCode.ShouldBe(HttpStatusCode.Found);

        (await DuesAsync(message)).ShouldBe([turn == "first" ? first : second]);
    }

    [Theory]
    [InlineData("Europe/Brussels")]
    [InlineData("Australia/Lord_Howe")]
    public async Task A_time_the_clocks_jump_over_is_refused_with_the_first_that_there_is(string zone)
    {
        var (change, jump) = Next(zone, goesBack: false);
        var (message, browser, page) = await OpenAsync(zone);
        var before = change.ToInstant().Minus(Duration.FromSeconds(1)).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
        var none = before.PlusSeconds(1).PlusTicks(jump.Ticks / 2).ToDateTimeUnspecified().ToString("yyyy-MM-dd'T'HH:mm:ss");

        var told = await ReadAsync(await page.PostAsync(browser, "approve", Form(none)));

        told.ShouldContain($"The clocks go forward over this time. The first time after it is {Clock.Full(change, zone)}.");
        (await DuesAsync(message)).ShouldBeEmpty();
    }

    /// <summary>The next time the clocks change there, and by how much.</summary>
    private static (DateTimeOffset At, TimeSpan By) Next(string zone, bool goesBack)
    {
        var now = SystemClock.Instance.GetCurrentInstant();
        var rules = DateTimeZoneProviders.Tzdb[zone];
        var change = rules.GetZoneIntervals(now, now + Duration.FromDays(400)).Skip(1)
            .First(interval => rules.GetUtcOffset(interval.Start - Duration.Epsilon) > interval.WallOffset == goesBack);
        var jump = rules.GetUtcOffset(change.Start - Duration.Epsilon) - change.WallOffset;
        return (change.Start.ToDateTimeOffset(), jump.ToTimeSpan().Duration());
    }

    private async Task<(Message Message, HttpClient Browser, RecordedForm Page)> OpenAsync(string zone)
    {
        var message = await walk.NewReviewAsync(zone);
        var browser = walk.BrowserOf(walk.Walkers.Single(walker => walker.Name == "manager"));
        return (message, browser, await RecordedForm.OpenAsync(browser, new Uri($"review/{message.Id}", UriKind.Relative)));
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Office.Stop));

    private (string Name, string Value)[] Form(DateTimeOffset time, string zone) => Form(DueTime.Write(time, zone));

    private (string Name, string Value)[] Form(string time) => [("version", "1"), ("revision", "1"), ("channel", $"{walk.ChannelId}"), ("when", "AtTime"), ("time", time)];

    private async Task<List<DateTimeOffset>> DuesAsync(Message message)
    {
        await using var db = await walk.Services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(Office.Stop);
        return await db.Deliveries.Where(row => row.MessageId == message.Id).Select(row => row.Due).ToListAsync(Office.Stop);
    }
}
