using System.Globalization;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Videos of a PeerTube server: private until their privacy is changed, then a post.</summary>
internal sealed partial class PeerTube
{
    private const int Private = 3;

    /// <summary>How a field of a form says that there is none.</summary>
    private const string Nothing = "null";

    private static readonly string[] Privacies = ["", "Public", "Unlisted", "Private", "Internal", "Password protected"];
    private static readonly string[] Sorts = ["name", "-duration", "-createdAt", "-publishedAt", "-views", "-likes", "-trending", "-hot", "-best"];

    private void AddVideos() => Add(
        new("PUT", "api/v1/videos/{id}", CallKind.Create, Change)
        {
            // The privacy says who sees a video; without it an update changes one that stays as visible as it was.
            KindOf = call => IsShowing(call) ? CallKind.Create : CallKind.Change,
            Accepts = ["multipart/form-data"],
            Fields =
            [
                "name", "description", "privacy", "language", "category", "licence", "commentsPolicy", "commentsEnabled", "tags[]", "support", "nsfw", "downloadEnabled",
                "waitTranscoding", "originallyPublishedAt", "thumbnailfile", "previewfile", "scheduleUpdate[updateAt]", "scheduleUpdate[privacy]", "videoPasswords[]",
            ],
        },
        new("PUT", "api/v1/videos/{id}/captions/{language}", CallKind.Media, Caption) { Accepts = ["multipart/form-data"], Fields = ["captionfile!"] },
        new("DELETE", "api/v1/videos/{id}", CallKind.Change, Delete),
        new("GET", "api/v1/videos/{id}", CallKind.Read, call => Mine(call) is { } upload ? Answer.Json(Details(upload, World.Now)) : NotThere()),
        new("GET", "api/v1/videos/{id}/description", CallKind.Read, call => Mine(call) is { } upload ? Answer.Json(new { description = VideoOf(upload).Description }) : NotThere()),
        new("GET", "api/v1/users/me/videos", CallKind.Read, List) { Query = ["start", "count", "sort", "search", "isLive", "channelId"] },
        new("GET", "w/{id}", CallKind.Page, call => PostPage.Of(this, Feed.All.FirstOrDefault(post => post.Path == call.Path))));

    private static bool IsShowing(Call call) => call.Form.ContainsKey("privacy");

    private static Answer NotThere() => Error(404, "Video not found");

    private static Video VideoOf(Upload upload) => JsonSerializer.Deserialize<Video>(upload.Note!)!;

    /// <summary>By any of a video's three names; only the owner's own.</summary>
    private Upload? Mine(Call call) => Uploads.Values.FirstOrDefault(upload =>
        upload.Account == call.Account.Id && (upload.Id == call["id"] || (VideoOf(upload) is var video && (video.ShortId == call["id"] || video.Number == call["id"]))));

    /// <summary>The fields of a body, in either of its forms, as texts.</summary>
    private static Dictionary<string, string[]> Fields(Call call) => call.Json.ValueKind == JsonValueKind.Object
        ? call.Json.EnumerateObject().ToDictionary(
            field => field.Name,
            field => field.Value.ValueKind == JsonValueKind.Array ? field.Value.EnumerateArray().Select(one => one.ToString()).ToArray() : [field.Value.ToString()])
        : call.Form.ToDictionary(field => field.Key.Replace("[]", "", StringComparison.Ordinal), field => field.Value.OfType<string>().ToArray());

    /// <summary>Lengths are the server's: UTF-16 units.</summary>
    private static Answer? CheckFields(IReadOnlyDictionary<string, string[]> fields)
    {
        foreach (var (name, values) in fields)
        {
            var isRight = (name, values) switch
            {
                ("name", [var value]) => value.Trim().Length is >= 3 and <= 120,
                ("description", [var value]) => value == Nothing || value.Length is >= 3 and <= 10_000,
                ("support", [var value]) => value.Length is >= 3 and <= 1000,
                ("privacy", [var value]) => IsNumber(value, 1, 5),
                ("category", [var value]) => IsNumber(value, 1, 18),
                ("licence", [var value]) => IsNumber(value, 1, 7),
                ("commentsPolicy", [var value]) => IsNumber(value, 1, 3),
                ("language", [var value]) => value.Length is 2 or 3 && value.All(char.IsAsciiLetterLower),
                ("tags", _) => values.Length <= 5 && values.All(tag => tag.Length is >= 2 and <= 30) && values.Distinct().Count() == values.Length,
                _ => true,
            };
            if (!isRight)
            {
                return Invalid(name, "Invalid value");
            }
        }

        return null;
    }

    private static bool IsNumber(string value, int least, int most) => int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;

    /// <summary>What is not named stays as it is.</summary>
    private static Video Apply(Video video, IReadOnlyDictionary<string, string[]> fields)
    {
        string? One(string name) => fields.TryGetValue(name, out var values) ? values[0] : null;
        return video with
        {
            Name = One("name")?.Trim() ?? video.Name,
            Description = One("description") is { } description ? description == Nothing ? null : description : video.Description,
            Privacy = One("privacy") is { } privacy ? int.Parse(privacy, CultureInfo.InvariantCulture) : video.Privacy,
            Language = One("language") ?? video.Language,
            Category = One("category") ?? video.Category,
            Licence = One("licence") ?? video.Licence,
            Comments = One("commentsPolicy") ?? video.Comments,
            Tags = fields.GetValueOrDefault("tags", video.Tags),
            Waits = One("waitTranscoding") is { } waits ? waits.Equals("true", StringComparison.OrdinalIgnoreCase) : video.Waits,
        };
    }

    private Answer Change(Call call)
    {
        if (Mine(call) is not { } upload)
        {
            return NotThere();
        }

        var fields = Fields(call);
        if (CheckFields(fields) is { } refusal)
        {
            return refusal;
        }

        var before = VideoOf(upload);
        var after = Apply(before, fields);
        // A video is published when it stops being private.
        after = before.Privacy == Private && after.Privacy != Private ? after with { PublishedAt = World.Now } : after;
        var still = call.File("thumbnailfile");
        if (still is not null && (still.Length > 4_000_000 || MediaStore.Look(still).Type is not ("image/jpeg" or "image/png" or "image/webp")))
        {
            return Invalid("thumbnailfile", "This file is not a valid image");
        }

        Uploads[upload.Id] = upload with { Note = JsonSerializer.Serialize(after), CoverSha256 = still is null ? upload.CoverSha256 : World.Media.Put(still) };
        Show(upload.Id, IsShowing(call) ? 1 : 0);
        return Answer.Empty(204);
    }

    private Answer Caption(Call call)
    {
        var language = call["language"];
        if (Mine(call) is not { } upload || language.Length is not (2 or 3) || !language.All(char.IsAsciiLetterLower))
        {
            return NotThere();
        }

        var bytes = call.File("captionfile")!;
        if (!MediaStore.IsWebVtt(bytes))
        {
            return Invalid("captionfile", "This file is not a valid captions file");
        }

        Uploads[upload.Id] = upload.With(new SandboxCaptions(language, World.Media.Put(bytes)));
        return Answer.Empty(204);
    }

    /// <summary>Brings the timeline up to what a video has become.</summary>
    /// <param name="asked">How many calls to show it this makes.</param>
    private void Show(string id, int asked)
    {
        var upload = Uploads[id];
        var video = VideoOf(upload);
        var known = Feed.Find(id);
        if (video.Privacy == Private)
        {
            if (known is not null)
            {
                Feed.Change(id, post => post with { DeletedAt = World.Now });
            }

            return;
        }

        var text = video.Description ?? "";
        Feed.Add(new SandboxPost
        {
            Platform = Key,
            Account = upload.Account,
            Id = id,
            Path = "w/" + video.ShortId,
            Text = text,
            SentText = text,
            Language = video.Language,
            Visibility = Privacies[video.Privacy].ToLowerInvariant(),
            Links = [.. TextMarks.Addresses(text).Select(found => new SandboxLink(found.Start, found.Length, "link", found.Address))],
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
        if (Mine(call) is not { } upload)
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
        var sort = call.Asked("sort") ?? "-publishedAt";
        var start = int.TryParse(call.Asked("start"), CultureInfo.InvariantCulture, out var from) ? from : 0;
        var count = int.TryParse(call.Asked("count"), CultureInfo.InvariantCulture, out var asked) ? asked : 15;
        if (!Sorts.Contains(sort) || start < 0 || count is < 1 or > 100)
        {
            return Invalid(Sorts.Contains(sort) ? "count" : "sort", "Invalid value");
        }

        var until = World.Now - call.Lag;
        var own = Uploads.Values.Where(upload => upload.Account == call.Account.Id).Select(upload => (Upload: upload, Video: VideoOf(upload))).Where(pair => pair.Video.PublishedAt <= until);
        var sorted = sort switch
        {
            "-createdAt" => own.OrderByDescending(pair => pair.Video.CreatedAt),
            "name" => own.OrderBy(pair => pair.Video.Name, StringComparer.Ordinal),
            _ => own.OrderByDescending(pair => pair.Video.PublishedAt),
        };
        var all = sorted.ToList();
        return Answer.Json(new { total = all.Count, data = all.Skip(start).Take(count).Select(pair => Listed(pair.Upload, World.Now)).ToList() });
    }

    /// <summary>What is said of a video; the file itself is its upload.</summary>
    private sealed record Video
    {
        public required string Number { get; init; }

        public required string ShortId { get; init; }

        public required string Name { get; init; }

        public required string Channel { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required DateTimeOffset PublishedAt { get; init; }

        public string? Description { get; init; }

        public int Privacy { get; init; } = 1;

        public string? Language { get; init; }

        public string? Category { get; init; }

        public string? Licence { get; init; }

        public string Comments { get; init; } = "1";

        public string[] Tags { get; init; } = [];

        public bool Waits { get; init; }
    }
}
