using System.Globalization;
using System.Text;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Deliveries;

namespace Publisher.Web.Tests.Faults;

/// <summary>The table of faults as a page for people.</summary>
internal static class FaultPage
{
    private const string Opening = """
        # What follows when something goes wrong

        The first part is about platforms, the last about our own side.

        Written from the table in `tests/Publisher.Web.Tests/Faults/FaultTable.cs`, and held to it by a test. Another test walks every cell: it approves a message, lets the product send it to the
        platform's stand-in over real HTTP with the fault switched on, waits until nothing more happens by itself, and counts there what a reader sees.

        | A cell says | It means |
        |---|---|
        | out | published, seen once; nobody had to do anything |
        | asks, 0 and asks, 1 | nobody can tell by looking, so a person decides; 0 or 1 is what a reader sees |
        | sign in | a person must connect the channel again; nothing is out |
        | missed | it could not go out before its deadline; nothing is out, and a manager can approve it again |
        | refused | the platform takes no such post; nothing is out, and the author must change it |
        | part out | the first part of a thread is out and the rest is not; a manager decides |

        Nothing is ever seen twice. Where a person is asked, the walk goes on: the fault ends, the person connects again, says what they found or approves again, and then the post is out once.


        """;

    private const string OwnOpening = """

        ## What goes wrong on our own side

        Written from `tests/Publisher.Web.Tests/Faults/OwnFaultTable.cs`. A test walks every line with the built product in one process and the stand-ins in another: dozens of posts of two senders are approved, the
        fault begins when six are out, and in the end what readers see is compared with what was approved. Nothing is lost, seen twice, early, or seen without a yes. A text that had only seconds may be missed; where a
        platform can't tell whether a post is there, a person is asked.

        A clock that was wrong before the program started is another matter. PostgreSQL's own is compared at once. With SQLite everything goes out by the wrong clock; what was sent and not answered is never taken for
        absent then, and is found when the clock is right.

        """;

    public static string Write(IReadOnlyList<IPlatform> platforms, IReadOnlyList<SandboxFaultKind> kinds)
    {
        var sending = platforms.Where(platform => !platform.Info.IsByHand).ToList();
        var page = new StringBuilder(Opening.ReplaceLineEndings("\n"));
        page.Append("## While the post is sent\n\n").Append(Table(sending, FaultTable.Columns.Where(column => column.Stage is not Stage.Preparing)));
        page.Append("\nNo word: nothing is listed there, or what is looked up is there at once.\n");
        page.Append("\n## While files and containers are brought beforehand\n\n").Append(Table([.. sending.Where(platform => platform is IPrepare)], FaultTable.Columns.Where(column => column.Stage is Stage.Preparing)));
        page.Append("\n## What only one platform does\n\n| Platform | Its stand-in | Then |\n|---|---|---|\n");
        foreach (var column in FaultTable.Own)
        {
            var platform = platforms.Single(one => one.Info.Name == column.Only);
            var does = kinds.Single(kind => kind.Platform == column.Only && kind.Kind == column.Faults[0].Kind).Does;
            page.Append(CultureInfo.InvariantCulture, $"| {platform.Info.Title} | {does} | {Then(column.Follows(platform))} |\n");
        }

        page.Append("\n## Where a platform differs from the rule\n\n| Platform | Fault | Then | Why |\n|---|---|---|---|\n");
        foreach (var (name, stage, column, cell, reason) in FaultTable.Exceptions)
        {
            var fault = FaultTable.Columns.Single(one => one.Stage == stage && one.Name == column);
            page.Append(CultureInfo.InvariantCulture, $"| {platforms.Single(one => one.Info.Name == name).Info.Title} | {fault.Does} | {Then(cell)} | {reason} |\n");
        }

        page.Append(OwnOpening.ReplaceLineEndings("\n"));
        foreach (var (database, faults) in new[] { ("SQLite", OwnFaultTable.OnSqlite), ("PostgreSQL", OwnFaultTable.OnPostgres) })
        {
            page.Append(CultureInfo.InvariantCulture, $"\n### With {database}\n\n| What happens | What follows | What it says |\n|---|---|---|\n");
            foreach (var fault in faults)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {fault.Does} | {fault.Then} | {fault.Says}{(fault.Page is { } shown ? $" · on pages: {shown}" : "")} |\n");
            }
        }

        page.Append("\n### With either\n\n| What happens | What follows | What it says |\n|---|---|---|\n");
        foreach (var (does, then, says) in OwnFaultTable.Elsewhere)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {does} | {then} | {says} |\n");
        }

        return page.ToString();
    }

    private static string Table(List<IPlatform> platforms, IEnumerable<FaultColumn> columns)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"| The platform | {string.Join(" | ", platforms.Select(platform => $"[{platform.Info.Title}](platforms/{platform.Info.Name}.md)"))} |\n|---|{string.Concat(Enumerable.Repeat("---|", platforms.Count))}\n");
        foreach (var column in columns)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {column.Does} | {string.Join(" | ", platforms.Select(platform => column.Fits(platform) ? Word(FaultTable.Expected(column, platform)) : ""))} |\n");
        }

        return table.ToString();
    }

    private static string Then(Cell cell) => cell.Code.Length > 0 ? $"{Word(cell)}: `{cell.Code}`" : Word(cell);

    private static string Word(Cell cell) => cell.State switch
    {
        DeliveryState.Published => "out",
        DeliveryState.CannotTell => $"asks, {cell.Visible}",
        DeliveryState.SignInNeeded => "sign in",
        DeliveryState.Missed => "missed",
        DeliveryState.Rejected => "refused",
        DeliveryState.PartlyOut => "part out",
        var other => throw new InvalidOperationException($"No word for {other}."),
    };
}
