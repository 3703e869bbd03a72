using Publisher.Sandbox;

namespace Publisher.Web.Shell;

internal enum Ending
{
    Draft,
    InReview,
    Returned,
    Approved,
    Cancelled,
}

/// <summary>One example of the demo: who wrote what, and how far it got.</summary>
/// <param name="Title">Also how the next start finds it again.</param>
internal sealed record DemoStory(string Title, string Sender, Ending Ending, string Text)
{
    public string ShortText { get; init; } = "";

    public string Language { get; init; } = "en";

    public string Link { get; init; } = "";

    public string Author { get; init; } = "Olivia";

    public string Manager { get; init; } = "Mara";

    public string Reason { get; init; } = "";

    /// <summary>Nine o'clock that many days from now; null for as soon as approved.</summary>
    public int? InDays { get; init; }

    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(10);

    public Func<byte[]>? Picture { get; init; }

    public string AltText { get; init; } = "";

    /// <summary>What goes wrong at a platform while it is sent.</summary>
    public object? Fault { get; init; }

    public static IReadOnlyList<DemoStory> All { get; } =
    [
        new("Open day at the Wetland Centre", SandboxAccounts.Environment, Ending.Draft,
            "On Saturday the Wetland Centre opens its doors: guided walks at 10, 12 and 14, and a talk on how restored wetlands keep water in the region. Entry is free."),
        new("Clean Air Plan: public consultation opens", SandboxAccounts.Environment, Ending.InReview,
            "The consultation on the new Clean Air Plan opens on Monday. Until 31 January everyone can read the draft and send comments online, by post or at one of six regional meetings.\n\n"
            + "We publish every comment, and we answer every proposal. #CleanAir")
        {
            ShortText = "The consultation on the new Clean Air Plan opens on Monday. Until 31 January everyone can read the draft and comment. We answer every proposal. #CleanAir",
            InDays = 3,
            Picture = DemoPicture.Fields,
            AltText = "Rows of yellow fields before green hills under a clear sky",
        },
        new("Recycling figures for the year", SandboxAccounts.Environment, Ending.Returned,
            "For the first time more than half of all household packaging was recycled last year: 52.4 percent, up from 49.1. Thank you to everyone who sorts. #Recycling")
        {
            Reason = "The statistics office has corrected the figure to 52.1 percent this morning. Please change it and submit again.",
        },
        new("Nature reserve by the lake: opening on Friday", SandboxAccounts.Environment, Ending.Approved,
            "From tomorrow the reserve by the lake is open again on marked paths. Please keep dogs on the lead until the end of the breeding season in July.")
        {
            InDays = 1,
            Picture = DemoPicture.Fields,
            AltText = "A wide meadow with hills behind it",
        },
        new("Floods: what to do now", SandboxAccounts.Environment, Ending.Approved,
            "Rivers in the north are rising. Stay away from banks and bridges, move cars and electrical devices to higher ground, and look in on neighbours who need help. #Floods")
        {
            // One of its channels waits for a person.
            Grace = TimeSpan.FromHours(12),
            Picture = DemoPicture.River,
            AltText = "A river with high water between green hills",
        },
        new("Press conference moved to 14:00", SandboxAccounts.Environment, Ending.Cancelled,
            "Today's press conference on the water report starts at 14:00 instead of 11:00."),
        new("Badegewässer: die neuen Werte", SandboxAccounts.Water, Ending.Approved,
            "Die Messwerte für 1.204 Badestellen sind da: 97 Prozent erfüllen die Anforderungen, vier Stellen bleiben vorerst gesperrt. Alle Ergebnisse stehen ab sofort in der Karte. #Badegewässer")
        {
            Language = "de",
            Author = "Oscar",
            Manager = "Max",
            // One platform refuses the text.
            Fault = Once(SandboxAccounts.All.Where(account => account.Sender == SandboxAccounts.Water).ElementAt(3), 422, null),
        },
        new("River levels: update at 18:00", SandboxAccounts.Water, Ending.Approved,
            "River levels at 18:00: the peak has passed the city, water falls by four centimetres an hour. The next update follows at 21:00. #Floods")
        {
            Author = "Oscar",
            Manager = "Max",
            // Told to wait for longer than it may be late.
            Grace = TimeSpan.FromMinutes(1),
            Fault = Once(SandboxAccounts.All.First(account => account.Sender == SandboxAccounts.Water), 429, "90"),
        },
    ];

    private static object Once(SandboxAccount account, int status, string? retryAfter) =>
        new { platform = account.Platform, account = account.Id, kind = "status", on = "create", status, retryAfter, times = 1 };
}
