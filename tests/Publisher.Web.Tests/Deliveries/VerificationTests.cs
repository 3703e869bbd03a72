using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Media;
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
    public async Task A_file_that_would_travel_with_the_post_is_read_before_anything_leaves()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine, [channel], media);
        await File.WriteAllTextAsync(room.PathOf(media), "the altered picture!", SendingRoom.Ended);

        await room.WorkAsync();

        room.Platform.Calls.ShouldBeEmpty();
        var delivery = await room.DeliveryAsync(message);
        (delivery.State, delivery.Code).ShouldBe((DeliveryState.Refused, Calls.MediaAltered));
        delivery.Attempts.ShouldBeEmpty();
        (await room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.Alarmed);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_not_the_approved_one()
    {
        await using var room = await SendingRoom.OpenAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()], media);
        File.Delete(room.PathOf(media));

        await room.WorkAsync();

        room.Platform.Calls.ShouldBeEmpty();
        (await room.DeliveryAsync(message)).Code.ShouldBe(Calls.MediaAltered);
    }

    [Fact]
    public async Task A_whole_file_travels_with_the_post()
    {
        await using var room = await SendingRoom.OpenAsync();
        var message = await room.ApproveAsync("Hello", Nine, [await room.AddChannelAsync()], await room.AddMediaAsync("the approved picture"));

        await room.WorkAsync();

        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);
    }

    [Fact]
    public async Task A_file_altered_while_it_is_sent_leaves_nothing_open_and_is_not_sent_again()
    {
        await using var room = await SendingRoom.OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        room.Platform.Next(async _ =>
        {
            await File.WriteAllTextAsync(room.PathOf(media), "the altered picture!", SendingRoom.Ended);
            throw new HttpRequestException("The file broke.", new MediaSwapped(media.Hash));
        });
        var message = await room.ApproveAsync("Hello", Nine, [channel], media);

        await room.WorkUntilAsync(TimeSpan.FromMinutes(5));

        room.Platform.Calls.ShouldHaveSingleItem();
        var delivery = await room.DeliveryAsync(message);
        var attempt = delivery.Attempts.ShouldHaveSingleItem();
        (attempt.Outcome, attempt.Code).ShouldBe((Outcome.NotNow, Calls.MediaAltered));
        (delivery.State, delivery.Code).ShouldBe((DeliveryState.Refused, Calls.MediaAltered));
        (await room.ChannelAsync(channel)).Health.ShouldBe(ChannelHealth.Alarmed);
    }

    [Fact]
    public async Task Other_bytes_break_the_visible_call_before_the_platform_has_a_post()
    {
        await using var room = await SendingRoom.OpenAsync();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), SendingRoom.Ended);
        using var http = new HttpClient(new WireTap { InnerHandler = new SocketsHttpHandler() });
        var platform = new Publisher.Platforms.PlatformList(http, TimeProvider.System, room.First.Services.GetRequiredService<IMediaFiles>())["telegram"];
        var known = SandboxAccounts.Of("telegram", "environment");
        var account = new Account
        {
            Platform = known.Platform,
            Server = new Uri(sandbox.Address, "telegram/"),
            Id = known.Id,
            Handle = known.Handle,
            DisplayName = known.DisplayName,
            Credentials = new Credentials { Token = new Secret(known.Token) },
            Limits = platform.Info.Limits,
        };
        var media = await room.AddMediaAsync(new string('a', 300_000));
        await File.WriteAllTextAsync(room.PathOf(media), new string('b', 300_000), SendingRoom.Ended);
        var part = new Part { Text = "Hello", Language = "en", Media = [media] };

        var (result, seen) = await NewCalls().PublishAsync(platform, stop => platform.PublishAsync(part, Prepared.Nothing, account, stop));

        (result.Outcome, result.Code).ShouldBe((Outcome.NotNow, Calls.MediaAltered));
        seen.HasBegun.ShouldBeTrue();
        sandbox.Posts("telegram").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_said_to_be_altered_after_the_whole_request_left_leaves_it_open()
    {
        using var wire = new HttpClient(new WireTap { InnerHandler = new Swallowing() });

        var (result, seen) = await NewCalls().PublishAsync(new ScriptedPlatform("one"), async stop =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "https://one.example/posts") { Content = new StringContent("whole") };
            (await wire.SendAsync(request, stop)).Dispose();
            throw new MediaSwapped(new string('0', 64));
        });

        result.Outcome.ShouldBe(Outcome.Unclear);
        seen.Digest.ShouldNotBeNull();
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

    private static Calls NewCalls() => new(new SendingTimes(), TimeProvider.System, NullLogger<Calls>.Instance);

    /// <summary>A server that reads everything and says that it is fine.</summary>
    private sealed class Swallowing : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            return new HttpResponseMessage(System.Net.HttpStatusCode.OK);
        }
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
