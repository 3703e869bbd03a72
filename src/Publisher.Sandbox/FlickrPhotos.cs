using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Photos on Flickr: uploaded for somebody, listed for their owner, opened to everyone.</summary>
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

    private static readonly string[] Extras =
        ["description", "license", "date_upload", "date_taken", "owner_name", "icon_server", "original_format", "last_update", "geo", "tags", "machine_tags", "o_dims", "views", "media", "path_alias", "url_o"];

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

        // What Flickr does with longer words is not documented. Here they are noticed, not cut.
        if (TextMarks.Graphemes(photo.Title) > MostTitle || Encoding.UTF8.GetByteCount(photo.Description) > MostDescription || photo.Tags.Length > MostTags)
        {
            Object(call, "title, description or tags are longer than Flickr keeps");
            return Answer.Html("<!doctype html><title>413</title><h1>Request Entity Too Large</h1>", 413);
        }

        foreach (var problem in LimitedHtml.Read(photo.Description).Problems)
        {
            Object(call, "description: " + problem);
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

    private void Show(Upload upload, Photo photo)
    {
        var (text, links, _) = LimitedHtml.Read(photo.Description);
        // A reader sees the title as a heading above the description.
        var above = photo.Title.Length == 0 ? "" : text.Length == 0 ? photo.Title : photo.Title + "\n\n";
        Feed.Add(new SandboxPost
        {
            Platform = Key,
            Account = upload.Account,
            Id = upload.Id,
            Path = $"photos/{upload.Account}/{upload.Id}",
            Text = above + text,
            SentText = photo.Description,
            Links = [.. links.Select(link => link with { Start = link.Start + above.Length })],
            Media = [upload.ToMedia(null)],
            Visibility = photo.Hidden == "2" ? "public, not in search" : "public",
            At = World.Now,
            VisibleFrom = upload.Ready > World.Now ? upload.Ready.Value : World.Now,
            Source = upload.Note!,
        });
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

    private Answer ListPhotos(Call call)
    {
        var asked = (call.Asked("extras") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var perPage = int.TryParse(call.Asked("per_page"), out var given) ? given : 100;
        var page = int.TryParse(call.Asked("page"), out var number) ? number : 1;
        if (call.Asked("user_id") != "me" && call.Asked("user_id") != call.Account.Id)
        {
            return Failure(call, call.Asked("user_id") is null ? 1 : 2, "Unknown user");
        }

        if (asked.Except(Extras).FirstOrDefault() is { } unknown)
        {
            Object(call, $"extras: {unknown} is not documented");
        }

        if (perPage is < 1 or > 500 || page < 1)
        {
            Object(call, "per_page is 1 to 500, page 1 or more");
        }

        var from = long.TryParse(call.Asked("min_upload_date"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : DateTimeOffset.MinValue;
        var all = Uploads.Values
            .Where(upload => upload.Account == call.Account.Id)
            .Select(upload => (Upload: upload, Photo: Photo.Of(upload)))
            .Where(one => one.Photo.At >= from && one.Photo.At <= World.Now - call.Lag)
            // Without a word about it only what suits everyone is shown.
            .Where(one => string.CompareOrdinal(one.Photo.Safety, call.Asked("safe_search") ?? "1") <= 0)
            .Where(one => call.Asked("content_type") is null or "7" || one.Photo.Kind == call.Asked("content_type"))
            .OrderByDescending(one => one.Photo.At).ThenByDescending(one => one.Upload.Id, StringComparer.Ordinal)
            .ToList();
        return Ok(new()
        {
            ["photos"] = new
            {
                page,
                pages = (all.Count + perPage - 1) / perPage,
                perpage = perPage,
                total = all.Count,
                photo = all.Skip((page - 1) * perPage).Take(perPage).Select(one => Listed(one.Upload, one.Photo, call, asked)),
            },
        });
    }

    private Dictionary<string, object> Listed(Upload upload, Photo photo, Call call, string[] extras)
    {
        var body = new Dictionary<string, object>
        {
            ["id"] = upload.Id,
            ["owner"] = upload.Account,
            ["secret"] = SecretOf(upload.Id)[..10],
            ["server"] = "65535",
            ["farm"] = 66,
            ["title"] = photo.Title,
            ["ispublic"] = IsPublic(upload, call),
            ["isfriend"] = 0,
            ["isfamily"] = 0,
        };
        if (extras.Contains("date_upload"))
        {
            body["dateupload"] = Unix(photo.At);
        }

        if (extras.Contains("tags"))
        {
            body["tags"] = string.Join(' ', photo.Tags.Select(Clean));
        }

        if (extras.Contains("machine_tags"))
        {
            body["machine_tags"] = string.Join(' ', photo.Tags.Where(tag => MachineTag().IsMatch(tag)));
        }

        return body;
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
