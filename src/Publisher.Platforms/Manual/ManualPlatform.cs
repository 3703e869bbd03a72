using System.Globalization;
using Publisher.Platforms.Text;

namespace Publisher.Platforms.Manual;

/// <summary>
/// A place no server may post to: at the due time a person gets text and files to put out there, and says where they stand.
/// Nothing ever leaves from here. See docs/platforms/manual.md.
/// </summary>
internal sealed class ManualPlatform : IPlatform, IConnectByForm
{
    private const int StockText = 5000;

    /// <summary>Nobody counts more than this by hand.</summary>
    private const int MostText = 100_000;

    public PlatformInfo Info { get; } = new("manual", "By hand")
    {
        Color = "#6b7280",
        IsByHand = true,
        Limits = new Limits
        {
            Text = StockText,
            Images = 20,
            ImageBytes = 100_000_000,
            ImageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"],
            VideoBytes = 4_000_000_000,
            VideoTypes = ["video/mp4", "video/quicktime", "video/webm"],
            AltText = 10_000,
            Captions = 20,
            CoverBytes = 100_000_000,
        },
        Length = (part, _) => Graphemes.Count(part.Text),
        Entities = _ => [],
        Options = [new("note", new Words("Note for the person who puts it out", "Hinweis für die Person, die es hinausgibt"), [], "") { MaxLength = 1000 }],
    };

    public IReadOnlyList<FormField> Fields { get; } =
    [
        new("name", new Words("What the place is called", "Wie der Ort heißt"), new Words("Such as: WhatsApp channel", "Etwa: WhatsApp-Kanal")),
        new("address", new Words("Its address", "Seine Adresse"), new Words("Where what was put out can be seen, beginning with https://", "Wo zu sehen ist, was hinausging; beginnt mit https://")),
        new("limit", new Words("Characters it takes", "Zeichen, die er nimmt"), new Words("How long a text may be there", "Wie lang ein Text dort sein darf")) { Default = $"{StockText}" },
    ];

    public IEnumerable<Problem> Check(Post post) => Info.Check(post);

    public Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(PublishResult.ByHand());
    }

    public Task<ConnectResult> ConnectAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        var name = PlainText.Normalize(values.GetValueOrDefault("name", "")).Trim();
        var address = values.GetValueOrDefault("address", "").Trim();
        if (name.Length is 0 or > 100)
        {
            return Task.FromResult(ConnectResult.Refused("place.name"));
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var place) || place is not { Scheme: "https", UserInfo: "" })
        {
            return Task.FromResult(ConnectResult.Refused("place.address", address));
        }

        if (!int.TryParse(values.GetValueOrDefault("limit", "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit is 0 or > MostText)
        {
            return Task.FromResult(ConnectResult.Refused("place.limit", $"{MostText}"));
        }

        return Task.FromResult(ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = new Uri(place.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            Id = name.ToLowerInvariant(),
            Handle = name,
            DisplayName = name,
            Credentials = new Credentials { Token = new Secret("") },
            Limits = Info.Limits with { Text = limit },
            // Asking the person a second time shows nothing to a reader.
            RepeatSafeFor = TimeSpan.FromDays(365),
        }));
    }
}
