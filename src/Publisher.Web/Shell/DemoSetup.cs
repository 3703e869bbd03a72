using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

internal static class DemoSetup
{
    /// <summary>In a demo folder: the sandbox, and an office to try things in. In a real one: nothing.</summary>
    /// <exception cref="StartRefused">A setting of the demo is wrong.</exception>
    public static void AddDemo(this IServiceCollection services, DataFolder folder, IConfiguration configuration)
    {
        if (!folder.IsDemo)
        {
            return;
        }

        var sandbox = DemoSandbox.Of(folder, configuration["Publisher:Sandbox"]);
        services.AddSingleton(_ => sandbox);
        services.AddSingleton(SendingTimes.ReadForDemo(configuration));
        // In place of what the settings say: a demo meets nothing else.
        services.AddSingleton(provider => new OutboundRules(provider.GetRequiredService<DemoSandbox>().Address, []));
        services.AddSingleton<DemoOffice>();
        services.AddSingleton<DemoStories>();
        services.AddHostedService<DemoOpening>();
    }

    /// <exception cref="StartRefused">The sandbox can't listen.</exception>
    public static Task OpenSandboxAsync(this IServiceProvider services) => services.GetService<DemoSandbox>()?.OpenAsync(CancellationToken.None) ?? Task.CompletedTask;

    /// <summary>People and channels before the first page is answered; the messages while somebody is already looking.</summary>
    private sealed class DemoOpening(
        DemoOffice office, DemoStories stories, Measuring measuring, IDbContextFactory<PublisherDb> databases, Start start, IHostApplicationLifetime lifetime, ILogger<DemoOpening> logger) : BackgroundService
    {
        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            {
                await using var only = await OneMachine.EnterAsync(db, OneMachine.Begins, which: 2, cancellationToken);
                await office.OpenAsync(cancellationToken);
            }

            await base.StartAsync(cancellationToken);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            try
            {
                await started.Task.WaitAsync(stoppingToken);
                await using var db = await databases.CreateDbContextAsync(stoppingToken);
                await using var only = await OneMachine.EnterAsync(db, OneMachine.Begins, which: 3, stoppingToken);
                await stories.TellAsync(stoppingToken);
                // At once, and not only when its hour comes: so the first who looks sees numbers.
                if (start.Sends)
                {
                    await measuring.RunAsync(TimeSpan.Zero, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The next start goes on where this one ended.
            }
            catch (Exception failure)
            {
                // A demo without all of its examples is still a demo.
                logger.LogError(failure, "The examples of the demo could not all be made");
            }
        }
    }
}
