using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Photos on Flickr: uploaded for somebody, opened to everyone, deleted. The owner's listing: <c>FlickrListing.cs</c>.</summary>
internal sealed partial class Flickr
{
    private const int MostImage = 209_715_200;
    private const int MostVideo = 1_073_741_824;
    private const int MostTitle = 255;
    private const int MostDescription = 65_535;
    private const int MostTags = 75;

    private static readonly Dictionary<string, string[]> Choices = new()
    {
        ["is_public"] = ["0", "1"],
        ["is_friend"] = ["0", "1"],
        ["is_family"] = ["0", "1"],
        ["safety_level"] = ["1", "2", "3"],
        ["content_type"] = ["1", "2", "3"],
        ["hidden"] = ["1", "2"],
        ["async"] = ["0"],
        ["perm_comment"] = ["0", "1", "2", "3"],
        ["perm_addmeta"] = ["0", "1", "2", "3"],
    };

    private Answer TakeUpload(Call call)
    {
        CheckChoices(call);
        var bytes = call.File("photo");
        var (type, width, height) = MediaStore.Look(bytes);
        var photo = Photo.Of(call, World.Now);
        if (bytes is null or { Length: 0 })
        {
            return bytes is null ? Failure(call, 2, "No photo specified") : Failure(call, 4, "Filesize was zero");
        }

        if (type is null or "video/webm")
        {
            return Failure(call, 5, "Filetype was not recognised");
        }

        if (bytes.Length > (type == "video/mp4" ? MostVideo : MostImage))
        {
            return Failure(call, 8, "Filesize was too large");
        }

        if (CheckWords(call, photo) is { } refusal)
        {
            return refusal;
        }

        var upload = new Upload
        {
            Id = Feed.NextNumber(World.Now),
            Platform = Key,
            Account = call.Account.Id,
            Sha256 = World.Media.Put(bytes),
            Bytes = bytes.Length,
            Type = type,
            Width = width,
            Height = height,
            Ready = type == "video/mp4" ? World.Now + World.Options.ProcessingTime : World.Now,
            Note = JsonSerializer.Serialize(photo),
        };
        Uploads[upload.Id] = upload;
        if (call.Field("is_public") == "1")
        {
            lock (Gate)
            {
                Show(upload, photo);
            }
        }

        return Xml($"""<rsp stat="ok"><photoid>{upload.Id}</photoid></rsp>""");
    }

    /// <summary>What Flickr does with longer words is not documented. Here they are noticed, not cut.</summary>
    private Answer? CheckWords(Call call, Photo photo)
    {
        if (TextMarks.Graphemes(photo.Title) > MostTitle || Encoding.UTF8.GetByteCount(photo.Description) > MostDescription || photo.Tags.Length > MostTags)
        {
            Object(call, "title, description or tags are longer than Flickr keeps");
            return Answer.Html("<!doctype html><title>413</title><h1>Request Entity Too Large</h1>", 413);
        }

        foreach (var problem in LimitedHtml.Read(photo.Description).Problems)
        {
            Object(call, "description: " + problem);
        }

        return null;
    }

    private Answer SetPerms(Call call)
    {
        CheckChoices(call);
        if (Own(call) is not { } upload)
        {
            return Failure(call, 1, "Photo not found");
        }

        var there = Feed.Find(upload.Id);
        if (call.Field("is_public") != "1")
        {
            if (there is not null)
            {
                Feed.Change(upload.Id, post => post with { DeletedAt = World.Now });
            }
        }
        else if (there is { DeletedAt: null })
        {
            Feed.Repeat(upload.Id);
        }
        else
        {
            Show(upload, Photo.Of(upload));
        }

        return Ok(new() { ["photoid"] = new { _content = upload.Id, secret = SecretOf(upload.Id)[..10], originalsecret = SecretOf(upload.Id)[6..] } });
    }

    /// <summary>Title and description; one that is not sent stays. What Flickr answers beside "ok" is not documented.</summary>
    private Answer SetMeta(Call call)
    {
        if (Own(call) is not { } upload)
        {
            return Failure(call, 1, "Photo not found");
        }

        if (call.Field("title") is null && call.Field("description") is null)
        {
            return Failure(call, 2, "At least one of title or description must be set");
        }

        var photo = Photo.Of(upload);
        photo = photo with { Title = call.Field("title") ?? photo.Title, Description = call.Field("description") ?? photo.Description };
        if (CheckWords(call, photo) is { } refusal)
        {
            return refusal;
        }

        Uploads[upload.Id] = upload with { Note = JsonSerializer.Serialize(photo) };
        if (Feed.Find(upload.Id) is { DeletedAt: null })
        {
            Feed.Change(upload.Id, post => Written(post, photo) with { EditedAt = World.Now });
        }

        return Ok([]);
    }

    private void Show(Upload upload, Photo photo)
    {
        var post = new SandboxPost
        {
            Platform = Key,
            Account = upload.Account,
            Id = upload.Id,
            Path = $"photos/{upload.Account}/{upload.Id}",
            Text = "",
            Media = [upload.ToMedia(null)],
            Visibility = photo.Hidden == "2" ? "public, not in search" : "public",
            At = World.Now,
            VisibleFrom = upload.Ready > World.Now ? upload.Ready.Value : World.Now,
        };
        Feed.Add(Written(post, photo));
    }

    private static SandboxPost Written(SandboxPost post, Photo photo)
    {
        var (text, links, _) = LimitedHtml.Read(photo.Description);
        // A reader sees the title as a heading above the description.
        var above = photo.Title.Length == 0 ? "" : text.Length == 0 ? photo.Title : photo.Title + "\n\n";
        return post with
        {
            Text = above + text,
            SentText = photo.Description,
            Links = [.. links.Select(link => link with { Start = link.Start + above.Length })],
            Source = JsonSerializer.Serialize(photo),
        };
    }

    private Answer Delete(Call call)
    {
        if (Own(call) is not { } upload)
        {
            return Failure(call, 1, "Photo \"" + call.Field("photo_id") + "\" not found (invalid ID)");
        }

        Uploads.TryRemove(upload.Id, out _);
        if (Feed.Find(upload.Id) is not null)
        {
            Feed.Change(upload.Id, post => post with { DeletedAt = World.Now });
        }

        return Ok([]);
    }

    private Answer PhotoInfo(Call call)
    {
        if (Own(call) is not { } upload || Photo.Of(upload).At > World.Now - call.Lag)
        {
            return Failure(call, 1, "Photo not found");
        }

        var photo = Photo.Of(upload);
        var body = new Dictionary<string, object>
        {
            ["id"] = upload.Id,
            ["secret"] = SecretOf(upload.Id)[..10],
            ["server"] = "65535",
            ["dateuploaded"] = Unix(photo.At),
            ["license"] = "0",
            ["safety_level"] = photo.Safety,
            ["owner"] = new { nsid = upload.Account, username = call.Account.Handle, realname = call.Account.DisplayName },
            // What readers sent is escaped once more, so that it can stand in a page.
            ["title"] = Content(LimitedHtml.Escape(photo.Title)),
            ["description"] = Content(photo.Description),
            ["visibility"] = new { ispublic = IsPublic(upload, call), isfriend = 0, isfamily = 0 },
            ["dates"] = new { posted = Unix(photo.At), lastupdate = Unix(photo.At) },
            ["tags"] = new { tag = photo.Tags.Select(tag => new { author = upload.Account, raw = tag, _content = Clean(tag), machine_tag = MachineTag().IsMatch(tag) ? 1 : 0 }) },
            ["media"] = upload.IsVideo ? "video" : "photo",
        };
        if (upload.IsVideo)
        {
            var isReady = upload.Ready <= World.Now;
            body["video"] = new { ready = isReady ? 1 : 0, failed = 0, pending = isReady ? 0 : 1 };
        }

        return Ok(new() { ["photo"] = body });
    }

    private int IsPublic(Upload upload, Call call) => Feed.Find(upload.Id) is { DeletedAt: null } post && post.At <= World.Now - call.Lag ? 1 : 0;

    private Upload? Own(Call call) => Uploads.TryGetValue(Argument(call, "photo_id") ?? "", out var upload) && upload.Account == call.Account.Id ? upload : null;

    private void CheckChoices(Call call)
    {
        foreach (var (name, value) in call.Form.Where(field => Choices.TryGetValue(field.Key, out var choices) && !choices.Contains(field.Value.ToString())))
        {
            Object(call, $"{name} must be one of {string.Join(", ", Choices[name])}, not '{value}'");
        }

        if (call.Field("tags") is { } tags && tags.Count(c => c == '"') % 2 != 0)
        {
            Object(call, "tags: a quotation mark is not closed");
        }
    }

    /// <summary>A tag as Flickr compares it: letters and digits alone.</summary>
    private static string Clean(string tag) => MachineTag().IsMatch(tag) ? tag : string.Concat(tag.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    [GeneratedRegex("^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*=.+$", RegexOptions.IgnoreCase)]
    private static partial Regex MachineTag();

    [GeneratedRegex("\"([^\"]*)\"|(\\S+)")]
    private static partial Regex Tag();

    /// <summary>What came beside the file.</summary>
    private sealed record Photo(string Title, string Description, string[] Tags, string Safety, string Kind, string Hidden, DateTimeOffset At)
    {
        public static Photo Of(Call call, DateTimeOffset at) => new(
            call.Field("title") ?? "",
            call.Field("description") ?? "",
            [.. Tag().Matches(call.Field("tags") ?? "").Select(match => match.Groups[match.Groups[1].Success ? 1 : 2].Value)],
            call.Field("safety_level") ?? "1",
            call.Field("content_type") ?? "1",
            call.Field("hidden") ?? "1",
            at);

        public static Photo Of(Upload upload) => JsonSerializer.Deserialize<Photo>(upload.Note!)!;
    }
}
