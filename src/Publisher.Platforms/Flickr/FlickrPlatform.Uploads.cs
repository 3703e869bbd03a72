using System.Text.Json;

namespace Publisher.Platforms.Flickr;

/// <summary>
/// The file, brought for the owner's eyes only, with everything that will stand beside it. A tag with the part's key names it, so
/// that an upload whose answer was lost is found again instead of made twice.
/// </summary>
internal sealed partial class FlickrPlatform
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        if (part.Media is not [var media])
        {
            return PrepareResult.Failed(Prepared.Nothing, PublishResult.Rejected(Codes.MediaRefused));
        }

        var (file, failure) = soFar.Files is [var known] && known.Hash == media.Hash ? (known, null) : await BringAsync(part, media, account, cancellationToken);
        if (file is { IsReady: false } brought)
        {
            (file, failure) = await LookAsync(brought, part, account, cancellationToken);
        }

        var prepared = file is null ? Prepared.Nothing : new Prepared { Files = [file] };
        return failure is not null ? PrepareResult.Failed(prepared, failure)
            : file is { IsReady: true } ? PrepareResult.Ready(prepared)
            : PrepareResult.Working(prepared, Pause);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> BringAsync(Part part, Media media, Account account, CancellationToken cancellationToken)
    {
        var (own, _, failure) = await OwnAsync(part, account, cancellationToken);
        if (failure is not null)
        {
            return (null, failure);
        }

        // Only a whole upload of this part carries its key, and reading any but the approved bytes breaks an upload off.
        return own.Count > 0 ? (new PreparedFile(own[0].Id, media.Hash) { IsReady = false }, null) : await UploadAsync(part, media, account, cancellationToken);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> UploadAsync(Part part, Media media, Account account, CancellationToken cancellationToken)
    {
        var fields = Fields(part);
        // Names in quotes, as browsers send them.
        var content = new MediaContent(files, media);
        content.Headers.ContentDisposition = new("form-data") { Name = "\"photo\"", FileName = $"\"{media.Hash[..16]}.{media.Type.Split('/')[1]}\"" };
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), $"\"{name}\"");
        }

        form.Add(content);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(At(account.Server, Up), "services/upload/")) { Content = form };
        // Every field is signed, the file is not, although RFC 5849 signs nothing of such a body.
        var answer = await AskAsync(request, fields, OAuthKeys.Of(account.Credentials), cancellationToken);
        var reply = FlickrReply.Read(answer);
        return answer.IsSuccess && reply is { IsOk: true, PhotoId: { Length: > 0 } id }
            ? (new PreparedFile(id, content.Hash ?? "") { IsReady = false }, null)
            : (null, answer.As(Refusal(answer, reply)));
    }

    private static List<(string Name, string Value)> Fields(Part part)
    {
        List<(string Name, string Value)> fields =
        [
            ("title", part.Title()),
            ("description", FlickrText.Description(part)),
            ("tags", FlickrText.Joined(FlickrText.Tags(part.Option("tags")).Append(KeyTag(part)))),
            ("is_public", "0"),
            ("is_friend", "0"),
            ("is_family", "0"),
        ];
        fields.AddRange(new[] { "hidden", "content_type", "safety_level" }.Select(name => (name, part.Option(name))).Where(field => field.Item2.Length > 0));
        return fields;
    }

    /// <summary>What Flickr made of it: whether a video is ready, and whether a limit nobody has written down cut the words.</summary>
    private async Task<(PreparedFile? File, PublishResult? Failure)> LookAsync(PreparedFile file, Part part, Account account, CancellationToken cancellationToken)
    {
        var answer = await ReadAsync("flickr.photos.getInfo", [("photo_id", file.Id)], OAuthKeys.Of(account.Credentials), account.Server, cancellationToken);
        var reply = FlickrReply.Read(answer);
        if (reply.Code == PhotoNotFound)
        {
            // Not to be seen yet, or taken away by somebody: opening it to everyone will tell.
            return (file with { IsReady = true }, null);
        }

        if (!answer.IsSuccess || !reply.IsOk || answer.Json().Get("photo") is not { } photo)
        {
            return (file, answer.As(Meaning(answer, reply, visible: false)));
        }

        if (FlickrText.IsCut(photo.Get("title").Text("_content"), part.Title()) || FlickrText.IsCut(photo.Get("description").Text("_content"), FlickrText.Plain(part)))
        {
            return (file, answer.As(PublishResult.Rejected(Codes.TextTooLong)));
        }

        // Pictures have no such part.
        var video = photo.Get("video");
        return Is(video, "failed") ? (file, answer.As(PublishResult.Rejected(Codes.MediaRefused))) : (file with { IsReady = !Is(video, "pending") }, null);
    }

    private static bool Is(JsonElement? element, string name) => element.Get(name) is { ValueKind: JsonValueKind.True } || FlickrReply.Number(element.Get(name)) == 1;

    /// <summary>What a refused upload means: flickr.com/services/api/upload.api.html. Nothing of an upload is visible.</summary>
    private PublishResult Refusal(Answer answer, FlickrReply reply) => (answer.IsSuccess ? reply.Code : null) switch
    {
        0 or 3 => PublishResult.NotNow(Codes.ServerError),
        2 or 4 or 5 or 8 => PublishResult.Rejected(Codes.MediaRefused),
        6 or 7 => PublishResult.NotNow(Codes.QuotaReached),
        9 => PublishResult.Rejected(Codes.Duplicate),
        14 => PublishResult.NotNow(Codes.RateLimited, reply.Wait),
        _ => Meaning(answer, reply, visible: false),
    };
}
