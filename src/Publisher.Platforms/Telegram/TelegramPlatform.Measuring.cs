using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Telegram;

/// <summary>Counts the channel's subscribers; of posts the Bot API tells nothing.</summary>
internal sealed partial class TelegramPlatform
{
    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        using var content = Answers.Content(new JsonObject { ["chat_id"] = account.Id });
        var answer = await http.CallAsync(account.Server, account.Credentials.Token, "getChatMemberCount", content, cancellationToken);
        return BotApi.Result(answer) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var members) && members >= 0
            ? new Measured { Followers = members }
            : new Measured { Failure = BotApi.Read(answer, visible: false, time) };
    }
}
