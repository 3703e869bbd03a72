using System.Net;

namespace Publisher.Platforms.Mastodon;

/// <summary>Media attachments: uploaded with their alt text, named by the status later. An unattached one is seen by nobody and removed by the server in time.</summary>
internal sealed partial class MastodonPlatform
{
    /// <summary>Servers remove unattached media after about a day (unverified); half of that is safe.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = soFar.UsableUntil > now ? soFar.Files : [];
        var prepared = new Prepared { UsableUntil = known.Count > 0 ? soFar.UsableUntil : now + Kept };
        foreach (var media in part.Files())
        {
            var place = prepared.Files.Count;
            var file = place < known.Count && known[place].Hash == media.Hash ? known[place] : null;
            var (next, failure) = file is null
                ? await UploadAsync(media, account, cancellationToken)
                : file.IsReady ? (file, null) : await AskAsync(file, account, cancellationToken);
            if (failure is not null || next is null)
            {
                // What is there stays. Where a file is gone, those behind it are brought again: places must not shift.
                var kept = next is null ? prepared : prepared with { Files = [.. prepared.Files, .. known.Skip(place)] };
                return PrepareResult.Failed(kept, failure ?? PublishResult.NotNow(Codes.MediaGone));
            }

            prepared = prepared with { Files = [.. prepared.Files, next] };
        }

        return prepared.Files.All(file => file.IsReady) ? PrepareResult.Ready(prepared) : PrepareResult.Working(prepared, AskAgain);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> UploadAsync(Media media, Account account, CancellationToken cancellationToken)
    {
        var (answer, hash) = await SendAsync("api/v2/media");
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            // Older and smaller servers have only the first version, which answers when it is done.
            (answer, hash) = await SendAsync("api/v1/media");
        }

        if (!answer.IsSuccess)
        {
            return (null, answer.As(Reading(answer)));
        }

        return answer.Json().Text("id") is { Length: > 0 } id
            ? (new PreparedFile(id, hash) { IsReady = answer.Status == HttpStatusCode.OK }, null)
            : (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));

        async Task<(Answer Answer, string Hash)> SendAsync(string path)
        {
            var content = new MediaContent(files, media);
            // Names in quotes, as browsers send them: small servers read no others.
            content.Headers.ContentDisposition = new("form-data") { Name = "\"file\"", FileName = $"\"{media.Hash[..16]}.{media.Type.Split('/')[1]}\"" };
            var form = new MultipartFormDataContent { content };
            if (media.AltText.Length > 0)
            {
                form.Add(new StringContent(media.AltText), "\"description\"");
            }

            using var request = Signed(HttpMethod.Post, path, account, form);
            return (await http.AskAsync(request, cancellationToken), content.Hash ?? "");
        }
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> AskAsync(PreparedFile file, Account account, CancellationToken cancellationToken)
    {
        using var request = Signed(HttpMethod.Get, $"api/v1/media/{Uri.EscapeDataString(file.Id)}", account);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.OK when answer.Json() is not null => (file with { IsReady = true }, null),
            HttpStatusCode.PartialContent => (file, null),
            // Forgotten: without it in the ticket the next call uploads it again.
            HttpStatusCode.NotFound => (null, answer.As(PublishResult.NotNow(Codes.MediaGone))),
            _ => Reading(answer) is var failure && failure.Outcome == Outcome.Rejected ? (null, answer.As(failure)) : (file, answer.As(failure)),
        };
    }

    private PublishResult Reading(Answer answer) =>
        Meaning(answer, visible: false) is var meaning && meaning.Outcome == Outcome.Rejected ? PublishResult.Rejected(Codes.MediaRefused) : meaning;
}
