using System.Text.Json;

namespace Publisher.Platforms.LinkedIn;

/// <summary>Reads a page's post back: a text that LinkedIn cut without a word shows here. Of a member's posts nothing can be read.</summary>
internal sealed partial class LinkedInPlatform
{
    public async Task<ReadBackResult> ReadAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        if (IsMember(account.Id))
        {
            return ReadBackResult.Failed(PublishResult.Rejected(Codes.NotOffered));
        }

        using var request = Restli.Get(account.Server, $"posts/{Uri.EscapeDataString(post.Id)}?viewContext=AUTHOR", account.Credentials.Token);
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.IsSuccess && answer.Json() is { } json && json.Text("commentary") is { } commentary
            ? ReadBackResult.Read(LittleText.Plain(commentary), Files(json.Get("content")))
            : ReadBackResult.Failed(Restli.Read(answer, visible: false, time));
    }

    private static int Files(JsonElement? content) =>
        content.Get("multiImage").Get("images") is { ValueKind: JsonValueKind.Array } images ? images.GetArrayLength() : content.Get("media") is null ? 0 : 1;
}
