using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>The real adapters over real HTTP, against stand-ins that count what became visible.</summary>
public sealed class SandboxSendingTests : IAsyncLifetime
{
    private readonly List<string> _objections = [];
    private SendingRoom _room = null!;
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        _room = await SendingRoom.OpenRealAsync();
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { TimeProvider = _room.Time }, SendingRoom.Ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _room.DisposeAsync();
        _objections.AddRange(_sandbox.Objections.Select(objection => objection.What));
        await _sandbox.DisposeAsync();
        _objections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("mastodon")]
    [InlineData("linkedin")]
    [InlineData("x")]
    public async Task A_text_goes_out_once_and_the_hash_of_its_request_is_kept(string platform)
    {
        var message = await _room.ApproveAsync("Flood warning lifted", SendingRoom.Nine, [await ConnectAsync(platform)]);

        await _room.WorkAsync();

        var delivery = await _room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published, delivery.Answer);
        var seen = _sandbox.Posts(platform).Where(post => post.Text.Contains("Flood warning lifted", StringComparison.Ordinal)).ShouldHaveSingleItem();
        delivery.Parts[0].RemoteId.ShouldBe(seen.Id);
        var attempt = delivery.Attempts.ShouldHaveSingleItem();
        attempt.RequestDigest.ShouldNotBeNull().Length.ShouldBe(64);
        attempt.Status.ShouldNotBeNull().ShouldBeInRange(200, 201);
        await using var db = await _room.ReadAsync();
        (await db.Log.SingleAsync(entry => entry.Action == "delivery.published", SendingRoom.Ended)).RequestDigest.ShouldBe(attempt.RequestDigest);
    }

    [Theory]
    [InlineData("mastodon", "cut-after", 1)]
    [InlineData("mastodon", "cut-before", 2)]
    [InlineData("linkedin", "cut-after", 1)]
    [InlineData("x", "cut-after", 1)]
    public async Task However_the_wire_breaks_a_reader_sees_the_post_once(string platform, string fault, int attempts)
    {
        using var http = new HttpClient();
        (await http.PostAsJsonAsync(new Uri(_sandbox.Address, "_sandbox/faults"), new { platform, kind = fault, times = 1 }, SendingRoom.Ended)).EnsureSuccessStatusCode();
        var message = await _room.ApproveAsync("Flood warning lifted", SendingRoom.Nine, [await ConnectAsync(platform)]);

        await _room.WorkUntilAsync(TimeSpan.FromMinutes(9));

        var delivery = await _room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Published, $"{delivery.Code} {delivery.Answer}");
        delivery.Attempts[0].Outcome.ShouldBe(Outcome.Unclear);
        delivery.Attempts.Count.ShouldBe(attempts);
        _sandbox.Posts(platform).Count(post => post.Text.Contains("Flood warning lifted", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again_and_the_attempts_are_certain_not_to_have_posted()
    {
        var channel = await _room.AddChannelAsync("mastodon", "1", server: new Uri("http://localhost:1/"), token: "none");
        var message = await _room.ApproveAsync("Flood warning lifted", SendingRoom.Nine, [channel]);

        await _room.WorkUntilAsync(TimeSpan.FromSeconds(10));

        var delivery = await _room.DeliveryAsync(message);
        delivery.State.ShouldBe(DeliveryState.Waiting);
        delivery.Attempts.ShouldAllBe(attempt => attempt.Outcome == Outcome.NotNow && attempt.RequestDigest == null);
        delivery.Attempts.Count.ShouldBeGreaterThan(1);
    }

    private Task<Publisher.Web.Channels.Channel> ConnectAsync(string platform)
    {
        var account = SandboxAccounts.Of(platform, "environment");
        return _room.AddChannelAsync(platform, account.Id, server: new Uri(_sandbox.Address, $"{platform}/"), token: account.Token);
    }
}
