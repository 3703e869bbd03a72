using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Deliveries;
using Publisher.Web.Schedule;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Races;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Schedule;

/// <summary>Up to a thousand deliveries are due, a hundred are out, and somebody pulls the brake.</summary>
public sealed class HoldUnderLoadTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private const int Channels = 10;

    private static CancellationToken Stop => SendingRoom.Ended;

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 30)]
    public async Task Nothing_is_fenced_after_the_hold_and_what_was_fenced_before_is_listed_to_whoever_held(bool severalMachines, int messages)
    {
        await using var race = await RaceRoom.OpenAsync(severalMachines ? postgres.Database("hold_load") : null);
        var (room, firstBytes) = (race.Room, new ConcurrentQueue<DateTimeOffset>());
        room.Platform.Pause = async () =>
        {
            firstBytes.Enqueue(TimeProvider.System.GetUtcNow());
            await Task.Delay(20, Stop);
        };
        var channels = new List<Publisher.Web.Channels.Channel>();
        for (var one = 0; one < Channels; one++)
        {
            channels.Add(await room.AddChannelAsync(account: $"account-{one}"));
        }

        var due = TimeProvider.System.GetUtcNow().AddSeconds(6);
        for (var one = 0; one < messages; one++)
        {
            await room.ApproveAsync($"Message {one}", due, channels);
        }

        await SendingRoom.UntilAsync(() => Task.FromResult(firstBytes.Count >= 100));
        var hold = (await race.Other.Holds.SetAsync(room.Officer, new HoldScope(null, null, null), "Wrong figures", Stop)).Value!;
        var listed = (await room.HoldsAsync()).Single().Started;
        await SendingRoom.UntilAsync(async () =>
        {
            await using var db = await room.ReadAsync();
            return await db.Deliveries.AllAsync(row => row.State == DeliveryState.Published || (row.State == DeliveryState.Waiting && row.Code == Delivery.Held), Stop);
        }, seconds: 60);

        await using var reading = await room.ReadAsync();
        var attempts = await reading.Attempts.AsNoTracking().ToListAsync(Stop);
        var (sent, held) = (attempts.FindAll(attempt => attempt.Outcome == Outcome.Published), await reading.Deliveries.CountAsync(row => row.State == DeliveryState.Waiting, Stop));
        attempts.ShouldAllBe(attempt => attempt.StartedAt <= hold.SetAt);
        held.ShouldBePositive();
        (sent.Count, firstBytes.Count).ShouldBe(((messages * Channels) - held, sent.Count));
        var last = firstBytes.Max() - hold.SetAt;
        // Also those that had just ended, where that was not saved yet: nobody could know.
        listed.Count.ShouldBeInRange(attempts.Count(attempt => attempt.EndedAt >= hold.SetAt), Channels);
        firstBytes.Count(at => at > hold.SetAt).ShouldBeLessThanOrEqualTo(listed.Count);
        // A fence that is older than that is not used; the rest is what a busy machine takes to come to the next line.
        last.ShouldBeLessThan(Fence.OldAfter + TimeSpan.FromSeconds(1));
        TestContext.Current.TestOutputHelper!.WriteLine($"{sent.Count} out, {held} held, {listed.Count} listed as on their way; the last first byte {last.TotalMilliseconds:0} ms after the hold");
    }
}
