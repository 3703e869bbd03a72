using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Facebook;

/// <summary>Pictures are uploaded unpublished, with their alt text, and named by the post later; what is never named disappears after a day. Videos: see the other file.</summary>
internal sealed partial class FacebookPlatform
{
    /// <summary>Unpublished photos live about 24 hours; half of that is safe.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var known = soFar.UsableUntil > now ? soFar.Files : [];
        var prepared = new Prepared { Files = known, UsableUntil = known.Count > 0 ? soFar.UsableUntil : now + Kept };
        foreach (var media in part.Files().Skip(known.Count))
        {
            var (file, failure) = media.IsVideo ? await SendVideoAsync(media, account, cancellationToken) : await SendPhotoAsync(media, account, cancellationToken);
            if (file is null)
            {
                return PrepareResult.Failed(prepared, failure!);
            }

            prepared = prepared with { Files = [.. prepared.Files, file] };
        }

        return PrepareResult.Ready(prepared);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendPhotoAsync(Media media, Account account, CancellationToken cancellationToken)
    {
        using var bytes = new MediaContent(_files, media);
        using var form = new MultipartFormDataContent { { new StringContent("false"), "published" } };
        form.Add(bytes, "source", $"{media.Hash[..16]}.{media.Type.Split('/')[1]}");
        if (media.AltText.Length > 0)
        {
            form.Add(new StringContent(media.AltText), "alt_text_custom");
        }

        var answer = await _graph.PostAsync($"{account.Id}/photos", form, account, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (null, Refusal(answer));
        }

        return answer.Json().Text("id") is { Length: > 0 } id
            ? (new PreparedFile(id, bytes.Hash ?? ""), null)
            : (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
    }

    /// <summary>Whatever is refused about an upload is refused about the file.</summary>
    private static PublishResult Refusal(Answer answer) =>
        GraphErrors.Read(answer, visible: false) is var failure && failure.Outcome == Outcome.Rejected ? failure with { Code = Codes.MediaRefused } : failure;
}
