namespace Publisher.Benchmarks;

/// <summary>A place on the disk for a data folder, gone when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _above = Directory.CreateTempSubdirectory("publisher-figures-");

    /// <summary>Nothing is there yet.</summary>
    public string Root => Path.Combine(_above.FullName, "data");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _above.Delete(recursive: true);
    }
}
