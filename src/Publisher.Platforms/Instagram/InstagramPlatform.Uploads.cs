using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Instagram;

/// <summary>
/// What a container of Instagram is given (developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media).
/// No bytes: Instagram fetches every file.
/// </summary>
internal sealed partial class InstagramPlatform
{
    private static readonly ContainerForm Form = new("media", "media_publish", "status_code", "status")
    {
        Item = media => new Dictionary<string, string>(OfMedia(media, "VIDEO")) { ["is_carousel_item"] = "true" },
        Single = (part, media) => new Dictionary<string, string>(OfPost(part).Concat(media is null ? [] : OfMedia(media, "REELS")).Concat(OfReel(part, media))),
        Several = part => new Dictionary<string, string>(OfPost(part)) { ["media_type"] = "CAROUSEL" },
    };

    public Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken) =>
        _containers.PrepareAsync(part, soFar, account, media => _files.AddressOf(media, part), cancellationToken);

    /// <param name="kindOfVideo">A picture has no kind of its own.</param>
    private static IEnumerable<KeyValuePair<string, string>> OfMedia(Media media, string kindOfVideo)
    {
        if (media.IsVideo)
        {
            yield return new("media_type", kindOfVideo);
        }
        else if (media.AltText.Length > 0)
        {
            yield return new("alt_text", media.AltText);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> OfReel(Part part, Media? media)
    {
        if (media is { IsVideo: true })
        {
            yield return new("share_to_feed", part.Option(Feed) is "" or FeedToo ? "true" : "false");
            if (media.CoverAt is { } moment)
            {
                yield return new("thumb_offset", ((long)moment.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> OfPost(Part part)
    {
        if (part.Text.Length > 0)
        {
            yield return new("caption", part.Text);
        }
    }
}
