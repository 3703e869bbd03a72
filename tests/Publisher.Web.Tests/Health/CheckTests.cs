using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Health;
using Publisher.Web.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>How often a thing is really asked, and for how long.</summary>
public sealed class CheckTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_asks_a_thousand_times_in_a_second_costs_one_look()
    {
        var check = new CountingCheck(_time, Task.CompletedTask);

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => AskAsync(check)));
        check.Looks.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(check);
        check.Looks.ShouldBe(2);
    }

    [Fact]
    public async Task What_hangs_is_answered_for_in_time_and_not_asked_again_until_it_came_back()
    {
        var back = new TaskCompletionSource();
        var check = new CountingCheck(_time, back.Task);
        for (var one = 0; one < 3; one++)
        {
            var asked = AskAsync(check);
            _time.Advance(Check.Limit);
            (await asked).ShouldBe(new HealthCheckResult(HealthStatus.Unhealthy, "It is silent."));
        }

        await check.Begun;
        check.Looks.ShouldBe(1);

        back.SetResult();
        _time.Advance(TimeSpan.FromSeconds(1));
        while ((await AskAsync(check)).Status is not HealthStatus.Healthy)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static Task<HealthCheckResult> AskAsync(Check check) => check.CheckHealthAsync(new HealthCheckContext(), Stop);

    private sealed class CountingCheck(TimeProvider time, Task wait) : Check(time)
    {
        private readonly TaskCompletionSource _begun = new();
        private int _looks;

        public Task Begun => _begun.Task;

        public int Looks => _looks;

        protected override string Silence => "It is silent.";

        protected override async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _looks);
            _begun.TrySetResult();
            await wait;
            return HealthCheckResult.Healthy();
        }
    }
}
