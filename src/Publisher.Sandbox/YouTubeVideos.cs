using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Videos on YouTube: private until an update says otherwise, then a post. An update erases what it leaves out.</summary>
internal sealed partial class YouTube
{
    private const int MostItems = 50;
    private static readonly string[] Categories = ["1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"];

    private static Shape Snippet { get; } = Shape.Object(
        ("title!", Shape.Text), ("description", Shape.Text), ("tags", Shape.List(Shape.Text)), ("categoryId", Shape.Text), ("defaultLanguage", Shape.Text), ("defaultAudioLanguage", Shape.Text));

    private static Shape Status { get; } = Shape.Object(
        ("privacyStatus", Shape.OneOf("public", "unlisted", "private")), ("license", Shape.OneOf("youtube", "creativeCommon")), ("embeddable", Shape.Flag), ("publicStatsViewable", Shape.Flag),
        ("publishAt", Shape.Text), ("selfDeclaredMadeForKids", Shape.Flag), ("containsSyntheticMedia", Shape.Flag));

    private void AddVideos() => Add(
        new("PUT", "youtube/v3/videos", CallKind.Create, call => Update(call, isLocked: false))
        {
            Scope = ManageScope,
            // The status says who sees a video; without it an update changes one that stays as visible as it was.
            KindOf = call => IsShowing(call) ? CallKind.Create : CallKind.Change,
            Query = ["part"],
            Accepts = ["application/json"],
            Shape = Shape.Object([("id!", Shape.Text), ("snippet", Snippet), ("status", Status)]),
        },
        new("DELETE", "youtube/v3/videos", CallKind.Change, Delete) { Scope = ManageScope, Query = ["id"] },
        new("GET", "youtube/v3/videos", CallKind.Read, List) { Scope = ManageScope, Query = ["part", "id", "hl"] },
        new("GET", "youtube/v3/playlistItems", CallKind.Read, ListUploads) { Scope = ManageScope, Query = ["part", "playlistId", "maxResults", "pageToken"] },
        new("GET", "watch", CallKind.Page, call => PostPage.Of(this, Feed.Find(call.Asked("v")))));

    private static bool IsShowing(Call call) => Parts(call).Contains("status");

    private static Answer NotThere() => Error(404, "videoNotFound", "The video that you are trying to access cannot be found.");

    private static Video VideoOf(Upload upload) => JsonSerializer.Deserialize<Video>(upload.Note!)!;

    private Upload? Mine(Call call, string? id) => id is not null && Uploads.TryGetValue(id, out var upload) && upload.Account == call.Account.Id ? upload : null;

    /// <summary>The parts a body holds in the place of those a video had; what they leave out falls back.</summary>
    private (Video Video, Answer? Refusal) Read(Call call, Video video, bool isNew)
    {
        var parts = Parts(call);
        if (parts.Length == 0 || parts.Except(["snippet", "status"]).Any() || parts.Any(part => !call.Json.TryGetProperty(part, out _)))
        {
            Object(call, "part must name snippet or status, and the body must hold what it names");
            return (video, Error(400, "unexpectedPart", "part does not fit the body"));
        }

        if (parts.Contains("snippet"))
        {
            var snippet = call.Json.GetProperty("snippet");
            var category = Text(snippet, "categoryId") ?? (isNew ? "22" : "");
            video = video with
            {
                Title = Text(snippet, "title")!.Trim(),
                Description = Text(snippet, "description") ?? "",
                Category = category,
                Language = Text(snippet, "defaultLanguage"),
                AudioLanguage = Text(snippet, "defaultAudioLanguage"),
                Tags = snippet.TryGetProperty("tags", out var tags) ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)] : [],
            };
            var reason = video.Title.Length is 0 or > 100 || HasSigns(video.Title) ? "invalidTitle"
                : Encoding.UTF8.GetByteCount(video.Description) > 5000 || HasSigns(video.Description) ? "invalidDescription"
                : video.Tags.Sum(tag => tag.Length + (tag.Contains(' ', StringComparison.Ordinal) ? 2 : 0)) + Math.Max(0, video.Tags.Length - 1) > 500 || video.Tags.Any(HasSigns) ? "invalidTags"
                : !Categories.Contains(category) ? "invalidCategoryId"
                : null;
            if (reason is not null)
            {
                return (video, Error(400, reason, "The request metadata specifies an invalid value."));
            }
        }

        if (parts.Contains("status"))
        {
            var status = call.Json.GetProperty("status");
            video = video with
            {
                Privacy = Text(status, "privacyStatus") ?? "public",
                License = Text(status, "license") ?? "youtube",
                IsForKids = status.TryGetProperty("selfDeclaredMadeForKids", out var kids) ? kids.GetBoolean() : null,
                IsSynthetic = status.TryGetProperty("containsSyntheticMedia", out var synthetic) && synthetic.GetBoolean(),
                IsEmbeddable = !status.TryGetProperty("embeddable", out var embeddable) || embeddable.GetBoolean(),
            };
        }

        return (video, null);
    }

    private static bool HasSigns(string text) => text.AsSpan().ContainsAny('<', '>');

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private Answer KeepPrivate(Call call)
    {
        call.Json = JsonSerializer.Deserialize<JsonElement>(call.Body);
        return Update(call, isLocked: true);
    }

    private Answer Update(Call call, bool isLocked)
    {
        var id = Text(call.Json, "id");
        if (Mine(call, id) is not { } upload)
        {
            return NotThere();
        }

        var before = VideoOf(upload);
        var (after, refusal) = Read(call, before, isNew: false);
        if (refusal is not null)
        {
            return refusal;
        }

        after = isLocked ? after with { Privacy = "private" } : after;
        // A video that was private is dated anew when it becomes public, not when it becomes unlisted.
        after = before.Privacy == "private" && after.Privacy == "public" ? after with { PublishedAt = World.Now } : after;
        Uploads[upload.Id] = upload with { Note = JsonSerializer.Serialize(after) };
        Show(upload.Id, IsShowing(call) ? 1 : 0);
        return Answer.Json(Resource(upload.Id, Parts(call)));
    }

    /// <summary>Brings the timeline up to what a video has become.</summary>
    /// <param name="asked">How many calls to show it this makes.</param>
    private void Show(string id, int asked)
    {
        var upload = Uploads[id];
        var video = VideoOf(upload);
        var known = Feed.Find(id);
        if (video.Privacy == "private")
        {
            if (known is not null)
            {
                Feed.Change(id, post => post with { DeletedAt = World.Now });
            }

            return;
        }

        Feed.Add(new SandboxPost
        {
            Platform = Key,
            Account = upload.Account,
            Id = id,
            Path = "watch?v=" + id,
            Text = video.Description,
            SentText = video.Description,
            Language = video.Language,
            Visibility = video.Privacy,
            Links =
            [
                .. TextMarks.Addresses(video.Description).Select(found => new SandboxLink(found.Start, found.Length, "link", found.Address))
                    .Concat(TextMarks.Hashtags(video.Description).Select(tag => new SandboxLink(tag.Start, tag.Length, "tag", $"{Base}hashtag/{Uri.EscapeDataString(tag.Word)}")))
                    .OrderBy(link => link.Start),
            ],
            Media = [upload.ToMedia(null)],
            At = known?.At ?? World.Now,
            VisibleFrom = known?.VisibleFrom ?? (upload.Ready > World.Now ? upload.Ready.Value : World.Now),
            EditedAt = known is null ? null : World.Now,
            RequestCount = known is null ? 1 : known.RequestCount + asked,
            Source = upload.Note!,
        });
    }

    private Answer Delete(Call call)
    {
        if (Mine(call, call.Asked("id")) is not { } upload)
        {
            return NotThere();
        }

        Uploads.TryRemove(upload.Id, out _);
        if (Feed.Find(upload.Id) is not null)
        {
            Feed.Change(upload.Id, post => post with { DeletedAt = World.Now });
        }

        return Answer.Empty(204);
    }

    private Answer List(Call call)
    {
        var ids = (call.Asked("id") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length is 0 or > MostItems || Parts(call).Length == 0)
        {
            Object(call, "part and one to fifty ids are needed");
            return Error(400, "missingRequiredParameter", "No filter selected.");
        }

        var items = ids.Where(id => Mine(call, id) is not null).Select(id => Resource(id, Parts(call))).ToList();
        return Answer.Json(new { kind = "youtube#videoListResponse", etag = "etag", items, pageInfo = new { totalResults = items.Count, resultsPerPage = items.Count } });
    }

    /// <summary>The channel's uploads, newest first, private ones among them.</summary>
    private Answer ListUploads(Call call)
    {
        var most = int.TryParse(call.Asked("maxResults"), CultureInfo.InvariantCulture, out var asked) ? asked : 5;
        if (Parts(call).Length == 0 || most is < 0 or > MostItems)
        {
            Object(call, "part is needed, and maxResults up to fifty");
            return Error(400, "missingRequiredParameter", "part or maxResults");
        }

        var until = World.Now - call.Lag;
        var all = Uploads.Values.Where(upload => upload.Account == call.Account.Id).OrderByDescending(upload => VideoOf(upload).UploadedAt).ToList();
        if (call.Asked("playlistId") != UploadsOf(call.Account) || all.Count == 0)
        {
            return Error(404, "playlistNotFound", "The playlist identified with the request's playlistId parameter cannot be found.");
        }

        var shown = all.Where(upload => VideoOf(upload).UploadedAt <= until).ToList();
        var start = int.TryParse(call.Asked("pageToken"), CultureInfo.InvariantCulture, out var from) ? from : 0;
        var page = shown.Skip(start).Take(most).Select((upload, place) => Item(call.Account, upload, start + place, Parts(call))).ToList();
        var answer = new Dictionary<string, object>
        {
            ["kind"] = "youtube#playlistItemListResponse",
            ["etag"] = "etag",
            ["items"] = page,
            ["pageInfo"] = new { totalResults = shown.Count, resultsPerPage = most },
        };
        if (start + page.Count < shown.Count)
        {
            answer["nextPageToken"] = (start + page.Count).ToString(CultureInfo.InvariantCulture);
        }

        return Answer.Json(answer);
    }

    /// <summary>What is said of a video; the file itself is its upload.</summary>
    private sealed record Video
    {
        public required DateTimeOffset UploadedAt { get; init; }

        public required DateTimeOffset PublishedAt { get; init; }

        public string Title { get; init; } = "";

        public string Description { get; init; } = "";

        public string Category { get; init; } = "22";

        public string? Language { get; init; }

        public string? AudioLanguage { get; init; }

        public string[] Tags { get; init; } = [];

        public string Privacy { get; init; } = "public";

        public string License { get; init; } = "youtube";

        public bool? IsForKids { get; init; }

        public bool IsSynthetic { get; init; }

        public bool IsEmbeddable { get; init; } = true;

        /// <summary>What processing ends with: processed, failed or rejected.</summary>
        public string Outcome { get; init; } = "processed";
    }
}
