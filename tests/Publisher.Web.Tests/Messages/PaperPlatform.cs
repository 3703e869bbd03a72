using System.Text.RegularExpressions;
using Publisher.Platforms;

namespace Publisher.Web.Tests.Messages;

/// <summary>A platform with the rules a test needs. It is never called to publish.</summary>
internal class PaperPlatform(string name, int text = 280, int parts = 1, bool cards = false, bool fetches = false, int? caption = null, bool partPerFile = false, int? title = null, int captions = 0) : IPlatform
{
    private static readonly Regex Found = new(@"https?://[^\s]+|@[\w.]+|#\w+");

    public PlatformInfo Info { get; } = new(name, name.ToUpperInvariant())
    {
        Color = "#336699",
        Limits = new Limits { Text = text, Caption = caption, Parts = parts, Title = title, ImageBytes = 2_000_000, VideoBytes = 1, Captions = captions },
        Length = (part, _) => part.Text.Length,
        Entities = Entities,
        HandleExample = "office",
        LinkAsCard = cards,
        FetchesImages = fetches,
        PartPerFile = partPerFile,
        Options =
        [
            new OptionField("audience", new Words("Audience", "Publikum"), [new OptionChoice("all", new Words("All", "Alle")), new OptionChoice("few", new Words("Few", "Wenige"))], "all"),
            new OptionField("warning", new Words("Warning", "Warnung"), [], "") { MaxLength = 10 },
            .. title is { } longest ? [OptionField.ForTitle(longest)] : Array.Empty<OptionField>(),
        ],
    };

    public IEnumerable<Problem> Check(Post post) => Info.Check(post);

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing is sent while composing.");

    private static IReadOnlyList<Entity> Entities(string text) =>
    [
        .. Found.Matches(text).Select(match => match.Value[0] switch
        {
            '@' => new Entity(EntityKind.Mention, match.Index, match.Length, match.Value[1..]),
            '#' => new Entity(EntityKind.Hashtag, match.Index, match.Length, match.Value[1..]),
            _ => new Entity(EntityKind.Link, match.Index, match.Length, match.Value),
        }),
    ];
}

/// <summary>One that shows cards, knows threads and links people by an id.</summary>
internal sealed class AddressPlatform(string name, int text = 300) : PaperPlatform(name, text, parts: 5, cards: true), IResolveMentions
{
    public List<string> Asked { get; } = [];

    public bool IsDown { get; set; }

    /// <summary>Nothing is answered before.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public async Task<Mention?> ResolveAsync(string handle, Account account, CancellationToken cancellationToken)
    {
        Asked.Add(handle);
        await Until;
        return IsDown ? throw new HttpRequestException("no wire") : handle.StartsWith("known", StringComparison.Ordinal) ? new Mention(handle, $"id-{handle}") : null;
    }
}
