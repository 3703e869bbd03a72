using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Health;
using Publisher.Web.Schedule;
using Publisher.Web.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>What a scheduler that wakes late, or no more, is told about itself.</summary>
public sealed class SchedulerCheckTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(0.3, HealthStatus.Healthy)]
    [InlineData(2, HealthStatus.Degraded)]
    [InlineData(11, HealthStatus.Unhealthy)]
    public async Task How_late_it_last_woke_decides(double seconds, HealthStatus status)
    {
        var beat = new Beat(_time);
        beat.Note(TimeSpan.FromSeconds(seconds));

        (await AskAsync(new SchedulerCheck(beat, _time))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task One_that_wakes_no_more_gets_later_and_later_until_it_does()
    {
        var beat = new Beat(_time);
        var check = new SchedulerCheck(beat, _time);
        beat.Note(TimeSpan.Zero);

        _time.Advance(Beat.Every + TimeSpan.FromSeconds(11));
        var said = await AskAsync(check);
        (said.Status, said.Description).ShouldBe((HealthStatus.Unhealthy, "The scheduler was last 11.0 s late."));

        beat.Note(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await AskAsync(check)).Status.ShouldBe(HealthStatus.Healthy);
    }

    private static Task<HealthCheckResult> AskAsync(SchedulerCheck check) => check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
