using Publisher.Web.Storage;

namespace Publisher.Benchmarks;

/// <summary>A new demo folder on the disk, gone when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("publisher-figures-");

    public TemporaryFolder() => Data = DataFolder.Open(Path.Combine(_root.FullName, "data"), asDemo: true);

    public DataFolder Data { get; }

    public void Dispose()
    {
        Data.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _root.Delete(recursive: true);
    }
}
