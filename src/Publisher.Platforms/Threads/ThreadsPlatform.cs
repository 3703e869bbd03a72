using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Threads;

/// <summary>
/// Posts to a Threads profile. A post starts as a container, which becomes one post and never two; it is stored before the first try, and
/// every further try carries the same. Limits and oddities: docs/platforms/threads.md.
/// </summary>
internal sealed partial class ThreadsPlatform : IPlatform, IPrepare, IRecall, IReadBack, IRetract, IRefreshTokens, IConnectByOAuth
{
    private const string Replies = "replies";
    private const string Everyone = "everyone";
    private const string Topic = "topic";

    private static readonly Uri Api = new("https://graph.threads.net/");

    private readonly IMediaFiles _files;
    private readonly Graph _graph;
    private readonly Containers _containers;
    private readonly LongTokens _tokens;

    public ThreadsPlatform(HttpClient http, TimeProvider time, IMediaFiles files)
    {
        _files = files;
        _graph = new Graph(http, "v1.0");
        _containers = new Containers(_graph, time, Form);
        _tokens = new LongTokens(http, time, "th", Api, Api);
    }

    public PlatformInfo Info { get; } = new("threads", "Threads")
    {
        Color = "#101010",
        Readiness = new(
            new("An app for the Threads API, a public address of Publisher, and the profile invited as a tester or the app reviewed.", "Eine App für die Threads API, eine öffentliche Adresse von Publisher, und das Profil als Tester eingeladen oder die App geprüft."),
            new("Meta, at developers.facebook.com.", "Meta, auf developers.facebook.com."),
            new("About an hour with testers; with review about two weeks, longer after questions.", "Mit Testern etwa eine Stunde; mit Prüfung etwa zwei Wochen, nach Rückfragen länger."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        PostHosts = ["threads.net", "threads.com"],
        PreparesText = true,
        FetchesImages = true,
        FetchesVideos = true,
        Length = (part, _) => ThreadsText.Length(part.Text),
        Entities = ThreadsText.Entities,
        Shown = part => part.Option(Topic).Length > 0 ? part.Text : ThreadsText.WithoutFirstSign(part.Text),
        HandleExample = "press.office",
        Limits = new Limits
        {
            Text = 500,
            Parts = 25,
            Images = 20,
            ImageBytes = 8_000_000,
            ImageNarrowest = 0.1,
            ImageWidest = 10,
            Videos = 20,
            VideoBytes = 1_000_000_000,
            VideoLongest = TimeSpan.FromMinutes(5),
            VideoTypes = ["video/mp4", "video/quicktime"],
            AltText = 1000,
            Links = 5,
        },
        Options =
        [
            new OptionField(
                Replies,
                new Words("Who can reply", "Wer antworten kann"),
                [
                    new OptionChoice(Everyone, new Words("Everyone", "Alle")),
                    new OptionChoice("accounts_you_follow", new Words("Profiles we follow", "Profile, denen wir folgen")),
                    new OptionChoice("followers_only", new Words("Followers", "Folgende")),
                    new OptionChoice("mentioned_only", new Words("Mentioned profiles", "Erwähnte Profile")),
                ],
                Everyone),
            new OptionField(Topic, new Words("Topic (the first hashtag where empty)", "Thema (sonst der erste Hashtag)"), [], "") { MaxLength = 50 },
        ],
    };

    public IEnumerable<Problem> Check(Post post) => Info.Check(post).Concat(post.Parts
        .Where(part => part.Option(Topic).AsSpan().ContainsAny('.', '&'))
        .Select(part => new Problem("option.characters", part.Option(Topic), ". &") { Part = part.Number }));

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) =>
        _containers.PublishAsync(prepared, account, window => ListedAsync(part, window, account, cancellationToken), cancellationToken);

    public Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken) =>
        _containers.FindAsync(prepared, account, () => ListedAsync(part, window, account, cancellationToken), cancellationToken);

    /// <summary>Replies, the later parts of a thread among them, stand in a list of their own.</summary>
    private Task<RecallResult> ListedAsync(Part part, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var listing = new GraphListing($"{account.Id}/{(part.Parent is null ? "threads" : "replies")}", "id,text,timestamp,permalink,replied_to", "timestamp", "permalink");
        var wanted = GraphListing.Bare(ThreadsText.WithoutSigns(part.Text));
        return listing.FindAsync(
            _graph,
            post => post.Get("replied_to").Text("id") == part.Parent?.Id && GraphListing.Bare(ThreadsText.WithoutSigns(post.Text("text") ?? "")) == wanted,
            window,
            account,
            cancellationToken);
    }

    public Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken) => _graph.RetractAsync(post.Id, account, cancellationToken);
}
