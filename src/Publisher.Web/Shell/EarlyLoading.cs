using System.Globalization;
using System.Reflection;

namespace Publisher.Web.Shell;

/// <summary>
/// Loads all code the program refers to, right after its start. .NET opens an assembly when it is first needed, and one that can't be opened in that moment stays missing
/// until the process ends: after ten seconds without a free handle pages would fail, or names of servers not be looked up, until somebody starts it again.
/// </summary>
internal sealed class EarlyLoading : BackgroundService
{
    /// <summary>Figures and traces go out only where a collector is named, which is read at start; nothing else waits for them.</summary>
    private const string Telemetry = "OpenTelemetry";

    /// <summary>What one assembly refers to, and what that refers to.</summary>
    private static void LoadAll(Assembly first)
    {
        var names = new HashSet<string> { first.GetName().Name! };
        var toFollow = new Queue<Assembly>([first]);
        while (toFollow.TryDequeue(out var one))
        {
            foreach (var name in one.GetReferencedAssemblies().Where(name => !name.Name!.StartsWith(Telemetry, StringComparison.Ordinal) && names.Add(name.Name)))
            {
                try
                {
                    toFollow.Enqueue(Assembly.Load(name));
                }
                catch (Exception failure) when (failure is FileNotFoundException or FileLoadException or BadImageFormatException)
                {
                    // Some libraries refer to what only other systems have.
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The others are started first.
        await Task.Yield();
        var own = typeof(EarlyLoading).Assembly;
        LoadAll(own);
        own.GetSatelliteAssembly(new CultureInfo("de"));
    }
}
