namespace Publisher.Web.Tests.Faults;

/// <summary>Something that goes wrong on our own side while posts go out, and what follows. Whatever it is, nothing is lost, seen twice, early or without a yes.</summary>
/// <param name="Does">One half of a sentence for the page, after "while posts go out".</param>
/// <param name="Then">What follows, for the page.</param>
/// <param name="Says">What the terminal says meanwhile.</param>
/// <param name="HappensAsync">Begins when some posts are out, and is over when it returns.</param>
internal sealed record OwnFault(string Does, string Then, string Says, Func<OwnFaultWalk, Task> HappensAsync)
{
    /// <summary>What a page says meanwhile; null where pages can still be read.</summary>
    public string? Page { get; init; }

    /// <summary>Whether the disk with the database must be a small one.</summary>
    public bool NeedsSmallDisk { get; init; }

    /// <summary>Whether it hits everybody on the database's server.</summary>
    public bool NeedsOwnServer { get; init; }
}

/// <summary>docs/faults.md is written from here, and a test walks every line.</summary>
internal static class OwnFaultTable
{
    private const string Waits = "nothing leaves that can't be written down; when it is over, everything goes out once";

    private const string Stands = "nothing is started, nothing is given up; what was under way ends; when it is set right, everything goes out once";

    public static IReadOnlyList<OwnFault> OnSqlite { get; } =
    [
        new("the disk with the database is full", Waits, "The disk with the database is full: make room on it.", FillAsync) { NeedsSmallDisk = true },
        new("another program holds the database for half a minute", Waits, "Another program holds the database: close it.", walk => walk.LockAsync(TimeSpan.FromSeconds(30))),
        Files,
        Clock(1, "This machine's clock was set by 01:00:00 while Publisher ran: set it right"),
        Clock(-1, "This machine's clock was set by -01:00:00 while Publisher ran: set it right"),
    ];

    public static IReadOnlyList<OwnFault> OnPostgres { get; } =
    [
        new("the disk with the database is full", Waits, "The disk with the database is full: make room on it.", FillAsync) { NeedsSmallDisk = true },
        new("PostgreSQL is gone for half a minute", Waits, "PostgreSQL does not answer: start it", walk => walk.StopServerAsync(TimeSpan.FromSeconds(30)))
        {
            Page = "The database does not answer. Until it does, nothing is saved and nothing is sent.", NeedsOwnServer = true,
        },
        Files,
        Clock(1, "This machine's clock"),
        Clock(-1, "This machine's clock"),
    ];

    /// <summary>What is met by a test of its own, because nothing is sent meanwhile.</summary>
    public static IReadOnlyList<(string Does, string Then, string Says)> Elsewhere { get; } =
    [
        ("ffmpeg is ended while it makes a picture smaller or looks at a video", "nothing of it is kept; tried again, it succeeds", "The work on this file was cut off on the server, and nothing of it was kept. Try again"),
    ];

    // The service manager of this walk starts it again. What is said depends on what is opened first.
    private static OwnFault Files => new(
        "the process can open no file and no connection more, for ten seconds",
        "what needs none goes on, and what waits goes out once; .NET may end the process (\"Out of memory.\"), which is started again",
        "",
        walk => walk.TakeFilesAsync(TimeSpan.FromSeconds(10)));

    private static OwnFault Clock(int hours, string says) => new($"the machine's clock is set an hour {(hours > 0 ? "ahead" : "back")}", Stands, says, async walk =>
    {
        walk.Clock.Ahead = TimeSpan.FromHours(hours);
        await walk.SaysAsync("This machine's clock");
        await walk.NothingLeavesAsync(TimeSpan.FromSeconds(6));
        walk.Clock.Ahead = TimeSpan.Zero;
    });

    private static async Task FillAsync(OwnFaultWalk walk)
    {
        walk.Disk!.Fill();
        await walk.SaysAsync("The disk with the database is full");
        // What still fits into the room the database has may go out meanwhile.
        await Task.Delay(TimeSpan.FromSeconds(8));
        walk.Disk.MakeRoom();
    }
}
