using System.Text.Json;
using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Threads;

/// <summary>Reads a post back, as readers get it.</summary>
internal sealed partial class ThreadsPlatform
{
    public async Task<ReadBackResult> ReadAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        var answer = await _graph.GetAsync($"{Uri.EscapeDataString(post.Id)}?fields=text,media_type,children", account, cancellationToken);
        return answer.IsSuccess && answer.Json() is { } json && Files(json) is { } files
            ? ReadBackResult.Read(json.Text("text") ?? "", files)
            : ReadBackResult.Failed(GraphErrors.ReadOfLooking(answer));
    }

    private static int? Files(JsonElement post) => post.Text("media_type") switch
    {
        "TEXT_POST" => 0,
        "IMAGE" or "VIDEO" => 1,
        "CAROUSEL_ALBUM" when post.Get("children").Get("data") is { ValueKind: JsonValueKind.Array } children => children.GetArrayLength(),
        _ => null,
    };
}
