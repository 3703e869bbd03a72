using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.YouTube;

/// <summary>
/// A video is brought in three steps: announced, sent, waited for. Each is stored before the next: the address of an upload is what
/// keeps one file from becoming two videos, and YouTube rejects the second for ever.
/// </summary>
internal sealed partial class YouTubePlatform
{
    /// <summary>Each question costs one of the 10,000 units that a project has in a day, so a hundred uploads must not ask more often.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(15);

    /// <summary>Google advises one request for the whole file.</summary>
    private const long PieceLength = long.MaxValue;

    /// <summary>Of a cover that YouTube did not take.</summary>
    private const string NoCover = "refused";

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var video = part.Media[0];
        return soFar.Files.FirstOrDefault() switch
        {
            { IsReady: true } => await BesideAsync(part, soFar, account, cancellationToken),
            { Id.Length: > 0 } known => await AskAsync(part, known, soFar, account, cancellationToken),
            { Data: { } upload } => await SendAsync(upload, video, soFar, account, cancellationToken),
            _ => await AnnounceAsync(part, video, account, cancellationToken),
        };
    }

    private async Task<PrepareResult> AnnounceAsync(Part part, Media video, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Post, "upload/youtube/v3/videos?uploadType=resumable&part=snippet,status", account, Answers.Content(Resource(part, Private)));
        request.Headers.Add("X-Upload-Content-Length", video.Length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-Upload-Content-Type", video.Type);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return Failed(Prepared.Nothing, answer);
        }

        return Door(answer.Headers.Location?.OriginalString, account) is { } door
            ? PrepareResult.Working(new Prepared { Files = [new PreparedFile("", video.Hash) { Data = door.AbsoluteUri, IsReady = false }] }, TimeSpan.Zero)
            : PrepareResult.Failed(Prepared.Nothing, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    private async Task<PrepareResult> SendAsync(string upload, Media video, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        if (Door(upload, account) is not { } door)
        {
            return PrepareResult.Failed(Prepared.Nothing, PublishResult.NotNow(Codes.MediaGone));
        }

        var (answer, hash) = await ResumableUpload.SendAsync(http, files, video, () => Signed(HttpMethod.Put, door, account.Credentials.Token), PieceLength, cancellationToken);
        if (!answer.IsSuccess)
        {
            return answer.Status == HttpStatusCode.PermanentRedirect ? PrepareResult.Working(soFar, AskAgain) : Failed(soFar, answer);
        }

        return answer.Json().Text("id") is { Length: > 0 } id
            ? PrepareResult.Working(new Prepared { Files = [new PreparedFile(id, hash) { IsReady = false }] }, AskAgain)
            : PrepareResult.Failed(soFar, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    private async Task<PrepareResult> AskAsync(Part part, PreparedFile file, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"youtube/v3/videos?part=status,processingDetails&id={Uri.EscapeDataString(file.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return Failed(soFar, answer);
        }

        if (Items(answer) is not { } items)
        {
            return PrepareResult.Failed(soFar, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
        }

        var status = items.FirstOrDefault().Get("status");
        // A video that somebody deleted is not listed: it is brought again.
        return (items.Count == 0 ? "deleted" : status.Text("uploadStatus")) switch
        {
            "processed" => await BesideAsync(part, soFar with { Files = [file with { IsReady = true }] }, account, cancellationToken),
            "uploaded" => PrepareResult.Working(soFar, AskAgain),
            // The video stays in the account until it is deleted there.
            "failed" => PrepareResult.Failed(soFar, answer.As(PublishResult.Rejected(Codes.MediaRefused))),
            "rejected" => PrepareResult.Failed(soFar, answer.As(Rejection(status.Text("rejectionReason")))),
            "deleted" => PrepareResult.Failed(Prepared.Nothing, answer.As(PublishResult.NotNow(Codes.MediaGone))),
            _ => PrepareResult.Failed(soFar, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable))),
        };
    }

    /// <summary>
    /// Captions are put beside the video while it is private. Each costs 400 of the day's units, so those already there are not sent again:
    /// where the answer was lost, YouTube says that the video has captions of that language and name, and nobody else knows this video.
    /// </summary>
    private async Task<PrepareResult> BesideAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        foreach (var captions in part.Files().Skip(soFar.Files.Count).Where(file => file.IsCaptions))
        {
            var track = new JsonObject { ["snippet"] = new JsonObject { ["videoId"] = soFar.Files[0].Id, ["language"] = captions.Language, ["name"] = "" } };
            using var bytes = new MediaContent(files, captions);
            using var related = new MultipartContent("related") { Answers.Content(track), bytes };
            using var request = Signed(HttpMethod.Post, "upload/youtube/v3/captions?uploadType=multipart&part=snippet", account, related);
            var answer = await http.AskAsync(request, cancellationToken);
            if (!answer.IsSuccess && Reason(answer) != "captionExists")
            {
                return Meaning(answer, visible: false) is { Outcome: Outcome.Rejected } ? PrepareResult.Failed(soFar, answer.As(PublishResult.Rejected(Codes.CaptionsRefused))) : Failed(soFar, answer);
            }

            soFar = soFar with { Files = [.. soFar.Files, new PreparedFile(answer.Json().Text("id") ?? captions.Language, bytes.Hash ?? captions.Hash)] };
        }

        return part.Media[0].Cover is { } cover && soFar.Files.Count < part.Files().Count() ? await CoverAsync(cover, soFar, account, cancellationToken) : PrepareResult.Ready(soFar);
    }

    /// <summary>Only channels that YouTube has verified may choose a cover: elsewhere the video goes out without, and that is said.</summary>
    private async Task<PrepareResult> CoverAsync(Media cover, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        using var bytes = new MediaContent(files, cover);
        using var request = Signed(HttpMethod.Post, $"upload/youtube/v3/thumbnails/set?uploadType=media&videoId={Uri.EscapeDataString(soFar.Files[0].Id)}", account, bytes);
        var answer = await http.AskAsync(request, cancellationToken);
        var meaning = answer.IsSuccess ? null : Meaning(answer, visible: false);
        if (meaning is { Outcome: not Outcome.Rejected, Code: not Codes.PermissionMissing })
        {
            return Failed(soFar, answer);
        }

        return PrepareResult.Ready(soFar with { Files = [.. soFar.Files, new PreparedFile("cover", bytes.Hash ?? cover.Hash) { Data = meaning is null ? null : NoCover }] });
    }

    /// <summary>developers.google.com/youtube/v3/docs/videos, status.rejectionReason.</summary>
    private static PublishResult Rejection(string? reason) => reason switch
    {
        "duplicate" => PublishResult.Rejected(Codes.Duplicate),
        "length" => PublishResult.Rejected(Codes.MediaRefused),
        "uploaderAccountClosed" or "uploaderAccountSuspended" => PublishResult.SignInNeeded(Codes.AccountSuspended),
        _ => PublishResult.Rejected(Codes.ContentRefused),
    };

    /// <summary>A refusal of what was prepared; what YouTube no longer knows is forgotten here too.</summary>
    private PrepareResult Failed(Prepared soFar, Answer answer)
    {
        var failure = Meaning(answer, visible: false);
        return PrepareResult.Failed(failure.Code == Codes.MediaGone ? Prepared.Nothing : soFar, answer.As(failure));
    }

    /// <summary>Where to send the file, if it is one of Google's own hosts: a token or an unpublished file goes nowhere else.</summary>
    private static Uri? Door(string? address, Account account) =>
        Uri.TryCreate(address, UriKind.Absolute, out var door)
        && (IsReal(account.Server)
            ? door.Scheme == Uri.UriSchemeHttps && door.Host.EndsWith(".googleapis.com", StringComparison.OrdinalIgnoreCase)
            : door.Authority == account.Server.Authority)
            ? door
            : null;
}
