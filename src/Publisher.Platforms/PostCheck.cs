using System.Text;

namespace Publisher.Platforms;

/// <summary>What can be said of a post from limits alone. A platform adds what only it knows.</summary>
public static class PostCheck
{
    public static IEnumerable<Problem> Check(this PlatformInfo info, Post post)
    {
        var limits = post.Limits;
        if (post.Parts.Count > limits.Parts)
        {
            yield return new Problem("parts.too.many", $"{post.Parts.Count}", $"{limits.Parts}");
        }

        foreach (var part in post.Parts)
        {
            foreach (var problem in CheckText(info, part, limits).Concat(CheckEntities(info, part, limits)).Concat(CheckMedia(info, part, limits)))
            {
                yield return problem with { Part = part.Number };
            }
        }
    }

    private static IEnumerable<Problem> CheckText(PlatformInfo info, Part part, Limits limits)
    {
        var length = info.Length(part, limits);
        var longestText = limits.TextOf(part);
        if (length > longestText)
        {
            yield return new Problem("text.too.long", $"{length}", $"{longestText}");
        }
        else if (limits.TextBytes is { } most && Encoding.UTF8.GetByteCount(part.Text) is var bytes && bytes > most)
        {
            yield return new Problem("text.too.many.bytes", $"{bytes}", $"{most}");
        }

        if (part.Text.Length == 0 && part.Media.Count == 0 && part.Card is null)
        {
            yield return new Problem("post.empty");
        }

        if (limits.Title is { } longest)
        {
            var title = new System.Globalization.StringInfo(part.Title()).LengthInTextElements;
            if (title == 0)
            {
                yield return new Problem("title.missing");
            }
            else if (title > longest)
            {
                yield return new Problem("title.too.long", $"{title}", $"{longest}");
            }
        }
    }

    private static IEnumerable<Problem> CheckEntities(PlatformInfo info, Part part, Limits limits)
    {
        if ((limits.Hashtags ?? limits.Mentions ?? limits.Links) is null)
        {
            yield break;
        }

        var entities = info.Entities(part.Text);
        if (limits.Hashtags is { } tags && Count(EntityKind.Hashtag) is var tagged && tagged > tags)
        {
            yield return new Problem("hashtags.too.many", $"{tagged}", $"{tags}");
        }

        if (limits.Mentions is { } mentions && Count(EntityKind.Mention) is var mentioned && mentioned > mentions)
        {
            yield return new Problem("mentions.too.many", $"{mentioned}", $"{mentions}");
        }

        if (limits.Links is { } links && Count(EntityKind.Link) is var linked && linked > links)
        {
            yield return new Problem("links.too.many", $"{linked}", $"{links}");
        }

        int Count(EntityKind kind) => entities.Count(entity => entity.Kind == kind);
    }

    private static IEnumerable<Problem> CheckMedia(PlatformInfo info, Part part, Limits limits)
    {
        var images = part.Media.Count(media => !media.IsVideo);
        var videos = part.Media.Count - images;
        if (images > 0 && videos > 0)
        {
            yield return new Problem("media.mixed");
        }

        if (limits.NeedsMedia && part.Media.Count == 0 && (part.Number == 1 || info.PartPerFile))
        {
            yield return new Problem(limits.Images == 0 ? "video.needed" : limits.Videos == 0 ? "image.needed" : "media.needed");
        }

        if (images > limits.Images)
        {
            yield return limits.Images == 0 ? new Problem("images.not.taken") : new Problem("images.too.many", $"{images}", $"{limits.Images}");
        }

        if (videos > limits.Videos)
        {
            yield return limits.Videos == 0 ? new Problem("videos.not.taken") : new Problem("videos.too.many", $"{videos}", $"{limits.Videos}");
        }

        if (!limits.ImageAltText && part.Media.Any(media => !media.IsVideo && media.AltText.Length > 0))
        {
            yield return new Problem("image.alt.not.sent") { IsNote = true };
        }

        // What is refused for its number is not also told by its size.
        foreach (var media in part.Media.Where(media => (media.IsVideo ? limits.Videos : limits.Images) > 0))
        {
            foreach (var problem in media.IsVideo ? CheckVideo(media, limits) : CheckImage(media, limits))
            {
                yield return problem;
            }

            var alt = new System.Globalization.StringInfo(media.AltText).LengthInTextElements;
            if (alt > limits.AltText)
            {
                yield return new Problem("alt.too.long", $"{alt}", $"{limits.AltText}");
            }

            if (media.IsVideo && alt > 0 && !limits.VideoAltText)
            {
                yield return new Problem("video.alt.not.sent") { IsNote = true };
            }

            if (media.Cover is { } cover && (cover.Length > limits.CoverBytes || !Limits.CoverTypes.Contains(cover.Type)))
            {
                yield return new Problem("cover.too.large", $"{cover.Length}", $"{limits.CoverBytes}");
            }

            if (media.Captions.Count > limits.Captions)
            {
                yield return new Problem("captions.too.many", $"{media.Captions.Count}", $"{limits.Captions}");
            }
            else if (media.Captions.Select(captions => captions.Length).DefaultIfEmpty().Max() is var longest && longest > limits.CaptionsBytes)
            {
                yield return new Problem("captions.too.large", $"{longest}", $"{limits.CaptionsBytes}");
            }
        }
    }

    private static IEnumerable<Problem> CheckImage(Media media, Limits limits)
    {
        if (!limits.ImageTypes.Contains(media.Type))
        {
            yield return new Problem("media.type", media.Type);
        }

        if (media.Length > limits.ImageBytes)
        {
            yield return new Problem("image.too.large", $"{media.Length}", $"{limits.ImageBytes}");
        }

        if (limits.ImagePixels is { } most && (long)media.Width * media.Height > most)
        {
            yield return new Problem("image.too.many.pixels", $"{media.Width}", $"{media.Height}", $"{most}");
        }

        if (limits.ImageSide is { } side && Math.Max(media.Width, media.Height) > side)
        {
            yield return new Problem("image.side.too.long", $"{media.Width}", $"{media.Height}", $"{side}");
        }

        if (!IsRatioWithin(media.Width, media.Height, limits.ImageNarrowest, limits.ImageWidest))
        {
            yield return new Problem("image.ratio", $"{media.Width}", $"{media.Height}");
        }
    }

    private static IEnumerable<Problem> CheckVideo(Media media, Limits limits)
    {
        if (!limits.VideoTypes.Contains(media.Type))
        {
            yield return new Problem("media.type", media.Type);
        }

        if (media.Length > limits.VideoBytes)
        {
            yield return new Problem("video.too.large", $"{media.Length}", $"{limits.VideoBytes}");
        }

        if (limits.VideoLongest is { } longest && media.Duration > longest)
        {
            yield return new Problem("video.too.long", $"{media.Duration:c}", $"{longest:c}");
        }

        if (limits.VideoShortest is { } shortest && media.Duration < shortest)
        {
            yield return new Problem("video.too.short", $"{media.Duration:c}", $"{shortest:c}");
        }

        if (!IsRatioWithin(media.Width, media.Height, limits.VideoNarrowest, limits.VideoWidest))
        {
            yield return new Problem("video.ratio", $"{media.Width}", $"{media.Height}");
        }
    }

    /// <summary>Whether width divided by height is within both; null is no limit.</summary>
    public static bool IsRatioWithin(int width, int height, double? narrowest, double? widest)
    {
        // Platforms write 4:5 and 1.91:1 and forgive a pixel.
        const double Forgiven = 0.005;
        var ratio = (double)width / Math.Max(1, height);
        return ratio >= (narrowest ?? 0) - Forgiven && ratio <= (widest ?? double.MaxValue) + Forgiven;
    }
}
