using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Storage;

namespace Publisher.Web.Health;

/// <summary>What the service's user may still write to the disk of the data folder. The disk of a PostgreSQL server can't be seen from here.</summary>
internal sealed class DiskCheck(DataFolder folder, IConfiguration configuration, TimeProvider time) : Check(time)
{
    private const long Gigabyte = 1_000_000_000;

    private readonly double _wanted = configuration.GetValue("Publisher:FreeDiskGigabytes", 2.0) * Gigabyte;

    protected override string Silence => "The disk of the data folder does not answer in time.";

    protected override Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var free = new DriveInfo(folder.Root).AvailableFreeSpace;
            return Task.FromResult(
                free >= _wanted ? HealthCheckResult.Healthy("The disk of the data folder has room.")
                : free >= _wanted / 10 ? HealthCheckResult.Degraded("The disk of the data folder is filling up.")
                : HealthCheckResult.Unhealthy("The disk of the data folder is full."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The disk of the data folder can't be asked.", failure));
        }
    }
}
