using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Pinterest;

/// <summary>
/// A video is registered, sent to a store of Amazon's by a signed form, and usable once Pinterest has processed it. Pictures travel with the pin.
/// </summary>
internal sealed partial class PinterestPlatform
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        if (part.Media is not [{ IsVideo: true } video, ..])
        {
            return PrepareResult.Ready(new Prepared { Files = [.. part.Files().Select(picture => new PreparedFile(picture.Hash, picture.Hash))] });
        }

        var (file, failure) = soFar.Files switch
        {
            [{ IsReady: true } ready] => (ready, null),
            [var sent] => await AskAsync(sent, account, cancellationToken),
            _ => await SendAsync(video, account, cancellationToken),
        };
        var prepared = new Prepared { Files = file is null ? [] : [file] };
        return failure is not null ? PrepareResult.Failed(prepared, failure)
            : file is { IsReady: true } ? PrepareResult.Ready(prepared)
            : PrepareResult.Working(prepared, Pause);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendAsync(Media video, Account account, CancellationToken cancellationToken)
    {
        using var registration = Signed(HttpMethod.Post, "media", account, Answers.Content(new JsonObject { ["media_type"] = "video" }));
        var answer = await http.AskAsync(registration, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (null, answer.As(Reading(answer)));
        }

        var json = answer.Json();
        if (json.Text("media_id") is not { Length: > 0 } id
            || Door(json.Text("upload_url"), account) is not { } door
            || json.Get("upload_parameters") is not { ValueKind: JsonValueKind.Object } parameters)
        {
            // The answer opens the store to whoever holds it: it is not shown.
            return (null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        using var form = new MultipartFormDataContent();
        foreach (var parameter in parameters.EnumerateObject().Where(parameter => parameter.Value.ValueKind == JsonValueKind.String))
        {
            // A field has no type of its own; the store would take one for a second file.
            form.Add(new StringContent(parameter.Value.GetString()!) { Headers = { ContentType = null } }, $"\"{parameter.Name}\"");
        }

        // The store reads no field behind the file, and refuses whoever also shows a token.
        var content = new MediaContent(files, video);
        form.Add(content, "\"file\"", $"\"{video.Hash[..16]}.{video.Type.Split('/')[1]}\"");
        using var upload = new HttpRequestMessage(HttpMethod.Post, door) { Content = form };
        var stored = await http.AskAsync(upload, cancellationToken);
        if (stored.IsSuccess)
        {
            return (new PreparedFile(id, content.Hash ?? "") { IsReady = false }, null);
        }

        // Its refusals repeat what was signed, so only their kind is told.
        var isTooLarge = stored.Status == HttpStatusCode.RequestEntityTooLarge || stored.Body.Contains("EntityTooLarge", StringComparison.Ordinal);
        var failure = isTooLarge ? PublishResult.Rejected(Codes.MediaRefused) : PublishResult.NotNow(Codes.ServerError);
        return (null, failure with { Status = (int)stored.Status });
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> AskAsync(PreparedFile file, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"media/{Uri.EscapeDataString(file.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.Status == HttpStatusCode.NotFound
                ? (null, answer.As(PublishResult.NotNow(Codes.MediaGone)))
                : (file, answer.As(Reading(answer)));
        }

        return answer.Json().Text("status") switch
        {
            "succeeded" => (file with { IsReady = true }, null),
            "failed" => (null, answer.As(PublishResult.Rejected(Codes.MediaRefused))),
            "registered" or "processing" => (file, null),
            _ => (file, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable))),
        };
    }

    /// <summary>No content is refused here, only a file.</summary>
    private PublishResult Reading(Answer answer) =>
        Meaning(answer, visible: false) is var meaning && meaning.Outcome == Outcome.Rejected ? PublishResult.Rejected(Codes.MediaRefused) : meaning;

    /// <summary>Where to send a video, if it is one of Pinterest's own places: an unpublished file goes nowhere else.</summary>
    private static Uri? Door(string? address, Account account)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var door))
        {
            return null;
        }

        var isOurs = IsReal(account.Server)
            ? door.Scheme == Uri.UriSchemeHttps && (door.Host.EndsWith(".pinterest.com", StringComparison.OrdinalIgnoreCase)
                || (door.Host.StartsWith("pinterest-media-upload.", StringComparison.OrdinalIgnoreCase) && door.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)))
            : door.Authority == account.Server.Authority;
        return isOurs ? door : null;
    }
}
