namespace Publisher.Platforms.Pixelfed;

/// <summary>Files go up with their alt text before the post; until a post names them nobody sees them. They can be used at once, however long the server works on them.</summary>
internal sealed partial class PixelfedPlatform
{
    /// <summary>Servers sweep files that no post names after about half a day (unverified); half of that is safe.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(6);

    public async Task<PrepareResult> PrepareAsync(Part part, Prepared soFar, Account account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = soFar.UsableUntil > now ? soFar.Files : [];
        var prepared = new Prepared { UsableUntil = known.Count > 0 ? soFar.UsableUntil : now + Kept };
        foreach (var media in part.Files())
        {
            var place = prepared.Files.Count;
            var (file, failure) = place < known.Count && known[place].Hash == media.Hash ? (known[place], null) : await UploadAsync(media, account, cancellationToken);
            if (file is null)
            {
                return new PrepareResult { Prepared = prepared, Failure = failure };
            }

            prepared = prepared with { Files = [.. prepared.Files, file] };
        }

        return PrepareResult.Ready(prepared);
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> UploadAsync(Media media, Account account, CancellationToken cancellationToken)
    {
        var content = new MediaContent(files, media);
        content.Headers.ContentDisposition = new("form-data") { Name = "\"file\"", FileName = $"\"{media.Hash[..16]}.{media.Type.Split('/')[1]}\"" };
        var form = new MultipartFormDataContent { content };
        if (media.AltText.Length > 0)
        {
            form.Add(new StringContent(media.AltText), "\"description\"");
        }

        // The older of the two calls: every version has it, and it answers 200 where the newer leaves open whether the file is done.
        using var request = Signed(HttpMethod.Post, "api/v1/media", account, form);
        var answer = await http.AskAsync(request, cancellationToken);
        if (answer.IsSuccess)
        {
            return Id(answer.Json(), "id") is { Length: > 0 } id && content.Hash is { } hash
                ? (new PreparedFile(id, hash), null)
                : (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
        }

        var meaning = Meaning(answer, visible: false);
        return (null, answer.As(meaning.Outcome == Outcome.Rejected ? PublishResult.Rejected(Codes.MediaRefused) : meaning));
    }
}
