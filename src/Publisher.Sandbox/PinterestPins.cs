using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Sandbox;

/// <summary>Pins: made, listed, changed and deleted. Changing one is a privilege for few apps; this one has it until a fault takes it.</summary>
internal sealed partial class Pinterest
{
    private const int MaxTitle = 100;
    private const int MaxDescription = 800;
    private const int MaxAlt = 500;
    private const int MaxLink = 2048;
    private const int MaxPictureBytes = 20 * 1024 * 1024;

    private static readonly Shape PinShape = Shape.Object(
        ("board_id!", Shape.Text), ("board_section_id", Shape.OrNull(Shape.Text)), ("title", Shape.OrNull(Shape.Text)), ("description", Shape.OrNull(Shape.Text)),
        ("link", Shape.OrNull(Shape.Text)), ("alt_text", Shape.OrNull(Shape.Text)), ("dominant_color", Shape.OrNull(Shape.Text)), ("note", Shape.Text), ("media_source!", Shape.Any));

    private static readonly Shape ChangeShape = Shape.Object(
        ("board_id", Shape.Text), ("board_section_id", Shape.OrNull(Shape.Text)), ("title", Shape.OrNull(Shape.Text)), ("description", Shape.OrNull(Shape.Text)),
        ("link", Shape.OrNull(Shape.Text)), ("alt_text", Shape.OrNull(Shape.Text)));

    private static readonly (string, Shape)[] PictureFields = [("content_type!", Shape.OneOf("image/jpeg", "image/png")), ("data!", Shape.Text)];

    private static readonly Dictionary<string, Shape> Sources = new()
    {
        ["image_base64"] = Shape.Object([("source_type!", Shape.Text), ("is_standard", Shape.Flag), .. PictureFields]),
        ["multiple_image_base64"] = Shape.Object(
            ("source_type!", Shape.Text), ("index", Shape.Whole),
            ("items!", Shape.List(Shape.Object([("title", Shape.Text), ("description", Shape.Text), ("link", Shape.Text), .. PictureFields]), 5, 2))),
        ["video_id"] = Shape.Object(
            ("source_type!", Shape.Text), ("is_standard", Shape.Flag), ("media_id!", Shape.Text), ("cover_image_url", Shape.Text),
            ("cover_image_content_type", Shape.OneOf("image/jpeg", "image/png")), ("cover_image_data", Shape.Text), ("cover_image_key_frame_time", Shape.Whole)),
    };

    private void AddPins() => Add(
        new("POST", "v5/pins", CallKind.Create, MakePin) { Scope = "pins:write", Query = ["ad_account_id"], Accepts = ["application/json"], Shape = PinShape },
        new("GET", "v5/pins", CallKind.Read, call => ListPins(call, null)) { Scope = "pins:read", Query = ["ad_account_id", "bookmark", "page_size", "pin_metrics"] },
        new("GET", "v5/boards/{board}/pins", CallKind.Read, call => ListPins(call, call["board"])) { Scope = "boards:read", Query = ["ad_account_id", "bookmark", "page_size"] },
        new("GET", "v5/pins/{id}", CallKind.Read, ShowPin) { Scope = "pins:read", Query = ["ad_account_id", "pin_metrics"] },
        new("PATCH", "v5/pins/{id}", CallKind.Change, ChangePin) { Scope = "pins:write", Query = ["ad_account_id"], Accepts = ["application/json"], Shape = ChangeShape },
        new("DELETE", "v5/pins/{id}", CallKind.Change, DeletePin) { Scope = "pins:write", Query = ["ad_account_id"] },
        new("GET", "pin/{id}/", CallKind.Page, call => PostPage.Of(this, Feed.Find(call["id"]))));

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsLonger(string? text, int most) => text is not null && text.EnumerateRunes().Count() > most;

    private Answer MakePin(Call call)
    {
        var pin = call.Json;
        if (CheckWords(pin) is { } wrong)
        {
            return wrong;
        }

        if (BoardsOf(call.Account).FirstOrDefault(board => board.Id == Text(pin, "board_id")) is not { } board)
        {
            return Error(404, 40, "Board not found.");
        }

        var (media, refusal) = ReadSource(call, pin.GetProperty("media_source"), Text(pin, "alt_text"));
        if (refusal is not null)
        {
            return refusal;
        }

        var source = JsonNode.Parse(pin.GetRawText())!.AsObject();
        source.Remove("media_source");
        var id = Feed.NextNumber(World.Now);
        var post = Written(
            new SandboxPost
            {
                Platform = Key,
                Account = call.Account.Id,
                Id = id,
                Path = $"pin/{id}/",
                Text = "",
                Media = media,
                Visibility = board.Name,
                At = World.Now,
                VisibleFrom = World.Now,
            },
            source);
        Feed.Add(post);
        return Answer.Json(View(post), 201);
    }

    private static Answer? CheckWords(JsonElement pin)
    {
        var link = Text(pin, "link");
        if (IsLonger(Text(pin, "title"), MaxTitle) || IsLonger(Text(pin, "description"), MaxDescription) || IsLonger(Text(pin, "alt_text"), MaxAlt) || IsLonger(link, MaxLink))
        {
            return Error(400, 1, "Invalid request: a text is longer than allowed");
        }

        return link is not null && !(Uri.TryCreate(link, UriKind.Absolute, out var target) && target.Scheme is "http" or "https")
            ? Error(400, 1, "Invalid request: link is not a valid URL")
            : null;
    }

    private static SandboxPost Written(SandboxPost post, JsonObject source)
    {
        var (title, description, link) = ((string?)source["title"], (string?)source["description"], (string?)source["link"]);
        var shown = string.Join("\n\n", new[] { title, description }.Where(text => !string.IsNullOrEmpty(text)));
        return post with
        {
            Text = shown,
            SentText = description ?? "",
            Links = [.. TextMarks.Hashtags(shown).Select(tag => new SandboxLink(tag.Start, tag.Length, "tag", tag.Word))],
            // The whole picture is the link; a reader sees where it leads.
            Card = link is null ? null : new SandboxCard(link, "Visit site", "", null),
            Source = source.ToJsonString(),
        };
    }

    private (List<SandboxMedia> Media, Answer? Refusal) ReadSource(Call call, JsonElement source, string? alt)
    {
        var kind = source.ValueKind == JsonValueKind.Object ? Text(source, "source_type") : null;
        if (kind is null || !Sources.TryGetValue(kind, out var shape))
        {
            Object(call, "media_source/source_type is not documented");
            return ([], Error(400, 1, "Invalid request: media_source"));
        }

        if (shape.Check(source).ToList() is { Count: > 0 } problems)
        {
            problems.ForEach(problem => Object(call, "/media_source" + problem));
            return ([], Error(400, 1, "Invalid request: " + problems[0]));
        }

        if (kind == "video_id")
        {
            return ReadVideo(call, source, alt);
        }

        var media = new List<SandboxMedia>();
        foreach (var item in kind == "image_base64" ? [source] : source.GetProperty("items").EnumerateArray().ToArray())
        {
            if (ReadPicture(item, alt) is not { } picture)
            {
                return ([], Error(400, 235, "Sorry! We could not read this image."));
            }

            media.Add(picture);
        }

        return media.DistinctBy(picture => (picture.Width, picture.Height)).Count() == 1
            ? (media, null)
            : ([], Error(400, 1, "Invalid request: the images of a carousel must have the same size"));
    }

    private SandboxMedia? ReadPicture(JsonElement item, string? alt)
    {
        var data = Text(item, "data")!;
        var bytes = new byte[(data.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(data, bytes, out var length) || length > MaxPictureBytes)
        {
            return null;
        }

        bytes = bytes[..length];
        var (type, width, height) = MediaStore.Look(bytes);
        return type == Text(item, "content_type") ? new SandboxMedia(World.Media.Put(bytes), length, type!, alt, width, height) : null;
    }

    private (List<SandboxMedia> Media, Answer? Refusal) ReadVideo(Call call, JsonElement source, string? alt)
    {
        var hasData = source.TryGetProperty("cover_image_data", out _) && source.TryGetProperty("cover_image_content_type", out _);
        if (!hasData && !source.TryGetProperty("cover_image_url", out _) && !source.TryGetProperty("cover_image_key_frame_time", out _))
        {
            return ([], Error(400, 1, "Invalid request: a video needs a cover image"));
        }

        if (!Uploads.TryGetValue(Text(source, "media_id")!, out var upload) || upload.Account != call.Account.Id)
        {
            return ([], Error(404, 1, "Media not found."));
        }

        return StatusOf(upload) == "succeeded" ? ([upload.ToMedia(alt) with { CoverAt = source.TryGetProperty("cover_image_key_frame_time", out var second) ? second.GetInt64() * 1000 : null }], null) : ([], Error(400, 1, "Media is not ready: " + StatusOf(upload)));
    }

    // A board shows its newest pins first, whoever asks.
    private Answer ListPins(Call call, string? board)
    {
        if (PageSize(call) is not { } size)
        {
            Object(call, "page_size is 1 to 250");
            return Error(400, 1, "Invalid parameters");
        }

        if (board is not null && BoardsOf(call.Account).All(own => own.Id != board))
        {
            return Error(404, 40, "Board not found.");
        }

        var pins = Feed.Newest(call.Account.Id, World.Now).Where(pin => pin.At <= World.Now - call.Lag && (board is null || BoardOf(pin) == board));
        return Page(call, size, [.. pins], pin => pin.Id, pin => View(call, pin));
    }

    private Answer ShowPin(Call call) => Mine(call) is { } pin && pin.At <= World.Now - call.Lag ? Answer.Json(View(call, pin)) : Error(404, 50, "Pin not found.");

    /// <summary>What is sent is set, null takes it away, and what is left out stays.</summary>
    private Answer ChangePin(Call call)
    {
        if (Mine(call) is not { } pin)
        {
            return Error(404, 50, "Pin not found.");
        }

        if (CheckWords(call.Json) is { } wrong)
        {
            return wrong;
        }

        var board = BoardsOf(call.Account).FirstOrDefault(own => own.Id == (Text(call.Json, "board_id") ?? BoardOf(pin)));
        if (board is null)
        {
            return Error(404, 40, "Board not found.");
        }

        var source = JsonNode.Parse(pin.Source)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(call.Json.GetRawText())!.AsObject())
        {
            source[name] = value?.DeepClone();
        }

        var alt = (string?)source["alt_text"];
        var changed = Feed.Change(pin.Id, p => Written(p, source) with { Visibility = board.Name, Media = [.. p.Media.Select(media => media with { Alt = alt })], EditedAt = World.Now });
        return Answer.Json(View(changed));
    }

    private Answer DeletePin(Call call)
    {
        if (Mine(call) is not { } pin)
        {
            return Error(404, 50, "Pin not found.");
        }

        Feed.Change(pin.Id, p => p with { DeletedAt = World.Now });
        return Answer.Empty(204);
    }

    private SandboxPost? Mine(Call call) => Feed.Find(call["id"]) is { DeletedAt: null } pin && pin.Account == call.Account.Id ? pin : null;

    private static string BoardOf(SandboxPost pin)
    {
        using var source = JsonDocument.Parse(pin.Source);
        return Text(source.RootElement, "board_id")!;
    }

    private object View(Call call, SandboxPost pin)
    {
        var view = View(pin);
        if (call.Asked("pin_metrics") == "true")
        {
            var counts = SandboxCounts.Of(pin.Id);
            view["pin_metrics"] = new JsonObject
            {
                ["90d"] = new JsonObject { ["impression"] = counts.Views, ["pin_click"] = counts.Views / 30, ["clickthrough"] = counts.Views / 60 },
                ["lifetime_metrics"] = new JsonObject
                {
                    ["impression"] = counts.Views,
                    ["pin_click"] = counts.Views / 30,
                    ["clickthrough"] = counts.Views / 60,
                    ["reaction"] = counts.Likes,
                    ["comment"] = counts.Replies,
                },
            };
        }

        return view;
    }

    private JsonObject View(SandboxPost pin)
    {
        var view = JsonNode.Parse(pin.Source)!.AsObject();
        foreach (var absent in new[] { "title", "description", "link", "alt_text", "board_section_id", "dominant_color" }.Where(name => !view.ContainsKey(name)))
        {
            view[absent] = null;
        }

        view["id"] = pin.Id;
        view["created_at"] = pin.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        view["board_owner"] = new JsonObject { ["username"] = Accounts.First(account => account.Id == pin.Account).Handle };
        view["is_owner"] = true;
        view["is_standard"] = true;
        view["has_been_promoted"] = false;
        view["parent_pin_id"] = null;
        view["creative_type"] = pin.Media.Count > 1 ? "CAROUSEL" : pin.Media[0].Type.StartsWith("video/", StringComparison.Ordinal) ? "VIDEO" : "REGULAR";
        view["media"] = new JsonObject
        {
            ["media_type"] = pin.Media.Count > 1 ? "multiple_images" : pin.Media[0].Type.StartsWith("video/", StringComparison.Ordinal) ? "video" : "image",
        };
        return view;
    }
}
