using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

public sealed class DueTimeTests
{
    private const string Berlin = "Europe/Berlin";

    [Fact]
    public void A_time_that_comes_once_is_that_time() =>
        DueTime.Read("2026-11-24T09:00:30", Berlin).ShouldBe(new DueTime.Once(new(2026, 11, 24, 8, 0, 30, TimeSpan.Zero)));

    [Fact]
    public void A_field_without_seconds_is_read_too() =>
        DueTime.Read("2026-07-01T09:00", Berlin).ShouldBe(new DueTime.Once(new(2026, 7, 1, 7, 0, 0, TimeSpan.Zero)));

    [Fact]
    public void When_the_clocks_go_back_both_times_are_offered()
    {
        var twice = DueTime.Read("2026-10-25T02:30:00", Berlin).ShouldBeOfType<DueTime.Twice>();

        twice.First.ShouldBe(new(2026, 10, 25, 0, 30, 0, TimeSpan.Zero));
        twice.Second.ShouldBe(new(2026, 10, 25, 1, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void When_the_clocks_go_forward_the_next_moment_is_offered() =>
        DueTime.Read("2026-03-29T02:30:00", Berlin).ShouldBe(new DueTime.Skipped(new(2026, 3, 29, 1, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("2026-02-30T09:00:00")]
    public void Half_a_time_is_none(string typed) => DueTime.Read(typed, Berlin).ShouldBe(new DueTime.Unreadable());

    [Fact]
    public void A_time_is_written_as_it_was_typed() =>
        DueTime.Write(new(2026, 11, 24, 8, 0, 30, TimeSpan.Zero), Berlin).ShouldBe("2026-11-24T09:00:30");

    [Fact]
    public void What_is_proposed_is_a_full_hour_with_time_to_approve()
    {
        DueTime.Proposal(new(2026, 11, 24, 8, 10, 0, TimeSpan.Zero), Berlin).ShouldBe(new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
        DueTime.Proposal(new(2026, 11, 24, 8, 40, 0, TimeSpan.Zero), Berlin).ShouldBe(new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
        // Shortly before the clocks jump over two o'clock.
        DueTime.Proposal(new(2026, 3, 29, 0, 15, 0, TimeSpan.Zero), Berlin).ShouldBe(new(2026, 3, 29, 1, 0, 0, TimeSpan.Zero));
    }
}
