using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Threads;

/// <summary>What a container of Threads is given (developers.facebook.com/docs/threads/reference/publishing). No bytes: Threads fetches every file.</summary>
internal sealed partial class ThreadsPlatform
{
    private static readonly ContainerForm Form = new("threads", "threads_publish", "status", "error_message")
    {
        Item = media => new Dictionary<string, string>(OfMedia(media)) { ["is_carousel_item"] = "true" },
        Single = (part, media) => new Dictionary<string, string>(OfPost(part).Concat(media is null ? [new("media_type", "TEXT")] : OfMedia(media))),
        Several = part => new Dictionary<string, string>(OfPost(part)) { ["media_type"] = "CAROUSEL" },
    };

    public Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken) =>
        _containers.PrepareAsync(part, soFar, account, media => _files.AddressOf(media, part), cancellationToken);

    private static IEnumerable<KeyValuePair<string, string>> OfMedia(Media media)
    {
        yield return new("media_type", media.IsVideo ? "VIDEO" : "IMAGE");
        if (media.AltText.Length > 0)
        {
            yield return new("alt_text", media.AltText);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> OfPost(Part part)
    {
        if (part.Text.Length > 0)
        {
            yield return new("text", part.Text);
        }

        if (part.Parent is { } parent)
        {
            yield return new("reply_to_id", parent.Id);
        }

        if (part.Option(Replies) is { Length: > 0 } replies && replies != Everyone)
        {
            yield return new("reply_control", replies);
        }

        if (part.Option(Topic) is { Length: > 0 } topic)
        {
            yield return new("topic_tag", topic);
        }
    }
}
