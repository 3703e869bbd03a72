using System.Globalization;
using System.Text.Json;

namespace Publisher.Platforms.Bluesky;

/// <summary>
/// Pictures and captions go to the account's server as they are; the same bytes have the same name there, so a repeat is harmless. Videos
/// go to Bluesky's video service, which converts them and lays them into the account's server. For servers outside the real
/// network (plain http) that service is the server itself.
/// </summary>
internal sealed partial class BlueskyPlatform
{
    /// <summary>Servers drop files no record refers to "after some time"; an hour is what they keep at least.</summary>
    private static readonly TimeSpan BlobsKept = TimeSpan.FromHours(1);

    private static readonly TimeSpan VideoPause = TimeSpan.FromSeconds(2);

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
                    ({ } job, _) => await AskVideoAsync(job, account, cancellationToken),
                    (null, true) => await SendVideoAsync(part, media, account, cancellationToken),
                    (null, false) => await SendBlobAsync(media, account, cancellationToken),
                };

                soFar = With(soFar, place, file);
                if (failure is not null)
                {
                    return PrepareResult.Failed(soFar, failure);
                }

                askAfter = file is { IsReady: true } ? askAfter : VideoPause;
            }

            place++;
        }

        return askAfter is { } pause ? PrepareResult.Working(soFar, pause) : PrepareResult.Ready(soFar);
    }

    /// <summary>What was brought so far, with the file at this place. Where there is none, those behind it are brought again: places must not shift.</summary>
    private Prepared With(Prepared soFar, int place, PreparedFile? file) => new()
    {
        Files = [.. soFar.Files.Take(place), .. file is null ? [] : soFar.Files.Skip(place + 1).Prepend(file)],
        UsableUntil = soFar.UsableUntil ?? time.GetUtcNow() + BlobsKept,
    };

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendBlobAsync(
        Media media, Account account, CancellationToken cancellationToken)
    {
        var content = new MediaContent(files, media);
        using var request = Xrpc.Post(account.Server, "com.atproto.repo.uploadBlob", content, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            var failure = Xrpc.Read(answer, visible: false, time);
            return (null, failure.Outcome == Outcome.Rejected && media.IsCaptions ? failure with { Code = Codes.CaptionsRefused } : failure);
        }

        return answer.Json().Get("blob") is { } blob
            ? (Brought(blob, content.Hash ?? media.Hash), null)
            : (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendVideoAsync(
        Part part, Media media, Account account, CancellationToken cancellationToken)
    {
        var (token, refusal) = await VideoTokenAsync(account, cancellationToken);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var content = new MediaContent(files, media);
        var method = $"app.bsky.video.uploadVideo?did={Uri.EscapeDataString(account.Id)}&name={part.Key}.mp4";
        using var request = Xrpc.Post(VideoService(account), method, content, token);
        var answer = await http.AskAsync(request, cancellationToken);

        // Bytes sent before are refused with the job they became: as good as a yes.
        return Job(answer) is { } job && job.Text("jobId") is { } id
            ? Read(job, new PreparedFile(id, content.Hash ?? media.Hash) { IsReady = false }, answer)
            : (null, answer.IsSuccess ? answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)) : Xrpc.Read(answer, visible: false, time));
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> AskVideoAsync(PreparedFile file, Account account, CancellationToken cancellationToken)
    {
        using var request = Xrpc.Get(VideoService(account), "app.bsky.video.getJobStatus", $"jobId={Uri.EscapeDataString(file.Id)}");
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (file, Xrpc.Read(answer, visible: false, time));
        }

        return Job(answer) is { } job ? Read(job, file, answer) : (file, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    /// <summary>Every state but two means "still working", also those not known today.</summary>
    private static (PreparedFile? File, PublishResult? Failure) Read(JsonElement job, PreparedFile file, Answer answer)
    {
        if (job.Get("blob") is { } blob)
        {
            return (Brought(blob, file.Hash) with { Id = file.Id }, null);
        }

        if (job.Text("state") != "JOB_STATE_FAILED")
        {
            return (file, null);
        }

        // What failed on their side is sent again as a new job; the rest is about the file.
        var isTheirs = job.Text("failureCode") is "pds_upload_failure" or "generic_failure";
        return (null, answer.As(isTheirs ? PublishResult.NotNow(Codes.ServerError) : PublishResult.Rejected(Codes.MediaRefused)));
    }

    /// <summary>The description wraps the job; the service has been seen to answer it bare.</summary>
    private static JsonElement? Job(Answer answer) => answer.Json() is { } json ? json.Get("jobStatus") ?? json : null;

    /// <summary>A token that lets the video service lay the file into the account's server, and nothing else.</summary>
    private async Task<(Secret Token, PublishResult? Failure)> VideoTokenAsync(Account account, CancellationToken cancellationToken)
    {
        var server = account.Server;
        var host = server.IsDefaultPort ? server.Host : $"{server.Host}%3A{server.Port}";
        var until = (time.GetUtcNow() + TimeSpan.FromMinutes(30)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var query = $"aud={Uri.EscapeDataString($"did:web:{host}")}&lxm=com.atproto.repo.uploadBlob&exp={until}";
        using var request = Xrpc.Get(server, "com.atproto.server.getServiceAuth", query, account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (default, Xrpc.Read(answer, visible: false, time));
        }

        return answer.Json().Text("token") is { } token
            ? (new Secret(token), null)
            : (default, PublishResult.NotNow(Codes.AnswerUnreadable));
    }

    private static PreparedFile Brought(JsonElement blob, string hash) =>
        new(blob.Get("ref").Text("$link") ?? "", hash) { Data = blob.GetRawText() };

    private static Uri VideoService(Account account) => IsReal(account.Server) ? new Uri("https://video.bsky.app/") : account.Server;
}
