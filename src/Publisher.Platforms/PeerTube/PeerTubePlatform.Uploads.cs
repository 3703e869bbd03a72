using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Web;

namespace Publisher.Platforms.PeerTube;

/// <summary>
/// A video is brought in three steps: announced, sent in pieces, waited for. Each is stored before the next, so a large file whose last
/// answer was lost is not brought again: the server keeps that answer for a quarter of an hour (controllers/api/videos/upload.ts).
/// </summary>
internal sealed partial class PeerTubePlatform
{
    /// <summary>Servers remove an upload that rests for an hour; a little is left for the clocks.</summary>
    private static readonly TimeSpan UploadKept = TimeSpan.FromMinutes(50);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    /// <summary>Fewer, larger pieces: a server counts fifty calls in ten seconds.</summary>
    private const long PieceLength = 16 * 1024 * 1024;

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var video = part.Media[0];
        var known = soFar.UsableUntil <= time.GetUtcNow() ? null : soFar.Files.FirstOrDefault();
        return known switch
        {
            { IsReady: true } => await BesideAsync(part, soFar, account, cancellationToken),
            { Id.Length: > 0 } => await AskAsync(part, known, soFar, account, cancellationToken),
            { Data: { } upload } => await SendAsync(upload, video, soFar, account, cancellationToken),
            _ => await AnnounceAsync(part, video, account, cancellationToken),
        };
    }

    private async Task<PrepareResult> AnnounceAsync(Part part, Media video, Account account, CancellationToken cancellationToken)
    {
        var announcement = Description(part, Private);
        announcement["channelId"] = long.Parse(account.Id, CultureInfo.InvariantCulture);
        announcement["waitTranscoding"] = part.Option("transcoding") != "at.once";
        // The server knows an upload by its file name among others: a name of its own for each part keeps two apart.
        announcement["filename"] = $"{(part.Key.Length > 0 ? part.Key : video.Hash[..16])}.{Extension(video.Type)}";

        using var request = Signed(HttpMethod.Post, "api/v1/videos/upload-resumable", account, Answers.Content(announcement));
        request.Headers.Add("X-Upload-Content-Length", video.Length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-Upload-Content-Type", video.Type);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return Failed(Prepared.Nothing, answer);
        }

        // 201 for a new upload, 200 for one that was announced before. Only its name is taken: the file goes to this server and no other.
        return Upload(answer) is { Length: > 0 } upload
            ? PrepareResult.Working(
                new Prepared { Files = [new PreparedFile("", video.Hash) { Data = upload, IsReady = false }], UsableUntil = time.GetUtcNow() + UploadKept },
                TimeSpan.Zero)
            : PrepareResult.Failed(Prepared.Nothing, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    private async Task<PrepareResult> SendAsync(string upload, Media video, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var path = $"api/v1/videos/upload-resumable?upload_id={Uri.EscapeDataString(upload)}";
        var pieceLength = await PieceLengthAsync(account.Server, cancellationToken);
        var (answer, hash) = await ResumableUpload.SendAsync(http, files, video, () => Signed(HttpMethod.Put, path, account), pieceLength, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.Status switch
            {
                // "Go on", or a piece that did not fit: the server says next time where it stands.
                HttpStatusCode.PermanentRedirect or HttpStatusCode.Conflict => PrepareResult.Working(soFar, AskAgain),
                // The server's own filter has looked at the file.
                HttpStatusCode.Forbidden => PrepareResult.Failed(Prepared.Nothing, answer.As(PublishResult.Rejected(Codes.ContentRefused))),
                _ => Failed(soFar, answer),
            };
        }

        var made = answer.Json().Get("video");
        return made.Text("uuid") is { Length: > 0 } id
            ? PrepareResult.Working(new Prepared { Files = [new PreparedFile(id, hash) { Data = made.Text("shortUUID"), IsReady = false }] }, AskAgain)
            : PrepareResult.Failed(soFar, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    private async Task<PrepareResult> AskAsync(Part part, PreparedFile file, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"api/v1/videos/{Uri.EscapeDataString(file.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return Failed(soFar, answer);
        }

        return Number(answer.Json().Get("state"), "id") switch
        {
            null => PrepareResult.Failed(soFar, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable))),
            1 => await BesideAsync(part, soFar with { Files = [file with { IsReady = true }] }, account, cancellationToken),
            // Transcoding, moving to another storage, moving back, importing: failed for good. The video stays until it is deleted.
            7 or 8 or 11 or 12 => PrepareResult.Failed(soFar, answer.As(PublishResult.Rejected(Codes.MediaRefused))),
            _ => PrepareResult.Working(soFar, AskAgain),
        };
    }

    /// <summary>Captions and cover are put beside the video while it is private; what is put there again stands in the place of the first.</summary>
    private async Task<PrepareResult> BesideAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var video = $"api/v1/videos/{Uri.EscapeDataString(soFar.Files[0].Id)}";
        foreach (var file in part.Files().Skip(soFar.Files.Count))
        {
            using var bytes = new MediaContent(files, file);
            using var form = new MultipartFormDataContent();
            form.Add(bytes, file.IsCaptions ? "captionfile" : "thumbnailfile", $"{file.Hash[..16]}.{(file.IsCaptions ? "vtt" : file.Type == "image/png" ? "png" : "jpg")}");
            using var request = Signed(HttpMethod.Put, file.IsCaptions ? $"{video}/captions/{Uri.EscapeDataString(file.Language.Split('-')[0])}" : video, account, form);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess)
            {
                return Meaning(answer, visible: false) is { Outcome: Outcome.Rejected }
                    ? PrepareResult.Failed(soFar, answer.As(PublishResult.Rejected(file.IsCaptions ? Codes.CaptionsRefused : Codes.MediaRefused)))
                    : Failed(soFar, answer);
            }

            soFar = soFar with { Files = [.. soFar.Files, new PreparedFile(file.Language, bytes.Hash ?? "")] };
        }

        return PrepareResult.Ready(soFar);
    }

    /// <summary>A refusal of what was prepared; what the server no longer knows is forgotten here too.</summary>
    private PrepareResult Failed(Prepared soFar, Answer answer)
    {
        var failure = Meaning(answer, visible: false);
        return PrepareResult.Failed(failure.Code == Codes.MediaGone ? Prepared.Nothing : soFar, answer.As(failure));
    }

    /// <summary>The size the server names, where it is smaller than ours; 0 and silence mean that it sets none.</summary>
    private async Task<long> PieceLengthAsync(Uri server, CancellationToken cancellationToken)
    {
        var config = await ConfigAsync(server, cancellationToken);
        return Number(config.Get("client").Get("videos").Get("resumableUpload"), "maxChunkSize") is > 0 and < PieceLength and var most ? most : PieceLength;
    }

    private async Task<JsonElement?> ConfigAsync(Uri server, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "api/v1/config"));
        return (await http.AskAsync(request, cancellationToken)).Json();
    }

    /// <summary>From "//tube.example.org/api/v1/videos/upload-resumable?upload_id=471e", which need not have a scheme or a host.</summary>
    private static string? Upload(Answer answer) => answer.Headers.TryGetValues("Location", out var values) && values.First() is var address
        ? HttpUtility.ParseQueryString(address[(address.IndexOf('?', StringComparison.Ordinal) + 1)..])["upload_id"]
        : null;

    private static string Extension(string type) => type switch
    {
        "video/quicktime" => "mov",
        _ => type.Split('/')[1],
    };

    private static long? Number(JsonElement? element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
