namespace Publisher.Platforms.Meta;

/// <summary>In what the platforms whose posts start as containers differ: names, and what a container is given.</summary>
/// <param name="Make">Below the account's id, where containers are made.</param>
/// <param name="Publish">Where one becomes a post.</param>
/// <param name="Status">The field with a container's state.</param>
/// <param name="Reason">The field with the reason of a failure.</param>
internal sealed record ContainerForm(string Make, string Publish, string Status, string Reason)
{
    /// <summary>A file among several.</summary>
    public required Func<Media, Dictionary<string, string>> Item { get; init; }

    /// <summary>A whole post with one file or none.</summary>
    public required Func<Part, Media?, Dictionary<string, string>> Single { get; init; }

    /// <summary>A whole post with several files; their ids are added.</summary>
    public required Func<Part, Dictionary<string, string>> Several { get; init; }

    /// <summary>The parameter that takes a file's address.</summary>
    public static string AddressName(Media media) => media.IsVideo ? "video_url" : "image_url";
}
