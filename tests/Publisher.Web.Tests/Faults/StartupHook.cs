using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Publisher.Web.Tests.Faults;

#pragma warning disable CA1050, CA1812, IDE0130 // .NET looks for this name outside of any namespace when DOTNET_STARTUP_HOOKS names this file.

/// <summary>Runs in the product's process before its first line, and gives it a clock that a test can set.</summary>
internal static class StartupHook
{
    public const string ClockFile = "PUBLISHER_TEST_CLOCK";

    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener>(listener =>
    {
        if (listener.Name == "Microsoft.Extensions.Hosting")
        {
            listener.Subscribe(new Observer<KeyValuePair<string, object?>>(Build));
        }
    }));

    private static void Build(KeyValuePair<string, object?> what)
    {
        if (what is { Key: "HostBuilding", Value: IHostBuilder builder })
        {
            builder.ConfigureServices((_, services) => services.AddSingleton<TimeProvider>(new JumpingTime(Environment.GetEnvironmentVariable(ClockFile)!)));
        }
    }
}
