using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>Videos as a PeerTube server words them, whole and in lists.</summary>
internal sealed partial class PeerTube
{
    private Dictionary<string, object?> Details(Upload upload, DateTimeOffset now)
    {
        var video = VideoOf(upload);
        var details = Listed(upload, now);
        details["description"] = video.Description;
        details["descriptionPath"] = $"/api/v1/videos/{upload.Id}/description";
        details["commentsPolicy"] = new { id = int.Parse(video.Comments, CultureInfo.InvariantCulture), label = "" };
        details["commentsEnabled"] = video.Comments != "2";
        details["downloadEnabled"] = true;
        details["trackerUrls"] = Array.Empty<string>();
        details["files"] = Array.Empty<object>();
        details["streamingPlaylists"] = Array.Empty<object>();
        if (video.Tags.Length > 0)
        {
            details["tags"] = video.Tags;
        }

        return details;
    }

    private Dictionary<string, object?> Listed(Upload upload, DateTimeOffset now)
    {
        var video = VideoOf(upload);
        var owner = Accounts.First(account => account.Id == upload.Account);
        var isDone = upload.Ready <= now;
        var counts = SandboxCounts.Of(upload.Id);
        var listed = new Dictionary<string, object?>
        {
            ["id"] = long.Parse(video.Number, CultureInfo.InvariantCulture),
            ["uuid"] = upload.Id,
            ["shortUUID"] = video.ShortId,
            ["url"] = Base + "videos/watch/" + upload.Id,
            ["isLive"] = false,
            ["createdAt"] = Stamp(video.CreatedAt),
            ["publishedAt"] = Stamp(video.PublishedAt),
            ["updatedAt"] = Stamp(video.PublishedAt),
            ["category"] = video.Category is { } category ? new { id = int.Parse(category, CultureInfo.InvariantCulture), label = "" } : null,
            ["licence"] = video.Licence is { } licence ? new { id = int.Parse(licence, CultureInfo.InvariantCulture), label = "" } : null,
            ["language"] = video.Language is { } language ? new { id = language, label = "" } : null,
            ["privacy"] = new { id = video.Privacy, label = Privacies[video.Privacy] },
            ["state"] = isDone ? new { id = 1, label = "Published" } : new { id = 2, label = "To transcode" },
            ["waitTranscoding"] = video.Waits,
            ["name"] = video.Name,
            ["description"] = video.Description is { Length: > 250 } text ? text[..247] + "..." : video.Description,
            ["duration"] = 8,
            ["isLocal"] = true,
            ["nsfw"] = false,
            ["views"] = counts.Views,
            ["likes"] = counts.Likes,
            ["dislikes"] = 1,
            ["comments"] = counts.Replies,
            ["blacklisted"] = false,
            ["account"] = Actor(owner, "accounts/" + owner.Handle),
            ["channel"] = Actor(owner, "video-channels/" + owner.Handle),
        };

        // What a video does not have is left out.
        foreach (var name in new[] { "category", "licence", "language", "description" }.Where(name => listed[name] is null))
        {
            listed.Remove(name);
        }

        return listed;
    }
}
