using Microsoft.EntityFrameworkCore;
using Publisher.Web.Deliveries;
using Publisher.Web.Health;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Health;

/// <summary>What the figures read in the database, every few seconds for years.</summary>
public sealed class CountingTests
{
    private static readonly DateTimeOffset Yesterday = SendingRoom.Nine.AddDays(-1);

    [Fact]
    public async Task Each_delivery_is_counted_once_and_what_is_long_over_not_at_all()
    {
        await using var room = await SendingRoom.OpenAsync();
        foreach (var (state, days, isOpen) in new[]
        {
            (DeliveryState.Waiting, 3, true), (DeliveryState.Waiting, 0, true), (DeliveryState.Published, 0, false), (DeliveryState.Published, -2, false),
            (DeliveryState.CannotTell, 0, false), (DeliveryState.CannotTell, -30, false), (DeliveryState.Unclear, -30, true), (DeliveryState.PartlyOut, -30, false),
        })
        {
            var message = await room.ApproveAsync("Hello", SendingRoom.Nine, [await room.AddChannelAsync(account: $"{state} {days}")]);
            await using var changed = await room.ReadAsync();
            await changed.Deliveries.Where(row => row.MessageId == message.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, state).SetProperty(row => row.Due, SendingRoom.Nine.AddDays(days)).SetProperty(row => row.NextAt, isOpen ? SendingRoom.Nine : null),
                SendingRoom.Ended);
        }

        await using var db = await room.ReadAsync();
        (await Counting.StatesOf(db, Yesterday).ToListAsync(SendingRoom.Ended)).ShouldBe(
            [DeliveryState.Waiting, DeliveryState.Waiting, DeliveryState.Published, DeliveryState.CannotTell, DeliveryState.CannotTell, DeliveryState.Unclear], ignoreOrder: true);
    }

    [Fact]
    public async Task The_past_is_not_read_through_for_it()
    {
        await using var room = await SendingRoom.OpenAsync();
        await using var db = await room.ReadAsync();
        await using var command = Counting.StatesOf(db, Yesterday).CreateDbCommand();
        await db.Database.OpenConnectionAsync(SendingRoom.Ended);
        var plan = await command.ExplainAsync(SendingRoom.Ended);

        plan.Where(step => step.Contains("INDEX IX_Deliveries_", StringComparison.Ordinal)).Select(step => step[step.IndexOf("IX_", StringComparison.Ordinal)..])
            .ShouldBe(["IX_Deliveries_NextAt (NextAt>?)", "IX_Deliveries_ChannelId_Due (ChannelId=? AND Due>?)", "IX_Deliveries_Undecided (State=?)"]);
        plan.ShouldNotContain(step => step.StartsWith("SCAN d", StringComparison.Ordinal));
    }
}
