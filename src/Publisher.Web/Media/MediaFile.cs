namespace Publisher.Web.Media;

/// <summary>A picture, a video or captions in the data folder, named by its bytes. Written and synced before anything names it.</summary>
public sealed class MediaFile
{
    public long Id { get; init; }

    public required long SenderId { get; init; }

    /// <summary>SHA-256 of the bytes that will be sent, lower-case hex.</summary>
    public required string Hash { get; init; }

    public required string Type { get; init; }

    public required long Length { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public TimeSpan? Duration { get; init; }

    /// <summary>As the person's machine called it; shown, never used as a path.</summary>
    public required string FileName { get; init; }

    public string Credit { get; init; } = "";

    public required long AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }
}
