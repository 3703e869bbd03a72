using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Faults;

/// <summary>
/// Every platform meets every fault of its stand-in, on the product's own way from an approved message to what a reader sees, and
/// what is seen is counted there. All cells run at once, each on an account of its own.
/// </summary>
public sealed class FaultMatrixTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    /// <summary>One platform under one fault.</summary>
    private sealed record Walked(FaultColumn Column, IPlatform Platform, Channel Channel, string Text)
    {
        public string Name => $"{Platform.Info.Name}, {Column.Stage.ToString().ToLowerInvariant()}: {Column.Name}";
    }

    [Fact]
    public async Task Whatever_a_platform_does_a_reader_sees_each_post_once_and_nothing_is_lost_in_silence()
    {
        Assert.SkipWhen(IsQuotaAboutToBegin(TimeProvider.System.GetUtcNow()), "A platform's day ends in a few minutes, and what was to wait for that would go out.");
        var clock = Stopwatch.StartNew();
        await using var office = await FaultOffice.OpenAsync();
        var cells = await StartAsync(office);
        output.WriteLine($"{cells.Count} cells after {clock.Elapsed.TotalSeconds:0.0} s");

        await RevokeAsync(office, cells);
        await QuietAsync(office, cells, clock);
        var wrong = new List<string>();
        foreach (var cell in cells)
        {
            var delivery = await office.DeliveryAsync(cell.Channel);
            var expected = FaultTable.Expected(cell.Column, cell.Platform);
            var seen = office.Visible(cell.Channel).Count;
            if (delivery.State != expected.State || seen != expected.Visible || (expected.Code.Length > 0 && delivery.Code != expected.Code))
            {
                wrong.Add($"{cell.Name}: expected {expected.State} {expected.Visible} {expected.Code}, is {delivery.State} {seen} {Told(delivery)}");
            }
        }

        wrong.AddRange(await UnmetAsync(office, cells));
        output.WriteLine($"Quiet after {clock.Elapsed.TotalSeconds:0.0} s");
        await office.ClearFaultsAsync();
        wrong.AddRange(await DecideAsync(office, cells, clock));
        output.WriteLine($"At the end after {clock.Elapsed.TotalSeconds:0.0} s");
        wrong.AddRange(office.Objections.Select(objection => $"{objection.Platform} objects to {objection.Method} {objection.Path}: {objection.What}").Distinct());
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    /// <summary>Midnight in London, and in California in summer and in winter.</summary>
    private static bool IsQuotaAboutToBegin(DateTimeOffset now) => now.AddMinutes(5) is { Hour: 0 or 7 or 8 } soon && soon.Hour != now.Hour;

    /// <summary>Cells whose fault no call has met, so that they would prove nothing.</summary>
    private static async Task<IEnumerable<string>> UnmetAsync(FaultOffice office, List<Walked> cells)
    {
        var met = (await office.CallsAsync()).Select(call => (call.Platform, call.Account, call.Fault)).ToHashSet();
        return cells.SelectMany(cell => cell.Column.Faults.Where(fault => !met.Contains((cell.Channel.Platform, cell.Channel.Handle, fault.Kind))).Select(fault => $"{cell.Name}: no call has met {fault.Kind}"));
    }

    private static async Task<List<Walked>> StartAsync(FaultOffice office)
    {
        var cells = new List<Walked>();
        var files = new Dictionary<string, Publisher.Platforms.Media>();
        var columns = new List<(FaultColumn Column, string Text, List<(Channel, Publisher.Platforms.Media?)> To)>();
        foreach (var column in FaultTable.Columns.Concat(FaultTable.Own))
        {
            var text = $"Notice {cells.Count + 1} for the lower valley";
            var to = new List<(Channel, Publisher.Platforms.Media?)>();
            foreach (var platform in office.Platforms.All.Where(column.Fits))
            {
                var channel = await office.ConnectAsync(platform);
                foreach (var fault in column.Faults)
                {
                    await office.SwitchOnAsync(channel, fault);
                }

                if (column is { Stage: Stage.Preparing, Tokens: { } action })
                {
                    await office.ChangeTokensAsync(channel, action);
                }

                Publisher.Platforms.Media? file = null;
                if (FaultFiles.For(column, platform.Info) is { } made && !files.TryGetValue(made.Media.Type, out file))
                {
                    files[made.Media.Type] = file = await office.KeepAsync(made.Bytes, made.Media);
                }

                to.Add((channel, file));
                cells.Add(new Walked(column, platform, channel, text));
            }

            columns.Add((column, text, to));
        }

        // One column after the other, so that two cores are never asked for everything at once; what is revoked in between comes last.
        var due = TimeProvider.System.GetUtcNow().AddSeconds(12);
        foreach (var (column, text, to) in columns)
        {
            string[] parts = [text, .. Enumerable.Range(2, column.Parts - 1).Select(part => $"{text}, part {part}")];
            await office.ApproveAsync(parts, column.Stage is Stage.Before ? due.AddSeconds(25) : due, column.Grace, to);
            due = due.AddMilliseconds(500);
        }

        await office.PlanAsync();
        return cells;
    }

    /// <summary>Takes access back where everything is prepared and nothing is out yet.</summary>
    private static async Task RevokeAsync(FaultOffice office, List<Walked> cells)
    {
        foreach (var cell in cells.Where(cell => cell.Column is { Stage: Stage.Before, Tokens: not null }))
        {
            Delivery delivery;
            while ((delivery = await office.DeliveryAsync(cell.Channel)).NextAt < delivery.Due)
            {
                Assert.True(TimeProvider.System.GetUtcNow() < delivery.Due, $"{cell.Name} was not prepared in time.");
                await Task.Delay(50, Ended);
            }

            await office.ChangeTokensAsync(cell.Channel, cell.Column.Tokens!);
        }
    }

    private static async Task QuietAsync(FaultOffice office, IReadOnlyCollection<Walked> cells, Stopwatch clock)
    {
        DeliveryState[] moving = [.. DeliveryLook.Moving];
        var late = clock.Elapsed + Patience;
        while (true)
        {
            await using var db = await office.ReadAsync();
            var open = await db.Deliveries.Where(row => moving.Contains(row.State)).Select(row => row.ChannelId).ToListAsync(Ended);
            if (open.Count == 0)
            {
                return;
            }

            if (clock.Elapsed > late)
            {
                var left = new List<string>();
                foreach (var cell in cells.Where(cell => open.Contains(cell.Channel.Id)))
                {
                    var delivery = await office.DeliveryAsync(cell.Channel);
                    left.Add($"{cell.Name}: {delivery.State} next {delivery.NextAt:HH:mm:ss} {Told(delivery)}");
                }

                Assert.Fail($"Not at rest:\n{string.Join('\n', left)}");
            }

            await Task.Delay(200, Ended);
        }
    }

    /// <summary>A person does what the screen asks, as often as it asks, and every post is out once.</summary>
    private static async Task<List<string>> DecideAsync(FaultOffice office, List<Walked> cells, Stopwatch clock)
    {
        var wrong = new List<string>();
        // Twice: what a person found to be missing may be too late by then, and is sent after all.
        for (var round = 1; round <= 2; round++)
        {
            foreach (var cell in cells)
            {
                if (await office.DecideAsync(cell.Channel, await office.DeliveryAsync(cell.Channel)) is { } refusal)
                {
                    wrong.Add($"{cell.Name}: a person's decision is refused with {refusal.Code}");
                }
            }

            await QuietAsync(office, cells, clock);
        }

        foreach (var cell in cells)
        {
            var delivery = await office.DeliveryAsync(cell.Channel);
            var seen = office.Visible(cell.Channel);
            var expected = FaultTable.Expected(cell.Column, cell.Platform).InTheEnd ?? (delivery.State is DeliveryState.Published ? 1 : 0);
            if (seen.Count != expected || (expected > 0) != (delivery.State is DeliveryState.Published))
            {
                wrong.Add($"{cell.Name}: in the end {seen.Count} visible instead of {expected}, {delivery.State} {Told(delivery)}");
            }
            else if (seen.Count > 0 && !seen[0].Text.Contains(cell.Column.ShowsAll ? cell.Text : cell.Text[..8], StringComparison.Ordinal))
            {
                wrong.Add($"{cell.Name}: shows \"{seen[0].Text}\"");
            }
        }

        return wrong;
    }

    private static string Told(Delivery delivery) =>
        $"{delivery.Code} {delivery.Answer} after {string.Join(", ", delivery.Attempts.OrderBy(one => one.Number).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.StartedAt:HH:mm:ss} {one.Outcome} {one.Code} {one.Status}")))}";
}
