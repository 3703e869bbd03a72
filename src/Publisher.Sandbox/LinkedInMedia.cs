using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Images and videos on LinkedIn.</summary>
internal sealed partial class LinkedIn
{
    private const int PartSize = 4 * 1024 * 1024;
    private const long MaxVideo = 500_000_000;
    private const int MaxPixels = 36_152_320;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, (string Tag, byte[] Bytes)>> _parts = new();

    private void AddMedia()
    {
        Add(
            new("POST", "rest/images", CallKind.Media, StartImage)
            {
                Scope = "w_organization_social",
                Headers = RestHeaders,
                Query = ["action"],
                Accepts = ["application/json"],
                Shape = Shape.Object(("initializeUploadRequest!", Shape.Object(("owner!", Shape.Text)))),
            },
            new("GET", "rest/images/{urn}", CallKind.Media, call => Show(call, "image")) { Headers = RestHeaders },
            new("POST", "rest/videos", CallKind.Media, ActOnVideo)
            {
                Scope = "w_organization_social",
                Headers = RestHeaders,
                Query = ["action"],
                Accepts = ["application/json"],
                Shape = Shape.Object(
                    ("initializeUploadRequest", Shape.Object(("owner!", Shape.Text), ("fileSizeBytes!", Shape.Whole), ("uploadCaptions", Shape.Flag), ("uploadThumbnail", Shape.Flag))),
                    ("finalizeUploadRequest", Shape.Object(("video!", Shape.Text), ("uploadToken!", Shape.Text), ("uploadedPartIds!", Shape.List(Shape.Text))))),
            },
            new("GET", "rest/videos/{urn}", CallKind.Media, call => Show(call, "video")) { Headers = RestHeaders },
            new("PUT", "dms-uploads/image/{number}", CallKind.Media, PutImage) { Accepts = ["*/*"], Headers = RestHeaders },
            new("PUT", "dms-uploads/video/{number}/{part}", CallKind.Media, PutPart) { Open = true, Accepts = ["*/*"] });
    }

    private Answer? CheckAction(Call call, string owner, params string[] actions)
    {
        if (call.Asked("action") is not { } action || !actions.Contains(action))
        {
            Object(call, "action must be " + string.Join(" or ", actions));
            return Error(400, "ILLEGAL_ARGUMENT", "Unknown action " + call.Asked("action"), 0);
        }

        return owner == call.Account.Id ? null : Error(403, "ACCESS_DENIED", "No role for " + owner, 100);
    }

    private Answer StartImage(Call call)
    {
        var owner = call.Json.GetProperty("initializeUploadRequest").GetProperty("owner").GetString()!;
        if (CheckAction(call, owner, "initializeUpload") is { } refusal)
        {
            return refusal;
        }

        var number = Feed.NextNumber(World.Now);
        var upload = new Upload { Id = "urn:li:image:" + number, Platform = Key, Account = owner, Note = number };
        Uploads[upload.Id] = upload;
        return Answer.Json(new
        {
            value = new { uploadUrlExpiresAt = World.Now.AddDays(1).ToUnixTimeMilliseconds(), uploadUrl = $"{Base}dms-uploads/image/{number}", image = upload.Id },
        });
    }

    private Answer PutImage(Call call)
    {
        if (!Uploads.TryGetValue("urn:li:image:" + call["number"], out var upload) || upload.Account != call.Account.Id)
        {
            return Answer.Empty(404);
        }

        var (type, width, height) = MediaStore.Look(call.Body);
        if (type is not ("image/png" or "image/jpeg" or "image/gif") || (long)(width ?? 0) * (height ?? 0) >= MaxPixels)
        {
            return Error(400, "UNSUPPORTED_MEDIA", "Only JPG, PNG and GIF below 36152320 pixels", 0);
        }

        Uploads[upload.Id] = upload with { Sha256 = World.Media.Put(call.Body), Bytes = call.Body.Length, Type = type, Width = width, Height = height, Ready = World.Now + World.Options.ProcessingTime };
        return Answer.Empty(201);
    }

    private Answer ActOnVideo(Call call)
    {
        var isStart = call.Json.TryGetProperty("initializeUploadRequest", out var start);
        var isEnd = call.Json.TryGetProperty("finalizeUploadRequest", out var end);
        if (isStart == isEnd)
        {
            Object(call, "the body must hold the request its action names");
            return Error(400, "ILLEGAL_ARGUMENT", "Parameter missing", 0);
        }

        return isStart ? StartVideo(call, start) : EndVideo(call, end);
    }

    private Answer StartVideo(Call call, JsonElement request)
    {
        var owner = request.GetProperty("owner").GetString()!;
        var size = request.GetProperty("fileSizeBytes").GetInt64();
        if (CheckAction(call, owner, "initializeUpload") is { } refusal)
        {
            return refusal;
        }

        if (size is <= 0 or > MaxVideo)
        {
            return Error(400, "INVALID_VALUE_FOR_FIELD", "ERROR :: /fileSizeBytes :: 75 KB to 500 MB", 100);
        }

        var number = Feed.NextNumber(World.Now);
        var upload = new Upload { Id = "urn:li:video:" + number, Platform = Key, Account = owner, Bytes = size, Type = "video/mp4", Note = "token" + number };
        Uploads[upload.Id] = upload;
        _parts[number] = new();
        var parts = Enumerable.Range(0, (int)((size + PartSize - 1) / PartSize)).Select(i => new
        {
            uploadUrl = $"{Base}dms-uploads/video/{number}/{i}",
            firstByte = (long)i * PartSize,
            lastByte = Math.Min(size, (long)(i + 1) * PartSize) - 1,
        });
        return Answer.Json(new
        {
            value = new { uploadUrlsExpireAt = World.Now.AddDays(1).ToUnixTimeMilliseconds(), video = upload.Id, uploadInstructions = parts.ToArray(), uploadToken = upload.Note, thumbnailUploadUrl = (string?)null, captionsUploadUrl = (string?)null },
        });
    }

    private Answer PutPart(Call call)
    {
        if (!_parts.TryGetValue(call["number"], out var parts) || !int.TryParse(call["part"], CultureInfo.InvariantCulture, out var index) || !Uploads.TryGetValue("urn:li:video:" + call["number"], out var upload))
        {
            return Answer.Empty(404);
        }

        if (call.Headers.Authorization.Count > 0)
        {
            Object(call, "the part upload takes no Authorization header");
        }

        var expected = Math.Min(PartSize, upload.Bytes - ((long)index * PartSize));
        if (call.Body.Length != expected)
        {
            Object(call, $"part {index} holds {call.Body.Length} bytes, announced were {expected}");
            return Error(400, "BAD_REQUEST", "Part size differs from the instructions", 0);
        }

        var tag = "part-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(call.Body))[..24];
        parts[index] = (tag, call.Body);
        return Answer.Empty(200).With("ETag", $"\"{tag}\"");
    }

    private Answer EndVideo(Call call, JsonElement request)
    {
        var urn = request.GetProperty("video").GetString()!;
        var number = urn.Split(':')[^1];
        if (!Uploads.TryGetValue(urn, out var upload) || !_parts.TryGetValue(number, out var parts))
        {
            return Error(400, "INVALID_URN_ID", $"ERROR :: {urn} has no open upload", 100);
        }

        if (CheckAction(call, upload.Account, "finalizeUpload") is { } refusal)
        {
            return refusal;
        }

        var given = request.GetProperty("uploadedPartIds").EnumerateArray().Select(i => i.GetString()).ToArray();
        var ordered = parts.OrderBy(p => p.Key).ToList();
        byte[] bytes = [.. ordered.SelectMany(p => p.Value.Bytes)];
        if (request.GetProperty("uploadToken").GetString() != upload.Note || !given.SequenceEqual(ordered.Select(p => p.Value.Tag)) || bytes.Length != upload.Bytes)
        {
            Object(call, "token, part ids (ETags without quotes, in order) or size do not fit the upload");
            return Error(400, "BAD_REQUEST", "The parts do not fit the upload", 0);
        }

        if (MediaStore.Look(bytes).Type != "video/mp4")
        {
            return Error(400, "MEDIA_ASSET_PROCESSING_FAILED", $"ERROR :: {urn} is not an MP4", 100);
        }

        _parts.TryRemove(number, out _);
        Uploads[urn] = upload with { Sha256 = World.Media.Put(bytes), Ready = World.Now + World.Options.ProcessingTime };
        return Answer.Empty(200);
    }

    private Answer Show(Call call, string kind)
    {
        if (!call["urn"].StartsWith($"urn:li:{kind}:", StringComparison.Ordinal) || !Uploads.TryGetValue(call["urn"], out var upload) || upload.Account != call.Account.Id)
        {
            return Error(404, "NOT_FOUND", $"{call["urn"]} does not exist", 0);
        }

        var status = upload.Ready is null ? "WAITING_UPLOAD" : upload.Ready > World.Now ? "PROCESSING" : "AVAILABLE";
        return Answer.Json(new { id = upload.Id, owner = upload.Account, status, downloadUrl = status == "AVAILABLE" ? $"{World.Address}_sandbox/media/{upload.Sha256}" : null });
    }
}
