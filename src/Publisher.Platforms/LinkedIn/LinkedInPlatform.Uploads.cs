using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.LinkedIn;

/// <summary>
/// Files are announced, sent, and usable once LinkedIn says so. A post made before is accepted and stays invisible when its
/// picture fails afterwards, so nothing is posted before every file is AVAILABLE.
/// </summary>
internal sealed partial class LinkedInPlatform
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        TimeSpan? askAfter = null;
        var place = 0;
        foreach (var media in part.Files())
        {
            var known = soFar.Files.ElementAtOrDefault(place);
            if (known is not { IsReady: true })
            {
                var (file, failure) = (known, media.IsVideo) switch
                {
                    ({ } sent, _) => await AskAsync(sent, media, account, cancellationToken),
                    (null, true) => await SendVideoAsync(media, account, cancellationToken),
                    (null, false) => await SendImageAsync(media, account, cancellationToken),
                };

                // Where the file failed, those behind it are brought again: places must not shift.
                soFar = new Prepared { Files = [.. soFar.Files.Take(place), .. file is null ? [] : soFar.Files.Skip(place + 1).Prepend(file)] };
                if (failure is not null)
                {
                    return PrepareResult.Failed(soFar, failure);
                }

                askAfter = file is { IsReady: true } ? askAfter : Pause;
            }

            place++;
        }

        return askAfter is { } pause ? PrepareResult.Working(soFar, pause) : PrepareResult.Ready(soFar);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendImageAsync(
        Media media, Account account, CancellationToken cancellationToken)
    {
        var owner = new JsonObject { ["owner"] = account.Id };
        var (value, refusal) = await StartAsync("images", owner, account, cancellationToken);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (value.Text("image") is not { } urn || Door(value.Text("uploadUrl"), account) is not { } door)
        {
            return (null, PublishResult.NotNow(Codes.AnswerUnreadable));
        }

        var content = new MediaContent(files, media);
        using var request = new HttpRequestMessage(HttpMethod.Put, door) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.Credentials.Token.Value);
        var answer = await http.AskAsync(request, cancellationToken);

        // A member's token may not ask how a picture is doing: it counts as ready once sent.
        return answer.IsSuccess
            ? (new PreparedFile(urn, content.Hash ?? media.Hash) { IsReady = IsMember(account.Id) }, null)
            : (null, Restli.Read(answer, visible: false, time));
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendVideoAsync(
        Media media, Account account, CancellationToken cancellationToken)
    {
        var announcement = new JsonObject
        {
            ["owner"] = account.Id,
            ["fileSizeBytes"] = media.Length,
            ["uploadCaptions"] = false,
            ["uploadThumbnail"] = false,
        };

        var (value, refusal) = await StartAsync("videos", announcement, account, cancellationToken);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (value.Text("video") is not { } urn || value.Get("uploadInstructions") is not { ValueKind: JsonValueKind.Array } instructions)
        {
            return (null, PublishResult.NotNow(Codes.AnswerUnreadable));
        }

        var (parts, hash, failure) = await SendPartsAsync(instructions, media, account, cancellationToken);
        if (failure is not null)
        {
            return (null, failure);
        }

        var end = new JsonObject { ["video"] = urn, ["uploadToken"] = value.Text("uploadToken") ?? "", ["uploadedPartIds"] = parts };
        using var request = Restli.Post(account.Server, "videos?action=finalizeUpload", new JsonObject { ["finalizeUploadRequest"] = end }, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess
            ? (new PreparedFile(urn, hash) { IsReady = false }, null)
            : (null, Restli.Read(answer, visible: false, time));
    }

    /// <summary>The file in the pieces LinkedIn asked for, read once from front to back. Each answer's ETag names its piece.</summary>
    private async Task<(JsonArray Parts, string Hash, PublishResult? Failure)> SendPartsAsync(
        JsonElement instructions, Media media, Account account, CancellationToken cancellationToken)
    {
        var parts = new JsonArray();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = files.Open(media);
        foreach (var piece in instructions.EnumerateArray())
        {
            if (Door(piece.Text("uploadUrl"), account) is not { } door || Size(piece) is not { } size)
            {
                return (parts, "", PublishResult.NotNow(Codes.AnswerUnreadable));
            }

            var bytes = new byte[size];
            await file.ReadExactlyAsync(bytes, cancellationToken);
            hash.AppendData(bytes);

            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var request = new HttpRequestMessage(HttpMethod.Put, door) { Content = content };
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess)
            {
                return (parts, "", Restli.Read(answer, visible: false, time));
            }

            if (answer.Headers.ETag?.Tag.Trim('"') is not { Length: > 0 } tag)
            {
                return (parts, "", answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
            }

            parts.Add(tag);
        }

        return (parts, Convert.ToHexStringLower(hash.GetHashAndReset()), null);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> AskAsync(PreparedFile file, Media media, Account account, CancellationToken cancellationToken)
    {
        var kind = media.IsVideo ? "videos" : "images";
        using var request = Restli.Get(account.Server, $"{kind}/{Uri.EscapeDataString(file.Id)}", account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (file, Restli.Read(answer, visible: false, time));
        }

        return answer.Json().Text("status") switch
        {
            "AVAILABLE" => (file with { IsReady = true }, null),
            "PROCESSING_FAILED" => (null, answer.As(PublishResult.Rejected(Codes.MediaRefused))),
            null => (file, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable))),
            _ => (file, null),
        };
    }

    private async Task<(JsonElement? Value, PublishResult? Failure)> StartAsync(
        string kind, JsonObject announcement, Account account, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["initializeUploadRequest"] = announcement };
        using var request = Restli.Post(account.Server, $"{kind}?action=initializeUpload", body, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (null, Restli.Read(answer, visible: false, time));
        }

        return answer.Json().Get("value") is { } value
            ? (value, null)
            : (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    /// <summary>Where to send a file, if it is one of LinkedIn's own hosts: a token or an unpublished file goes nowhere else.</summary>
    private static Uri? Door(string? address, Account account) =>
        Uri.TryCreate(address, UriKind.Absolute, out var door)
        && (IsReal(account.Server)
            ? door.Scheme == Uri.UriSchemeHttps && door.Host.EndsWith(".linkedin.com", StringComparison.OrdinalIgnoreCase)
            : door.Authority == account.Server.Authority)
            ? door
            : null;

    private static int? Size(JsonElement piece) =>
        piece.Get("firstByte") is { } first && piece.Get("lastByte") is { } last && first.TryGetInt64(out var from) && last.TryGetInt64(out var to) && to >= from
            ? (int)(to - from + 1)
            : null;
}
