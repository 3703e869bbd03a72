using System.Globalization;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Faults;

/// <summary>
/// The clock of the product's machine jumps by an hour, and on every platform the answer to the visible call is lost meanwhile: what was
/// posted must be found by a time that is not the platform's. Then the clock is set right.
/// </summary>
public sealed class ClockTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private sealed record Walked(IPlatform Platform, Channel Channel, bool IsLost)
    {
        /// <summary>Flickr signs requests with the time and refuses one that is off: nothing leaves before the clock is right.</summary>
        public bool IsRefused { get; init; }
    }

    [Fact]
    public async Task A_clock_that_is_an_hour_off_makes_nothing_go_out_twice()
    {
        var walks = await Task.WhenAll(new[] { (1, false), (-1, false), (1, true), (-1, true) }.Select(one => Task.Run(() => WalkAsync(one.Item1, one.Item2))));
        walks.SelectMany(wrong => wrong).ShouldBeEmpty(string.Join('\n', walks.SelectMany(wrong => wrong)));
    }

    [Fact]
    public Task A_clock_that_is_set_while_messages_wait_sends_none_and_gives_none_up_until_it_is_right_again() => Task.WhenAll(SetAsync(1), SetAsync(-1));

    private static async Task SetAsync(int hours)
    {
        using var time = new JumpingTime();
        await using var office = await FaultOffice.OpenAsync(time);
        var cells = new List<Walked>();
        foreach (var platform in office.Platforms.All.Where(one => !one.Info.IsByHand && one is not IPrepare))
        {
            cells.Add(new Walked(platform, await office.ConnectAsync(platform), false));
        }

        var now = time.GetUtcNow();
        await office.ApproveAsync(["Notice now for the lower valley"], now, TimeSpan.FromMinutes(5), [.. cells.Select(cell => (cell.Channel, (Publisher.Platforms.Media?)null))]);
        var later = now.AddSeconds(20);
        await office.ApproveAsync(["Notice later for the lower valley"], later, TimeSpan.FromMinutes(5), [.. cells.Select(cell => (cell.Channel, (Publisher.Platforms.Media?)null))]);
        time.Ahead = hours * Hour;
        for (var look = 0; look < 3; look++)
        {
            await office.PlanAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), Ended);
        }

        office.Seen.ShouldBe(0);
        (await office.DeliveriesAsync()).ShouldAllBe(row => row.State == DeliveryState.Waiting);
        time.Ahead = TimeSpan.Zero;
        await UntilAsync(office, async () => (await office.DeliveriesAsync()).TrueForAll(row => row.State is DeliveryState.Published), "not out", []);
        foreach (var cell in cells)
        {
            var seen = office.Visible(cell.Channel);
            seen.Count.ShouldBe(2);
            seen.Single(post => post.Text.Contains("later", StringComparison.Ordinal)).At.ShouldBeGreaterThanOrEqualTo(later);
        }
    }

    /// <param name="isAfterTheCall">Whether it was right until everything was posted, and not wrong from the start.</param>
    private async Task<List<string>> WalkAsync(int hours, bool isAfterTheCall)
    {
        using var time = new JumpingTime();
        time.Ahead = isAfterTheCall ? TimeSpan.Zero : hours * Hour;
        await using var office = await FaultOffice.OpenAsync(time);
        var cells = new List<Walked>();
        var due = time.GetUtcNow().AddSeconds(12);
        foreach (var isLost in new[] { false, true })
        {
            var to = new List<(Channel, Publisher.Platforms.Media?)>();
            foreach (var platform in office.Platforms.All.Where(one => !one.Info.IsByHand))
            {
                var channel = await office.ConnectAsync(platform);
                if (isLost)
                {
                    await office.SwitchOnAsync(channel, new FaultAsked("cut-after"));
                }

                var file = FaultFiles.For(FaultTable.Columns[0], platform.Info) is { } made ? await office.KeepAsync(made.Bytes, made.Media) : null;
                to.Add((channel, file));
                cells.Add(new Walked(platform, channel, isLost) { IsRefused = !isAfterTheCall && platform.Info.Name == "flickr" });
            }

            await office.ApproveAsync([$"Notice {(isLost ? "lost" : "plain")} for the lower valley"], due, TimeSpan.FromMinutes(5), to);
        }

        await office.PlanAsync();
        var posted = cells.Count(cell => !cell.IsRefused);
        await UntilAsync(office, () => office.Seen >= posted, "not everything was posted", cells);
        if (isAfterTheCall)
        {
            time.Ahead = hours * Hour;
        }

        // Whoever looks now believes nothing of it; those whose platform tells by an id of its own are through.
        await UntilAsync(office, async () => (await office.DeliveriesAsync()).TrueForAll(row => row.NextAt is null || row.State is DeliveryState.Unclear or DeliveryState.Processing || row.Code == Codes.ClockDiffers), "still sending", cells);
        for (var look = 0; look < 3; look++)
        {
            await office.PlanAsync();
            await Task.Delay(TimeSpan.FromSeconds(3), Ended);
        }

        office.Seen.ShouldBe(posted);
        time.Ahead = TimeSpan.Zero;
        var refused = cells.Where(cell => cell.IsRefused).Select(cell => cell.Channel.Id).ToHashSet();
        await UntilAsync(office, async () => (await office.DeliveriesAsync()).TrueForAll(row => row.NextAt is null || refused.Contains(row.ChannelId)), "not at rest", cells);

        var wrong = new List<string>();
        foreach (var cell in cells)
        {
            var delivery = await office.DeliveryAsync(cell.Channel);
            var mayAsk = cell.IsLost && (cell.Platform is not IRecall || (hours > 0 && !isAfterTheCall));
            var seen = office.Visible(cell.Channel).Count;
            var told = $"{hours} h {(isAfterTheCall ? "after" : "before")} the call: {Told(cell, delivery, seen)}";
            output.WriteLine(told);
            var isRight = cell.IsRefused
                ? seen == 0 && delivery is { Code: Codes.ClockDiffers, State: DeliveryState.Waiting or DeliveryState.Missed }
                : seen == 1 && (delivery.State is DeliveryState.Published || (mayAsk && delivery.State is DeliveryState.CannotTell));
            if (!isRight)
            {
                wrong.Add(told);
            }
        }

        return wrong;
    }

    private static Task UntilAsync(FaultOffice office, Func<bool> condition, string what, List<Walked> cells) => UntilAsync(office, () => Task.FromResult(condition()), what, cells);

    private static async Task UntilAsync(FaultOffice office, Func<Task<bool>> condition, string what, List<Walked> cells)
    {
        var late = DateTime.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            if (DateTime.UtcNow > late)
            {
                var left = new List<string>();
                foreach (var cell in cells)
                {
                    left.Add(Told(cell, await office.DeliveryAsync(cell.Channel), office.Visible(cell.Channel).Count));
                }

                Assert.Fail($"{what}:\n{string.Join('\n', left)}");
            }

            // What the next half minute would bring.
            await office.PlanAsync();
            await Task.Delay(300, Ended);
        }
    }

    private static string Told(Walked cell, Delivery delivery, int seen) =>
        $"{cell.Platform.Info.Name}{(cell.IsLost ? ", answer lost" : "")}: {delivery.State} {delivery.Code}, seen {seen}, next {delivery.NextAt:HH:mm:ss}, after {string.Join(", ", delivery.Attempts.OrderBy(one => one.Number).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.StartedAt:HH:mm:ss} {one.Outcome} {one.Code}")))}";
}
