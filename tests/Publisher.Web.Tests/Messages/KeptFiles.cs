using Publisher.Platforms;

namespace Publisher.Web.Tests.Messages;

/// <summary>Files nobody opens, with or without an address platforms can reach.</summary>
internal sealed class KeptFiles(Uri? at = null) : IMediaFiles
{
    public Stream Open(Platforms.Media media) => throw new InvalidOperationException("Composing opens no file.");

    public Uri? AddressOf(Platforms.Media media, Part part) => at;
}
