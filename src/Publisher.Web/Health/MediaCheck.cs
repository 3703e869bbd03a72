using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Media;

namespace Publisher.Web.Health;

/// <summary>Whether a picture could be kept now: a small file is written to the end, read and taken away.</summary>
internal sealed class MediaCheck(MediaStore store, TimeProvider time) : Check(time)
{
    protected override string Silence => "The media folder does not answer in time.";

    protected override async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.TryAsync(cancellationToken);
            return HealthCheckResult.Healthy("The media folder can be written.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("The media folder can't be written.", failure);
        }
    }
}
