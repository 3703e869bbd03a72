namespace Publisher.Sandbox;

/// <summary>Videos and items of playlists as YouTube words them.</summary>
internal sealed partial class YouTube
{
    private static Dictionary<string, object> Item(SandboxAccount account, Upload upload, int position, string[] parts)
    {
        var video = VideoOf(upload);
        var item = new Dictionary<string, object> { ["kind"] = "youtube#playlistItem", ["etag"] = "etag", ["id"] = "item-" + upload.Id };
        foreach (var part in parts)
        {
            item[part] = part switch
            {
                "snippet" => new
                {
                    publishedAt = Stamp(video.UploadedAt),
                    channelId = account.Id,
                    title = video.Title,
                    description = video.Description,
                    channelTitle = account.DisplayName,
                    playlistId = UploadsOf(account),
                    position,
                    resourceId = new { kind = "youtube#video", videoId = upload.Id },
                },
                "contentDetails" => new { videoId = upload.Id, videoPublishedAt = Stamp(video.PublishedAt) },
                "status" => new { privacyStatus = video.Privacy },
                _ => new { },
            };
        }

        return item;
    }

    private Dictionary<string, object> Resource(string id, string[] parts)
    {
        var upload = Uploads[id];
        var video = VideoOf(upload);
        var resource = new Dictionary<string, object> { ["kind"] = "youtube#video", ["etag"] = "etag", ["id"] = id };
        foreach (var part in parts)
        {
            resource[part] = part switch
            {
                "snippet" => SnippetOf(upload, video),
                "status" => StatusOf(upload, video),
                "statistics" => Statistics(SandboxCounts.Of(id)),
                "processingDetails" => new { processingStatus = upload.Ready > World.Now ? "processing" : video.Outcome == "processed" ? "succeeded" : "failed" },
                _ => new { },
            };
        }

        return resource;
    }

    private Dictionary<string, object> SnippetOf(Upload upload, Video video)
    {
        var snippet = new Dictionary<string, object>
        {
            ["publishedAt"] = Stamp(video.PublishedAt),
            ["channelId"] = upload.Account,
            ["title"] = video.Title,
            ["description"] = video.Description,
            ["channelTitle"] = Accounts.First(account => account.Id == upload.Account).DisplayName,
            ["categoryId"] = video.Category,
            ["liveBroadcastContent"] = "none",
            ["localized"] = new { title = video.Title, description = video.Description },
        };
        if (video.Tags.Length > 0)
        {
            snippet["tags"] = video.Tags;
        }

        if (video.Language is not null)
        {
            snippet["defaultLanguage"] = video.Language;
        }

        if (video.AudioLanguage is not null)
        {
            snippet["defaultAudioLanguage"] = video.AudioLanguage;
        }

        return snippet;
    }

    /// <summary>Numbers beyond what every client can count are texts.</summary>
    private static object Statistics(SandboxCounts counts) =>
        new { viewCount = $"{counts.Views}", likeCount = $"{counts.Likes}", favoriteCount = "0", commentCount = $"{counts.Replies}" };

    private Dictionary<string, object> StatusOf(Upload upload, Video video)
    {
        var uploadStatus = upload.Ready > World.Now ? "uploaded" : video.Outcome;
        var status = new Dictionary<string, object>
        {
            ["uploadStatus"] = uploadStatus,
            ["privacyStatus"] = video.Privacy,
            ["license"] = video.License,
            ["embeddable"] = video.IsEmbeddable,
            ["publicStatsViewable"] = true,
            ["madeForKids"] = video.IsForKids ?? false,
        };
        if (video.IsForKids is { } isForKids)
        {
            status["selfDeclaredMadeForKids"] = isForKids;
        }

        if (uploadStatus == "rejected")
        {
            status["rejectionReason"] = "duplicate";
        }
        else if (uploadStatus == "failed")
        {
            status["failureReason"] = "invalidFile";
        }

        return status;
    }
}
