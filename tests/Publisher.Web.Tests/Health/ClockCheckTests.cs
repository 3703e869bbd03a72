using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Health;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>What a clock that is wrong, or was set, is told about itself.</summary>
public sealed class ClockCheckTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-clock-");
    private readonly WrongTime _time = new();

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_clock_off_the_database_s_by_more_than_a_second_is_named()
    {
        await using var services = Services(postgres.Database("postgres"));
        var check = await FirstAsync(services);

        _time.Off = TimeSpan.FromSeconds(-90);
        _time.Later();

        var said = await AskAsync(check);
        said.Status.ShouldBe(HealthStatus.Unhealthy);
        said.Description.ShouldNotBeNull().ShouldContain("sends nothing");
    }

    [Fact]
    public async Task Without_a_second_clock_only_its_being_set_is_seen_until_it_is_set_right_or_confirmed()
    {
        await using var services = Services(null);
        var check = await FirstAsync(services);

        _time.Off = TimeSpan.FromHours(1);
        _time.Later();
        var said = await AskAsync(check);
        said.Status.ShouldBe(HealthStatus.Unhealthy);
        said.Description.ShouldNotBeNull().ShouldContain("was set by 3600.0 s");

        _time.Off = TimeSpan.Zero;
        _time.Later(TimeSpan.FromMinutes(5));
        (await AskAsync(check)).Status.ShouldBe(HealthStatus.Healthy);

        _time.Off = TimeSpan.FromHours(-1);
        _time.Later();
        (await AskAsync(check)).Status.ShouldBe(HealthStatus.Unhealthy);
        services.GetRequiredService<DatabaseClock>().Confirm();
        _time.Later();
        (await AskAsync(check)).Status.ShouldBe(HealthStatus.Healthy);
    }

    private static Task<HealthCheckResult> AskAsync(Check check) => check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

    /// <summary>A check that found nothing wrong. What is read for the first time may take longer than a check gives it: a product that answers has read before.</summary>
    private static async Task<ClockCheck> FirstAsync(ServiceProvider services)
    {
        await services.GetRequiredService<DatabaseClock>().DifferenceAsync(TestContext.Current.CancellationToken);
        var check = ActivatorUtilities.CreateInstance<ClockCheck>(services);
        var said = await AskAsync(check);
        said.Status.ShouldBe(HealthStatus.Healthy, said.Description);
        return check;
    }

    private ServiceProvider Services(string? database)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddStorage(DataFolder.Open(Path.Combine(_root.FullName, "data"), asDemo: false, isShared: database is not null), database);
        return services.BuildServiceProvider();
    }

    /// <summary>The time that really goes by, on a clock that was set.</summary>
    private sealed class WrongTime : TimeProvider
    {
        private TimeSpan _gone;

        public TimeSpan Off { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Off + _gone;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(_gone.TotalSeconds * System.TimestampFrequency);

        public void Later(TimeSpan? by = null) => _gone += by ?? TimeSpan.FromSeconds(2);
    }
}
