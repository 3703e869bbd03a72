using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Facebook;

/// <summary>
/// A video is announced, sent in the pieces Facebook asks for, and becomes a post by one last call that gives it its text. Facebook accepts
/// that call and works on; the post's own number comes when it is done (developers.facebook.com/docs/video-api/guides/publishing).
/// </summary>
internal sealed partial class FacebookPlatform
{
    /// <summary>Larger pieces than this are not read into memory at once; Facebook asks for a few megabytes.</summary>
    private const long LargestPiece = 256 * 1024 * 1024;

    private static readonly Uri VideoApi = new("https://graph-video.facebook.com/");

    public async Task<PublishResult> AskAsync(string ticket, Part part, Account account, CancellationToken cancellationToken) =>
        Status(await AskForVideoAsync(ticket, account, cancellationToken), ticket, account);

    private Task<Answer> AskForVideoAsync(string video, Account account, CancellationToken cancellationToken) =>
        _graph.GetAsync($"{Uri.EscapeDataString(video)}?fields=status,post_id,permalink_url", account, cancellationToken);

    private static PublishResult Status(Answer answer, string video, Account account)
    {
        if (!answer.IsSuccess)
        {
            return GraphErrors.ReadOfLooking(answer);
        }

        return answer.Json().Get("status").Text("video_status") switch
        {
            "ready" => answer.As(PublishResult.Published(OfVideo(video, answer.Json(), account))),
            "error" => answer.As(PublishResult.Rejected(Codes.MediaRefused)),
            null => answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)),
            _ => PublishResult.Processing(video, AskAgain),
        };
    }

    /// <summary>
    /// What became of a video whose last call got no answer. While Facebook works it stands in no list, but it has had its number since it was announced,
    /// and an upload becomes one video however often its last call is made: one that still waits for that call is certainly not out.
    /// </summary>
    private async Task<RecallResult> FindVideoAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        if (prepared.Files is not [{ Id: { Length: > 0 } video }])
        {
            return new RecallResult();
        }

        var answer = await AskForVideoAsync(video, account, cancellationToken);
        if (answer.IsSuccess && answer.Json().Get("status").Text("video_status") == "upload_complete")
        {
            return new RecallResult { IsComplete = true, Answer = answer.As(PublishResult.NotNow(Codes.MediaNotReady)).Answer };
        }

        var result = Status(answer, video, account);
        return result switch
        {
            { Post: { } post } => new RecallResult { Matches = [post] },
            { Outcome: Outcome.Processing } => new RecallResult { Ticket = video },
            // Refused for good while it was worked on: asked for by its ticket, it says so.
            { Outcome: Outcome.Rejected } => new RecallResult { Ticket = video },
            _ => new RecallResult { Failure = result },
        };
    }

    private async Task<PublishResult> FinishVideoAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        if (prepared.Files is not [{ Data: { } session } file])
        {
            return PublishResult.NotNow(Codes.MediaGone);
        }

        var fields = new Dictionary<string, string> { ["upload_phase"] = "finish", ["upload_session_id"] = session };
        if (part.Text.Length > 0)
        {
            fields["description"] = part.Text;
        }

        var answer = await VideosAsync(new FormUrlEncodedContent(fields), account, cancellationToken);
        if (!answer.IsSuccess)
        {
            return GraphErrors.Read(answer, visible: true);
        }

        return answer.Json().Get("success") is { ValueKind: JsonValueKind.True }
            ? answer.As(PublishResult.Processing(file.Id, AskAgain))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    private async Task<(PreparedFile? File, PublishResult? Failure)> SendVideoAsync(Media media, Account account, CancellationToken cancellationToken)
    {
        var start = new Dictionary<string, string> { ["upload_phase"] = "start", ["file_size"] = media.Length.ToString(CultureInfo.InvariantCulture) };
        var answer = await VideosAsync(new FormUrlEncodedContent(start), account, cancellationToken);
        if (!answer.IsSuccess)
        {
            return (null, Refusal(answer));
        }

        if (answer.Json().Text("video_id") is not { Length: > 0 } id || answer.Json().Text("upload_session_id") is not { Length: > 0 } session)
        {
            return (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = _files.Open(media);
        var sent = 0L;
        while (sent < media.Length)
        {
            // Only onwards and never beyond the end, so that this ends whatever the answers say.
            if (Piece(answer.Json()) is not { } piece || piece.From != sent || piece.To <= sent || piece.To > media.Length || piece.To - sent > LargestPiece)
            {
                return (null, answer.As(PublishResult.NotNow(Codes.AnswerUnreadable)));
            }

            var bytes = new byte[piece.To - sent];
            await file.ReadExactlyAsync(bytes, cancellationToken);
            hash.AppendData(bytes);
            answer = await VideosAsync(Transfer(session, sent, bytes), account, cancellationToken);
            if (!answer.IsSuccess)
            {
                return (null, Refusal(answer));
            }

            sent = piece.To;
        }

        return (new PreparedFile(id, Convert.ToHexStringLower(hash.GetHashAndReset())) { Data = session }, null);
    }

    private static MultipartFormDataContent Transfer(string session, long from, byte[] bytes)
    {
        var piece = new ByteArrayContent(bytes);
        piece.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent
        {
            { new StringContent("transfer"), "upload_phase" },
            { new StringContent(session), "upload_session_id" },
            { new StringContent(from.ToString(CultureInfo.InvariantCulture)), "start_offset" },
            { piece, "video_file_chunk", "piece" },
        };
    }

    private async Task<Answer> VideosAsync(HttpContent content, Account account, CancellationToken cancellationToken)
    {
        using (content)
        {
            return await _graph.PostAsync($"{account.Id}/videos", content, account with { Server = IsReal(account.Server) ? VideoApi : account.Server }, cancellationToken);
        }
    }

    /// <summary>The number of the post, or of the video where it has none; the video's is kept beside it, for by that it is taken back.</summary>
    private static RemotePost OfVideo(string video, JsonElement? json, Account account)
    {
        if (json.Text("post_id") is not { Length: > 0 } post)
        {
            return new RemotePost(video, Permalink(video, account), video);
        }

        var id = post.Contains('_') ? post : $"{account.Id}_{post}";
        return new RemotePost(id, Permalink(id, account), video);
    }

    /// <summary>What to send next. Numbers come as text.</summary>
    private static (long From, long To)? Piece(JsonElement? json) => long.TryParse(json.Text("start_offset"), out var from) && long.TryParse(json.Text("end_offset"), out var to) ? (from, to) : null;
}
