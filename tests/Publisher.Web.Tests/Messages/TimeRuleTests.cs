using NodaTime;
using NodaTime.Extensions;
using Publisher.Web.Messages;
using Publisher.Web.Shell;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>What a typed time means and how a moment is shown, where clocks and calendars are not even.</summary>
public sealed class TimeRuleTests
{
    private const string Brussels = "Europe/Brussels";

    /// <summary>Its clocks change by half an hour.</summary>
    private const string LordHowe = "Australia/Lord_Howe";

    [Theory]
    [InlineData(Brussels, "2027-03-28T02:00:00", "2027-03-28T01:00:00Z")]
    [InlineData(Brussels, "2027-03-28T02:59:59", "2027-03-28T01:00:00Z")]
    [InlineData(LordHowe, "2026-10-04T02:00:00", "2026-10-03T15:30:00Z")]
    [InlineData(LordHowe, "2026-10-04T02:29:59", "2026-10-03T15:30:00Z")]
    public void Over_a_time_that_the_clocks_jump_the_next_moment_is_offered(string zone, string typed, string next) =>
        DueTime.Read(typed, zone).ShouldBe(new DueTime.Skipped(Moment(next)));

    [Theory]
    [InlineData(Brussels, "2026-10-25T02:00:00", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z")]
    [InlineData(Brussels, "2026-10-25T02:59:59", "2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z")]
    [InlineData(LordHowe, "2026-04-05T01:30:00", "2026-04-04T14:30:00Z", "2026-04-04T15:00:00Z")]
    [InlineData(LordHowe, "2026-04-05T01:59:59", "2026-04-04T14:59:59Z", "2026-04-04T15:29:59Z")]
    public void Of_a_time_that_comes_twice_both_are_offered_and_told_apart_by_their_distance_to_UTC(string zone, string typed, string first, string second)
    {
        DueTime.Read(typed, zone).ShouldBe(new DueTime.Twice(Moment(first), Moment(second)));
        Zoned.Place(Moment(first), zone).ShouldNotBe(Zoned.Place(Moment(second), zone));
    }

    [Theory]
    [InlineData(Brussels, "2027-03-28T01:59:59", "2027-03-28T00:59:59Z")]
    [InlineData(Brussels, "2027-03-28T03:00:00", "2027-03-28T01:00:00Z")]
    [InlineData(Brussels, "2026-10-25T03:00:00", "2026-10-25T02:00:00Z")]
    [InlineData(LordHowe, "2026-10-04T02:30:00", "2026-10-03T15:30:00Z")]
    [InlineData(LordHowe, "2026-04-05T02:00:00", "2026-04-04T15:30:00Z")]
    [InlineData(Brussels, "2028-02-29T23:59:59", "2028-02-29T22:59:59Z")]
    [InlineData(Brussels, "2026-12-31T23:59:59", "2026-12-31T22:59:59Z")]
    [InlineData(Brussels, "2027-01-01T00:00:00", "2026-12-31T23:00:00Z")]
    [InlineData("Pacific/Auckland", "2027-01-01T00:00:00", "2026-12-31T11:00:00Z")]
    public void Beside_the_change_on_a_leap_day_and_at_the_turn_of_the_year_a_time_is_one_moment(string zone, string typed, string moment) =>
        DueTime.Read(typed, zone).ShouldBe(new DueTime.Once(Moment(moment)));

    [Fact]
    public void A_leap_day_of_another_year_is_none() => DueTime.Read("2027-02-29T09:00:00", Brussels).ShouldBe(new DueTime.Unreadable());

    /// <summary>Were they read by one table of rules and shown by another, a country that changes its clocks would see eight o'clock where nine was typed.</summary>
    [Fact]
    public void In_every_zone_of_the_world_a_moment_beside_a_change_is_read_back_as_it_is_shown()
    {
        var (from, to) = (Moment("2026-01-01T00:00:00Z").ToInstant(), Moment("2030-01-01T00:00:00Z").ToInstant());
        var changes = 0;
        foreach (var zone in DateTimeZoneProviders.Tzdb.GetAllZones())
        {
            foreach (var change in zone.GetZoneIntervals(from, to).Skip(1))
            {
                changes++;
                foreach (var minutes in new[] { -61, -31, -1, 0, 1, 29, 31, 61 })
                {
                    var moment = change.Start.Plus(Duration.FromMinutes(minutes)).ToDateTimeOffset();
                    var shown = Zoned.In(moment, zone.Id);
                    shown.ToUniversalTime().ShouldBe(moment);
                    var read = DueTime.Read(shown.ToString("yyyy-MM-dd'T'HH:mm:ss"), zone.Id);
                    new[] { (read as DueTime.Once)?.At, (read as DueTime.Twice)?.First, (read as DueTime.Twice)?.Second }.ShouldContain(moment, $"{zone.Id} {shown}");
                }
            }
        }

        changes.ShouldBeGreaterThan(500);
    }

    [Theory]
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z")]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")]
    [InlineData(Brussels, "2026-10-25", "2026-10-24T22:00:00Z")]
    public void A_day_begins_at_its_first_moment_also_where_the_clocks_change_at_midnight(string zone, string day, string begins) =>
        Zoned.DayAt(DateOnly.ParseExact(day, "yyyy-MM-dd"), zone).ShouldBe(Moment(begins));

    [Fact]
    public void Who_reads_in_another_zone_sees_the_time_of_the_message_with_the_name_of_its_zone()
    {
        var due = Moment("2026-10-25T01:30:00Z");

        Zoned.Long(due, Brussels).ShouldEndWith("02:30:00 Brussels (UTC+1)");
        Zoned.Long(due.AddHours(-1), Brussels).ShouldEndWith("02:30:00 Brussels (UTC+2)");
        Zoned.Place(due, LordHowe).ShouldBe("Lord Howe (UTC+11)");
        Zoned.Place(Moment("2026-06-01T00:00:00Z"), LordHowe).ShouldBe("Lord Howe (UTC+10:30)");
    }

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
