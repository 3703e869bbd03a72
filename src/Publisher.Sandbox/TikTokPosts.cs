using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>What becomes of a post between its beginning and its place on the profile.</summary>
internal sealed partial class TikTok
{
    private const string Everyone = "PUBLIC_TO_EVERYONE";
    private const int MaxVideoTitle = 2200;
    private const int MaxPhotoTitle = 90;
    private const int MaxPhotoDescription = 4000;

    private static readonly Shape Privacy = Shape.OneOf(Everyone, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY");

    private static readonly Shape VideoShape = Shape.Object(
        ("post_info!", Shape.Object(
            ("title", Shape.Text), ("privacy_level!", Privacy), ("disable_comment", Shape.Flag), ("disable_duet", Shape.Flag), ("disable_stitch", Shape.Flag),
            ("video_cover_timestamp_ms", Shape.Whole), ("brand_content_toggle", Shape.Flag), ("brand_organic_toggle", Shape.Flag), ("is_aigc", Shape.Flag))),
        ("source_info!", Shape.Object(("source!", Shape.OneOf("FILE_UPLOAD")), ("video_size!", Shape.Whole), ("chunk_size!", Shape.Whole), ("total_chunk_count!", Shape.Whole))));

    private static readonly Shape PhotoShape = Shape.Object(
        ("post_mode!", Shape.OneOf("DIRECT_POST")), ("media_type!", Shape.OneOf("PHOTO")),
        ("post_info!", Shape.Object(
            ("title", Shape.Text), ("description", Shape.Text), ("privacy_level!", Privacy), ("disable_comment", Shape.Flag), ("auto_add_music", Shape.Flag),
            ("brand_content_toggle", Shape.Flag), ("brand_organic_toggle", Shape.Flag))),
        ("source_info!", Shape.Object(("source!", Shape.OneOf("PULL_FROM_URL")), ("photo_images!", Shape.List(Shape.Text, 35, 1)), ("photo_cover_index!", Shape.Whole))));

    private readonly ConcurrentDictionary<string, Publication> _publications = new();
    private readonly ConcurrentDictionary<Call, bool> _failing = new();

    private void AddPosts() => Add(
        new("POST", "v2/post/publish/video/init/", CallKind.Media, StartVideo) { Scope = "video.publish", Accepts = Json, Shape = VideoShape },
        new("POST", "v2/post/publish/content/init/", CallKind.Create, StartPhotos) { Scope = "video.publish", Accepts = Json, Shape = PhotoShape },
        new("POST", "v2/post/publish/status/fetch/", CallKind.Read, ShowStatus) { Scope = "video.publish", Accepts = Json, Shape = Shape.Object(("publish_id!", Shape.Text)) });

    protected override Answer? Special(Call call, string fault)
    {
        switch (fault)
        {
            case "too-many-posts":
                return Error(403, "spam_risk_too_many_posts", "The daily post cap from the API is reached for the current user.");
            case "unaudited" when call.Path.EndsWith("/init/", StringComparison.Ordinal):
                return Error(403, "unaudited_client_can_only_post_to_private_accounts", "Unaudited clients can only post to a private account.");
            case "processing-fails":
                _failing[call] = true;
                return null;
            default:
                return null;
        }
    }

    private bool IsFailing(Call call) => _failing.TryRemove(call, out _);

    /// <summary>What is refused of a post before any of its bytes is looked at.</summary>
    private static Answer? CheckInfo(Call call, JsonElement info, int maxTitle)
    {
        if (Text(info, "title")?.Length > maxTitle || Text(info, "description")?.Length > MaxPhotoDescription)
        {
            return Error(400, "invalid_params", "A text is longer than allowed.");
        }

        if (!PrivacyOf(call.Account).Contains(Text(info, "privacy_level")))
        {
            return Error(403, "privacy_level_option_mismatch", "The privacy level is not one of the creator's options.");
        }

        var isOpen = info.TryGetProperty("disable_comment", out var disabled) && disabled.ValueKind == JsonValueKind.False;
        return isOpen && HasCommentsOff(call.Account) ? Error(400, "invalid_params", "The creator has switched comments off.") : null;
    }

    private Answer StartVideo(Call call)
    {
        var (info, source) = (call.Json.GetProperty("post_info"), call.Json.GetProperty("source_info"));
        if (CheckInfo(call, info, MaxVideoTitle) is { } refusal)
        {
            return refusal;
        }

        var (size, chunk, count) = (source.GetProperty("video_size").GetInt64(), source.GetProperty("chunk_size").GetInt64(), source.GetProperty("total_chunk_count").GetInt64());
        if (CheckChunks(size, chunk, count) is { } wrong)
        {
            Object(call, wrong);
            return Error(400, "invalid_params", wrong);
        }

        var publication = Begin(call, "v_pub_file~v2-1.", info, Text(info, "title") ?? "");
        Uploads[publication.Id] = new Upload { Id = publication.Id, Platform = Key, Account = call.Account.Id, Bytes = size, Note = $"{chunk}/{count}", Ready = World.Now + UploadLife };
        return Ok(new { publish_id = publication.Id, upload_url = $"{Base}upload/video/?upload_id={Uri.EscapeDataString(publication.Id)}&upload_token={Token(publication.Id)}" });
    }

    private Answer StartPhotos(Call call)
    {
        var (info, source) = (call.Json.GetProperty("post_info"), call.Json.GetProperty("source_info"));
        if (CheckInfo(call, info, MaxPhotoTitle) is { } refusal)
        {
            return refusal;
        }

        var addresses = source.GetProperty("photo_images").EnumerateArray().Select(address => address.GetString()!).ToArray();
        if (source.GetProperty("photo_cover_index").GetInt64() is var cover && (cover < 0 || cover >= addresses.Length))
        {
            return Error(400, "invalid_params", "photo_cover_index");
        }

        // Only a place that was shown to be the app's own is fetched from.
        if (addresses.Any(address => !Uri.TryCreate(address, UriKind.Absolute, out var uri) || !uri.IsLoopback))
        {
            return Error(403, "url_ownership_unverified", "The photo address is not of a verified domain.");
        }

        var publication = Begin(call, "p_pub_url~v2.", info, Text(info, "description") ?? "");
        _ = FetchAsync(publication, addresses);
        return Ok(new { publish_id = publication.Id });
    }

    private Publication Begin(Call call, string prefix, JsonElement info, string text)
    {
        var publication = new Publication(prefix + Feed.NextNumber(World.Now), call.Account, info.Clone(), text) { FailReason = IsFailing(call) ? "internal" : null };
        _publications[publication.Id] = publication;
        return publication;
    }

    /// <summary>All bytes are there: the post is processed, and after moderation everybody it is meant for sees it.</summary>
    private void Complete(Publication publication, IReadOnlyList<SandboxMedia> media)
    {
        if (publication.FailReason is not null)
        {
            publication.Status = "FAILED";
            return;
        }

        // The title of photos stands above their description; a video's title is all its text.
        var title = publication.Id.StartsWith('p') ? Text(publication.Info, "title") : null;
        var shown = string.IsNullOrEmpty(title) ? publication.Text : $"{title}\n\n{publication.Text}";
        var id = Feed.NextNumber(World.Now);
        lock (Gate)
        {
            Feed.Add(new SandboxPost
            {
                Platform = Key,
                Account = publication.Account.Id,
                Id = id,
                Path = $"@{publication.Account.Handle}/video/{id}",
                Text = shown,
                SentText = publication.Text,
                Links =
                [
                    .. TextMarks.Hashtags(shown).Select(tag => new SandboxLink(tag.Start, tag.Length, "tag", tag.Word)),
                    .. TextMarks.Mentions(shown).Select(mention => new SandboxLink(mention.Start, mention.Length, "mention", $"{Base}@{mention.Name}")),
                ],
                Media = [.. media.Select(one => publication.Info.TryGetProperty("video_cover_timestamp_ms", out var moment) ? one with { CoverAt = moment.GetInt64() } : one)],
                Visibility = Text(publication.Info, "privacy_level"),
                At = World.Now,
                VisibleFrom = World.Now + World.Options.ProcessingTime,
                Source = publication.Info.GetRawText(),
            });
        }

        publication.PostId = id;
        publication.Status = "PUBLISH_COMPLETE";
        Touch();
    }

    private Answer ShowStatus(Call call)
    {
        if (!_publications.TryGetValue(Text(call.Json, "publish_id")!, out var publication) || publication.Account != call.Account)
        {
            return Error(400, "invalid_publish_id", "The publish_id does not exist.");
        }

        var data = new Dictionary<string, object> { ["status"] = publication.Status, [publication.Id.StartsWith('p') ? "downloaded_bytes" : "uploaded_bytes"] = publication.Bytes };
        if (publication.Status == "FAILED")
        {
            data["fail_reason"] = publication.FailReason!;
        }

        // As numbers, and only of what everybody can see.
        if (Feed.Find(publication.PostId) is { } post && post.Visibility == Everyone && post.VisibleFrom <= World.Now)
        {
            data["publicaly_available_post_id"] = new[] { long.Parse(post.Id, CultureInfo.InvariantCulture) };
        }

        return Ok(data);
    }

    /// <summary>One post on its way.</summary>
    private sealed class Publication(string id, SandboxAccount account, JsonElement info, string text)
    {
        private volatile string _status = id.StartsWith('p') ? "PROCESSING_DOWNLOAD" : "PROCESSING_UPLOAD";

        public string Id => id;

        public SandboxAccount Account => account;

        public JsonElement Info => info;

        public string Text => text;

        public string Status { get => _status; set => _status = value; }

        public string? FailReason { get; set; }

        public long Bytes { get; set; }

        public string? PostId { get; set; }
    }
}
