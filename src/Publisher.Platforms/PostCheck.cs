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
            foreach (var problem in CheckText(info, part, limits).Concat(CheckMedia(part, limits)))
            {
                yield return problem with { Part = part.Number };
            }
        }
    }

    private static IEnumerable<Problem> CheckText(PlatformInfo info, Part part, Limits limits)
    {
        var length = info.Length(part, limits);
        if (length > limits.Text)
        {
            yield return new Problem("text.too.long", $"{length}", $"{limits.Text}");
        }
        else if (limits.TextBytes is { } most && Encoding.UTF8.GetByteCount(part.Text) is var bytes && bytes > most)
        {
            yield return new Problem("text.too.many.bytes", $"{bytes}", $"{most}");
        }

        if (part.Text.Length == 0 && part.Media.Count == 0 && part.Card is null)
        {
            yield return new Problem("post.empty");
        }
    }

    private static IEnumerable<Problem> CheckMedia(Part part, Limits limits)
    {
        var images = part.Media.Count(media => !media.IsVideo);
        var videos = part.Media.Count - images;
        if (images > 0 && videos > 0)
        {
            yield return new Problem("media.mixed");
        }

        if (images > limits.Images)
        {
            yield return new Problem("images.too.many", $"{images}", $"{limits.Images}");
        }

        if (videos > limits.Videos)
        {
            yield return new Problem("videos.too.many", $"{videos}", $"{limits.Videos}");
        }

        foreach (var media in part.Media)
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
    }
}
