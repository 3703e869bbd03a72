using System.Text.Json;

namespace Publisher.Platforms.Bluesky;

/// <summary>Reads the record back from the server that holds it.</summary>
internal sealed partial class BlueskyPlatform
{
    public async Task<ReadBackResult> ReadAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        var key = post.Id[(post.Id.LastIndexOf('/') + 1)..];
        using var request = Xrpc.Get(account.Server, "com.atproto.repo.getRecord", $"repo={Uri.EscapeDataString(account.Id)}&collection={PostRecord.Collection}&rkey={Uri.EscapeDataString(key)}");
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess && answer.Json().Get("value") is { } record && record.Text("text") is { } text
            ? ReadBackResult.Read(text, Files(record.Get("embed")))
            : ReadBackResult.Failed(Xrpc.Read(answer, visible: false, time));
    }

    private static int Files(JsonElement? embed) =>
        embed.Get("images") is { ValueKind: JsonValueKind.Array } images ? images.GetArrayLength() : embed.Get("video") is null ? 0 : 1;
}
