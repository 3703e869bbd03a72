using System.Text.Json;

namespace Publisher.Platforms.Mastodon;

/// <summary>Reads a status back: its text as it was written, which not every server gives, and its files.</summary>
internal sealed partial class MastodonPlatform
{
    public async Task<ReadBackResult> ReadAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        var path = $"api/v1/statuses/{Uri.EscapeDataString(post.Id)}";
        using var asking = Signed(HttpMethod.Get, path, account);
        var status = await http.AskAsync(asking, cancellationToken);
        if (!status.IsSuccess || status.Json().Get("media_attachments") is not { ValueKind: JsonValueKind.Array } files)
        {
            return ReadBackResult.Failed(status.As(Later(Meaning(status, visible: false))));
        }

        // The HTML of the status itself shows links and mentions otherwise than they were written: no measure of what is missing.
        using var reading = Signed(HttpMethod.Get, $"{path}/source", account);
        var source = await http.AskAsync(reading, cancellationToken);
        return source.IsSuccess && source.Json().Text("text") is { } text
            ? ReadBackResult.Read(text, files.GetArrayLength())
            : ReadBackResult.Failed(source.As(Later(Meaning(source, visible: false))));
    }
}
