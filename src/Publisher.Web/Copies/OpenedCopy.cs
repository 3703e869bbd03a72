using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>A database, opened by a command instead of by the product.</summary>
internal sealed class OpenedCopy : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private OpenedCopy(ServiceProvider services) => _services = services;

    public static OpenedCopy Of(DataFolder folder, string? postgres)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(folder, postgres);
        return new OpenedCopy(services.BuildServiceProvider());
    }

    public Task<PublisherDb> OpenAsync(CancellationToken cancellationToken) => _services.GetRequiredService<IDbContextFactory<PublisherDb>>().CreateDbContextAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        // A pooled connection would keep the file and its log of writes open.
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }
}
