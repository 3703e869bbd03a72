using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Telegram;

/// <summary>
/// Editing a message (core.telegram.org/bots/api#updating-messages): its text, or the caption below its files. An album's caption is that of
/// its first message, whose number names the post. A bot's own posts in a channel may be edited at any time.
/// </summary>
internal sealed partial class TelegramPlatform
{
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var post = part.Correction!.Post;
        var fields = new JsonObject { ["chat_id"] = account.Id, ["message_id"] = Number(post.Id) };
        var method = "editMessageText";
        if (part.Media.Count > 0)
        {
            method = "editMessageCaption";
            fields["caption"] = part.Text;
        }
        else
        {
            Say(fields, part);
        }

        var answer = await http.CallAsync(account.Server, account.Credentials.Token, method, Answers.Content(fields), cancellationToken);
        if (BotApi.Result(answer) is { } message)
        {
            return answer.As(message.Get("message_id") is { ValueKind: JsonValueKind.Number } id && id.GetRawText() == post.Id
                ? PublishResult.Published(post with { Permalink = Permalink(message, post.Id, account) })
                : PublishResult.Unclear(Codes.AnswerUnreadable));
        }

        // It says so already: after an edit whose answer was lost, or because only white space at an end was changed.
        return BotApi.IsUnchanged(answer)
            ? answer.As(PublishResult.Published(post with { Permalink = Permalink(account.Handle == account.Id ? null : account.Handle, post.Id, account) }))
            : BotApi.Read(answer, visible: true, time);
    }
}
