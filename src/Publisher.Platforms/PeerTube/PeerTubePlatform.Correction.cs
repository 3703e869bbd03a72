using System.Net;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.PeerTube;

/// <summary>Changing the description of a video: a server leaves what an update does not name as it is (controllers/api/videos/update.ts).</summary>
internal sealed partial class PeerTubePlatform
{
    /// <summary>How a form says that there is none (helpers/custom-validators/misc.ts, toValueOrNull).</summary>
    private const string Nothing = "null";

    public async Task<PublishResult> CorrectAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var id = part.Correction!.Post.Id;
        var path = $"api/v1/videos/{Uri.EscapeDataString(id)}";
        // An update is answered with nothing, and the short form of the id, under which people watch, is known to the server alone.
        using var asking = Signed(HttpMethod.Get, path, account);
        var there = await http.AskAsync(asking, cancellationToken);
        if (!there.IsSuccess)
        {
            return there.As(Refusal(there, part, account, visible: false));
        }

        if (there.Json().Text("uuid") is null)
        {
            return there.As(PublishResult.NotNow(Codes.AnswerUnreadable));
        }

        var change = new JsonObject { ["description"] = part.Text.Length > 0 ? part.Text : Nothing };
        // A title of its own is no part of the text: it stays, also where somebody has changed it on the server since.
        if (part.Option(OptionField.TitleName).Length == 0)
        {
            change["name"] = part.Title();
        }

        using var request = Signed(HttpMethod.Put, path, account, Form(change));
        var answer = await http.AskAsync(request, cancellationToken);
        return answer.As(answer.Status == HttpStatusCode.NoContent
            ? PublishResult.Published(Remote(id, there.Json().Text("shortUUID"), account))
            : Refusal(answer, part, account, visible: true));
    }

    private PublishResult Refusal(Answer answer, Part part, Account account, bool visible) => Meaning(answer, visible) switch
    {
        // A page instead of an answer comes from something that stands before the server.
        { Code: Codes.MediaGone } => answer.Json() is null ? PublishResult.NotNow(Codes.AnswerUnreadable) : PublishResult.Rejected(Codes.PostGone),
        { Code: Codes.ContentRefused } when Info.Length(part, account.Limits) > account.Limits.Text => PublishResult.Rejected(Codes.TextTooLong),
        var meaning => meaning,
    };
}
