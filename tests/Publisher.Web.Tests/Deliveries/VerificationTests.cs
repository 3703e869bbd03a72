using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>Whoever has the database in their hands still publishes nothing.</summary>
public sealed class VerificationTests
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    [Fact]
    public async Task A_text_altered_in_the_database_is_not_sent() => await RefusedAsync("seal.differs", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE FrozenPosts SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'Hello', 'Hallo') AS BLOB)");
    });

    [Fact]
    public async Task A_text_altered_together_with_its_seals_is_not_sent() => await RefusedAsync("approval.missing", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE FrozenPosts SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'Hello', 'Hallo') AS BLOB)");
        await using var db = await room.ReadAsync();
        var seal = Publisher.Web.Messages.Seal.Of(db.FrozenPosts.Single().Bytes);
        await room.SqlAsync($"UPDATE FrozenPosts SET Seal = {seal}");
        await room.SqlAsync($"UPDATE Deliveries SET Seal = {seal}");
    });

    [Fact]
    public async Task A_seal_altered_also_in_the_approval_is_not_sent() => await RefusedAsync("approval.forged", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE FrozenPosts SET Bytes = CAST(replace(CAST(Bytes AS TEXT), 'Hello', 'Hallo') AS BLOB)");
        await using var db = await room.ReadAsync();
        var (old, seal) = (db.FrozenPosts.Single().Seal, Publisher.Web.Messages.Seal.Of(db.FrozenPosts.Single().Bytes));
        await room.SqlAsync($"UPDATE FrozenPosts SET Seal = {seal}");
        await room.SqlAsync($"UPDATE Deliveries SET Seal = {seal}");
        await room.SqlAsync($"UPDATE Approvals SET Seals = replace(Seals, {old}, {seal})");
    });

    [Fact]
    public async Task An_approval_written_by_hand_is_no_approval() => await RefusedAsync("approval.forged", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE Approvals SET PersonId = {room.OtherManager.PersonId}");
    });

    [Fact]
    public async Task The_yes_of_someone_who_wrote_it_does_not_count() => await RefusedAsync("policy.not.met", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE Submissions SET Contributors = {$"[{room.Manager.PersonId}]"}");
    });

    [Fact]
    public async Task Another_time_than_the_approved_one_is_refused() => await RefusedAsync("time.differs", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE Deliveries SET Due = Due - 600000000, NextAt = NextAt - 600000000");
    });

    [Fact]
    public async Task A_deadline_moved_by_hand_is_refused() => await RefusedAsync("time.differs", async (room, _, _) =>
    {
        await room.SqlAsync($"UPDATE Deliveries SET Deadline = Deadline + 36000000000");
    });

    [Fact]
    public async Task Another_account_than_the_approved_one_is_refused() => await RefusedAsync("account.differs", async (room, channel, _) =>
    {
        await room.SqlAsync($"UPDATE Channels SET AccountId = 'someone.else' WHERE Id = {channel.Id}");
    });

    [Fact]
    public async Task Credentials_of_another_channel_are_refused() => await RefusedAsync("account.differs", async (room, channel, _) =>
    {
        var other = await room.AddChannelAsync(account: "other");
        await room.SqlAsync($"UPDATE Channels SET Credentials = {other.Credentials} WHERE Id = {channel.Id}");
    });

    [Fact]
    public async Task A_file_swapped_on_disk_is_not_sent()
    {
        await using var room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine, [channel], media);
        await File.WriteAllTextAsync(room.PathOf(media), "the altered picture!", SendingRoom.Ended);

        await room.WorkAsync();

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Refused);
        (await room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.Alarmed);
    }

    [Fact]
    public async Task A_ticket_for_other_bytes_is_not_used()
    {
        await using var room = await SendingRoom.OpenAsync(new PreparingPlatform("one"));
        var channel = await room.AddChannelAsync();
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [channel], await room.AddMediaAsync("the approved picture"));
        await room.WorkAsync();
        var ticket = System.Text.Json.JsonSerializer.Serialize(new Prepared { Files = [new PreparedFile("other", new string('0', 64))] });
        await room.SqlAsync($"UPDATE DeliveryParts SET Prepared = {ticket}");

        await room.WorkUntilAsync(TimeSpan.FromMinutes(20));

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Code.ShouldBe(Calls.MediaAltered);
    }

    [Fact]
    public async Task An_alarmed_channel_sends_nothing_until_a_manager_has_looked()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        await room.ApproveAsync("Hello", Nine, [channel]);
        await room.SqlAsync($"UPDATE Approvals SET Mac = 'none'");
        await room.WorkAsync();
        await room.SqlAsync($"DELETE FROM Approvals WHERE Mac = 'none'");
        var next = await room.ApproveAsync("Next", Nine.AddSeconds(10), [channel]);
        await room.WorkUntilAsync(TimeSpan.FromMinutes(1));
        room.Platform.Calls.ShouldBeEmpty();

        (await room.First.Desk.ClearAlarmAsync(room.Officer, channel.Id, SendingRoom.Ended)).Refusal!.Code.ShouldBe("not.allowed");
        (await room.First.Desk.ClearAlarmAsync(room.Manager, channel.Id, SendingRoom.Ended)).Refusal.ShouldBeNull();
        await room.WorkAsync();

        room.Platform.Timeline.ShouldHaveSingleItem().Text.ShouldBe("Next");
        (await room.DeliveryAsync(next)).State.ShouldBe(DeliveryState.Published);
    }

    private static async Task RefusedAsync(string code, Func<SendingRoom, Channel, Publisher.Web.Messages.Message, Task> tamper)
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(1), [channel]);
        await tamper(room, channel, message);

        await room.WorkUntilAsync(TimeSpan.FromHours(1));

        room.Platform.Calls.ShouldBeEmpty();
        var delivery = await room.DeliveryAsync(message);
        (delivery.State, delivery.Code).ShouldBe((DeliveryState.Refused, code));
        (await room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.Alarmed);
        (await room.LoggedAsync(message)).ShouldContain("delivery.refused");
    }
}
