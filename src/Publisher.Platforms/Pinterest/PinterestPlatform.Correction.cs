using System.Net;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Pinterest;

/// <summary>
/// Changing the words of a pin (developers.pinterest.com/docs/api/v5/pins-update): a beta that few apps are let into. What was taken from the
/// text follows it, title and destination; what the author chose beside it stays, as do board, files and alt text.
/// </summary>
internal sealed partial class PinterestPlatform
{
    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        var change = new JsonObject { ["description"] = OrNothing(part.Text) };
        if (part.Option(OptionField.TitleName).Length == 0)
        {
            change["title"] = OrNothing(part.Title());
        }

        if (part.Option(Destination).Length == 0)
        {
            change["link"] = OrNothing(Link(part));
        }

        using var request = Signed(HttpMethod.Patch, $"pins/{Uri.EscapeDataString(id)}", account, Answers.Content(change));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.As(answer.Status switch
        {
            _ when answer.IsSuccess => answer.Json().Text("id") == id ? PublishResult.Published(Remote(id, account)) : PublishResult.Unclear(Codes.AnswerUnreadable),
            // A body that is no JSON comes from something that stands before Pinterest.
            HttpStatusCode.NotFound => answer.Json() is not null ? PublishResult.Rejected(Codes.PostGone) : PublishResult.Unclear(Codes.AnswerUnreadable),
            HttpStatusCode.BadRequest when Info.Length(part, account.Limits) > account.Limits.Text => PublishResult.Rejected(Codes.TextTooLong),
            // The pin was made with this very permission: it is the app that may not. The channel goes on.
            HttpStatusCode.Forbidden when !IsOnTrial(answer) => PublishResult.Rejected(Codes.EditRefused),
            HttpStatusCode.MethodNotAllowed => PublishResult.Rejected(Codes.EditRefused),
            _ => Meaning(answer, visible: true),
        });
    }

    /// <summary>What is left out of a change stays; null takes it away.</summary>
    private static JsonNode? OrNothing(string text) => text.Length > 0 ? JsonValue.Create(text) : null;
}
