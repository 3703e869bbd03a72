using Publisher.Platforms;

namespace Publisher.Benchmarks;

/// <summary>What is measured carries text alone.</summary>
internal sealed class NoFiles : IMediaFiles
{
    public Stream Open(Media media) => throw new InvalidOperationException("Nothing here has a file.");

    public Uri? AddressOf(Media media, Part part) => null;
}
