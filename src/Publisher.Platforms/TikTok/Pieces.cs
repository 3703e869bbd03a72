namespace Publisher.Platforms.TikTok;

/// <summary>
/// A video in pieces of 5 to 64 MB, in order (developers.tiktok.com, content-posting-api-media-transfer-guide): their number is the length divided by
/// the size, rounded down, so what is left over makes the last one longer.
/// </summary>
internal readonly record struct Pieces(long Size, long Count)
{
    /// <summary>A megabyte is taken as a million bytes, so that the limits hold in either reading.</summary>
    private const long Largest = 64_000_000;

    /// <summary>Half the largest: the last piece with its remainder stays below the limit too.</summary>
    private const long Usual = Largest / 2;

    /// <summary>Where the last piece begins.</summary>
    public long LastFrom => (Count - 1) * Size;

    public static Pieces Of(long length) => length <= Largest ? new Pieces(length, 1) : new Pieces(Usual, length / Usual);
}
