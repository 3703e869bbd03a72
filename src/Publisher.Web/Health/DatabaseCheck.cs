using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Publisher.Web.Storage;

namespace Publisher.Web.Health;

/// <summary>
/// Reads, then writes a row and takes it away again in one durable commit by the one writer, behind which every outcome waits too. So a database that is read-only,
/// a full disk and a writer that hangs are all found, and nothing is left behind.
/// </summary>
internal sealed class DatabaseCheck(IDbContextFactory<PublisherDb> databases, Writer writer, TimeProvider time) : Check(time)
{
    private Task<bool>? _write;

    protected override string Silence => "The database does not answer in time.";

    protected override async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            {
                await db.Settings.AsNoTracking().AnyAsync(cancellationToken);
            }
        }
        catch (Exception failure) when (failure is DbException or TimeoutException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy("The database can't be read.", failure);
        }

        try
        {
            // A step that still waits is not queued twice.
            _write = _write is { IsCompleted: false } ? _write : writer.WriteAsync(WriteAsync, CancellationToken.None);
            await _write.WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy("The database reads and writes.");
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException or TimeoutException or InvalidOperationException)
        {
            return HealthCheckResult.Unhealthy("The database can be read, but not written.", failure);
        }
    }

    private static async Task<bool> WriteAsync(PublisherDb db, CancellationToken cancellationToken)
    {
        var row = new Setting { Name = $"health.{Guid.NewGuid():N}", Value = "" };
        db.Settings.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        db.Settings.Remove(row);
        return true;
    }
}
