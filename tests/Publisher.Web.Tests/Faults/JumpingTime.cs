using System.IO.MemoryMappedFiles;

namespace Publisher.Web.Tests.Faults;

/// <summary>The machine's clock, set wrong by as much as a test says. Spans are measured by another clock, which does not jump.</summary>
internal sealed class JumpingTime : TimeProvider, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _ahead;

    /// <param name="path">A file that several processes share; null for this one alone.</param>
    public JumpingTime(string? path = null)
    {
        _file = path is null ? MemoryMappedFile.CreateNew(null, sizeof(long)) : MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, sizeof(long));
        _ahead = _file.CreateViewAccessor();
    }

    /// <summary>Negative for behind.</summary>
    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(_ahead.ReadInt64(0));
        set => _ahead.Write(0, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public void Dispose()
    {
        _ahead.Dispose();
        _file.Dispose();
    }
}
