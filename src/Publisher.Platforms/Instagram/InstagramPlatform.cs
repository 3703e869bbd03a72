using Publisher.Platforms.Meta;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Instagram;

/// <summary>
/// Posts pictures and videos to a professional Instagram account, by the sign-in that needs no page of another network. A post starts as a
/// container, which becomes one post and never two; it is stored before the first try, and every further try carries the same. Nothing
/// can be taken back by this sign-in. Limits and oddities: docs/platforms/instagram.md.
/// </summary>
internal sealed partial class InstagramPlatform : IPlatform, IPrepare, IRecall, IMeasure, IRefreshTokens, IConnectByOAuth
{
    private const string Feed = "feed";
    private const string FeedToo = "yes";

    private static readonly Uri Api = new("https://graph.instagram.com/");

    /// <summary>Of a video among several files (unverified); one that stands alone is a reel and may be longer.</summary>
    private static readonly TimeSpan LongestAmongSeveral = TimeSpan.FromSeconds(60);

    private readonly IMediaFiles _files;
    private readonly Graph _graph;
    private readonly Containers _containers;
    private readonly LongTokens _tokens;

    public InstagramPlatform(HttpClient http, TimeProvider time, IMediaFiles files)
    {
        _files = files;
        _graph = new Graph(http, "v26.0");
        _containers = new Containers(_graph, time, Form);
        _tokens = new LongTokens(http, time, "ig", Api, Door);
    }

    public PlatformInfo Info { get; } = new("instagram", "Instagram")
    {
        Color = "#c13584",
        Readiness = new(
            new("A professional account, an app with Instagram login, a public address of Publisher; review only for accounts without a role on the app.", "Ein professionelles Konto, eine App mit Instagram-Anmeldung, eine öffentliche Adresse von Publisher; Prüfung nur für Konten ohne Rolle in der App."),
            new("Meta, at developers.facebook.com.", "Meta, auf developers.facebook.com."),
            new("About an hour; with review about two weeks, longer after questions.", "Etwa eine Stunde; mit Prüfung etwa zwei Wochen, nach Rückfragen länger."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        FetchesImages = true,
        FetchesVideos = true,
        // No unit is published; UTF-16 units are the strictest of the likely ones.
        Length = (part, _) => PlainText.Normalize(part.Text).Length,
        // Addresses in a caption are plain text.
        Entities = text => EntityOrder.Merge(Names.Hashtags(text), Names.Mentions(text)),
        HandleExample = "press.office",
        Limits = new Limits
        {
            Text = 2200,
            NeedsMedia = true,
            Images = 10,
            ImageBytes = 8_000_000,
            ImageTypes = ["image/jpeg"],
            ImageNarrowest = 0.8,
            ImageWidest = 1.91,
            Videos = 10,
            VideoBytes = 300_000_000,
            VideoShortest = TimeSpan.FromSeconds(3),
            VideoLongest = TimeSpan.FromMinutes(15),
            VideoNarrowest = 0.01,
            VideoWidest = 10,
            VideoTypes = ["video/mp4", "video/quicktime"],
            AltText = 1000,
            VideoAltText = false,
            // Of a reel; a video among several files has none of its own.
            CoverMoment = true,
            Hashtags = 30,
            Mentions = 20,
        },
        Options =
        [
            new OptionField(
                Feed,
                new Words("A video alone (reel)", "Ein einzelnes Video (Reel)"),
                [
                    new OptionChoice(FeedToo, new Words("Also in the feed", "Auch im Feed")),
                    new OptionChoice("no", new Words("Only among the reels", "Nur bei den Reels")),
                ],
                FeedToo),
        ],
    };

    public IEnumerable<Problem> Check(Post post) => Info.Check(post).Concat(
        from part in post.Parts
        where part.Media.Count > 1
        from media in part.Media
        where media.Duration > LongestAmongSeveral && media.Duration <= Info.Limits.VideoLongest
        select new Problem("video.too.long", $"{media.Duration:c}", $"{LongestAmongSeveral:c}") { Part = part.Number });

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) =>
        _containers.PublishAsync(prepared, account, window => ListedAsync(part, window, account, cancellationToken), cancellationToken);

    public Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken) =>
        _containers.FindAsync(prepared, account, () => ListedAsync(part, window, account, cancellationToken), cancellationToken);

    private Task<RecallResult> ListedAsync(Part part, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var listing = new GraphListing($"{account.Id}/media", "id,caption,timestamp,permalink", "timestamp", "permalink");
        var wanted = GraphListing.Bare(part.Text);
        return listing.FindAsync(_graph, post => GraphListing.Bare(post.Text("caption") ?? "") == wanted, window, account, cancellationToken);
    }
}
