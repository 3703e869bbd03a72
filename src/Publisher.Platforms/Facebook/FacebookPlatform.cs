using System.Text.Json.Nodes;
using Publisher.Platforms.Meta;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Facebook;

/// <summary>
/// Posts to a Facebook page. There is no key against posting twice: files are brought beforehand, unpublished, and the one visible call
/// is never repeated without looking. Limits and oddities: docs/platforms/facebook.md.
/// </summary>
internal sealed partial class FacebookPlatform : IPlatform, IPrepare, IRecall, IMeasure, IFinishLater, ICorrect, IRetract, IConnectByOAuth
{
    /// <summary>
    /// Each version lives about two years (developers.facebook.com/docs/graph-api/changelog); this is the line to change.
    /// </summary>
    private const string Version = "v26.0";

    private static readonly Uri Api = new("https://graph.facebook.com/");

    private static readonly Uri Site = new("https://www.facebook.com/");

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly IMediaFiles _files;
    private readonly Graph _graph;

    public FacebookPlatform(HttpClient http, TimeProvider time, IMediaFiles files)
    {
        _http = http;
        _time = time;
        _files = files;
        _graph = new Graph(http, Version) { SendsProof = true };
    }

    public PlatformInfo Info { get; } = new("facebook", "Facebook")
    {
        Color = "#0866ff",
        Readiness = new(
            new("An app of the type Business; review and business verification only where somebody without a role on it connects a page.", "Eine App vom Typ Business; Prüfung und Unternehmensnachweis nur, wo jemand ohne Rolle darin eine Seite verbindet."),
            new("Meta, at developers.facebook.com.", "Meta, auf developers.facebook.com."),
            new("About an hour; with review and verification about two weeks, longer after questions.", "Etwa eine Stunde; mit Prüfung und Nachweis etwa zwei Wochen, nach Rückfragen länger."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        Length = (part, _) => PlainText.Normalize(part.Text).Length,
        Entities = FacebookText.Entities,
        Limits = new Limits
        {
            // Commonly quoted, not documented. So are the lengths of a video and of an alt text.
            Text = 63_206,
            Images = 10,
            // The reference says 10 MB, the error message still 4.
            ImageBytes = 4_000_000,
            VideoBytes = 1_000_000_000,
            VideoLongest = TimeSpan.FromHours(4),
            VideoTypes = ["video/mp4", "video/quicktime"],
            AltText = 1000,
            VideoAltText = false,
        },
        CallLimit = TimeSpan.FromSeconds(60),
    };

    public IEnumerable<Problem> Check(Post post) => Info.Check(post);

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) => part.Media is [{ IsVideo: true }]
        ? FinishVideoAsync(part, prepared, account, cancellationToken)
        : PostAsync(part, prepared, account, cancellationToken);

    /// <summary>A video by its own number; anything else in the page's own list of what it published, for "feed" is a ranked choice and proves nothing.</summary>
    public Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        if (part.Media is [{ IsVideo: true }])
        {
            return FindVideoAsync(part, prepared, account, cancellationToken);
        }

        var listing = new GraphListing($"{account.Id}/published_posts", "id,message,created_time,permalink_url", "created_time", "permalink_url");
        var wanted = GraphListing.Bare(part.Text);
        return listing.FindAsync(_graph, post => GraphListing.Bare(post.Text("message") ?? "") == wanted, window, account, cancellationToken);
    }

    public Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken) => _graph.RetractAsync(post.Version ?? post.Id, account, cancellationToken);

    private async Task<PublishResult> PostAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        if (prepared.Files.Count < part.Media.Count)
        {
            return PublishResult.NotNow(Codes.MediaGone);
        }

        var body = new JsonObject();
        if (part.Text.Length > 0)
        {
            body["message"] = part.Text;
        }

        if (prepared.Files.Count > 0)
        {
            body["attached_media"] = new JsonArray([.. prepared.Files.Select(file => new JsonObject { ["media_fbid"] = file.Id })]);
        }
        else if (FacebookText.Preview(part.Text) is { } link)
        {
            // Without it a link in the text gets no preview; beside pictures it would be ignored.
            body["link"] = link;
        }

        using var content = Answers.Content(body);
        var answer = await _graph.PostAsync($"{account.Id}/feed", content, account, cancellationToken);
        if (!answer.IsSuccess)
        {
            return GraphErrors.Read(answer, visible: true);
        }

        return answer.Json().Text("id") is { Length: > 0 } id
            ? answer.As(PublishResult.Published(new RemotePost(id, Permalink(id, account))))
            : answer.As(PublishResult.Unclear(Codes.AnswerUnreadable));
    }

    /// <summary>Documented for every post of a page, so that none has to be read for it.</summary>
    private static Uri Permalink(string id, Account account) => new(IsReal(account.Server) ? Site : account.Server, id);

    /// <summary>At any other address stands the sandbox, which answers for all of Facebook's hosts.</summary>
    private static bool IsReal(Uri server) => server == Api;
}
