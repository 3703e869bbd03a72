using System.Globalization;

namespace Publisher.Sandbox;

/// <summary>What the owner of photos on Flickr sees of them, private ones too.</summary>
internal sealed partial class Flickr
{
    private static readonly string[] Extras =
        ["description", "license", "date_upload", "date_taken", "owner_name", "icon_server", "original_format", "last_update", "geo", "tags", "machine_tags", "o_dims", "views", "media", "path_alias", "url_o"];

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

    private Answer CountFavourites(Call call) => Own(call) is { } upload
        ? Ok(new() { ["photo"] = new { id = upload.Id, owner = upload.Account, person = Array.Empty<object>(), page = 1, pages = 1, perpage = 1, total = SandboxCounts.Of(upload.Id).Likes } })
        : Failure(call, 1, "Photo not found");

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

        if (extras.Contains("views"))
        {
            body["views"] = SandboxCounts.Of(upload.Id).Views.ToString(CultureInfo.InvariantCulture);
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
}
