using System.Globalization;

namespace Publisher.Benchmarks;

/// <summary>What the product holds in memory when ten thousand messages are scheduled for the coming weeks and nobody does anything.</summary>
internal static class IdleMemory
{
    private const double Goal = 300;

    public static Task RunOnSqliteAsync(Run run) => RunAsync(run, null);

    public static async Task RunOnPostgresAsync(Run run)
    {
        await using var postgres = await Postgres.OpenAsync();
        await RunAsync(run, postgres.Database);
    }

    private static async Task RunAsync(Run run, string? postgres)
    {
        var (messages, rest) = run.IsQuick ? (200, TimeSpan.FromSeconds(10)) : (10_000, TimeSpan.FromSeconds(60));
        // A message's channels cost no memory, only its trigger does: four keep the filling short.
        using var folder = new TemporaryFolder();
        await using var standIns = await StandIns.OpenAsync();
        await using var office = await SendingOffice.OpenAsync(folder.Root, standIns.Address, postgres);
        var product = postgres is null ? null : await Published.OpenAsync(folder.Root, standIns.Address, postgres);
        var first = Run.SecondIn(TimeSpan.FromHours(1));
        await office.ApproveAsync([.. Enumerable.Range(0, messages).Select(number => new Approved($"Planned {run.Seed}: the gauge, report {number}.", first.AddMinutes(4 * number), [.. office.Alike.Take(4)]))]);
        if (postgres is null)
        {
            await office.LeaveAsync();
            product = await Published.OpenAsync(folder.Root, standIns.Address);
        }

        await using var _ = product;
        await using var empty = await StartUp.OpenEmptyAsync();
        await Task.Delay(rest);
        var where = postgres is null ? "on SQLite, started on them" : "on PostgreSQL, each heard of and armed while it ran";
        var table = new Table();
        table.Add(
            $"memory with {messages.ToString("N0", CultureInfo.InvariantCulture)} scheduled messages {where}, idle for {rest.TotalSeconds:F0} s", $"< {Goal:F0} MB",
            $"{product!.Resident:F0} MB, {product.Own:F0} MB of it its own", $"{empty.Resident:F0} MB", Table.Over(product.Resident, empty.Resident), Table.Below(product.Resident, Goal, "MB"));
        table.Print();
    }
}
