using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Tests.Deliveries;
using Shouldly;
using Xunit;
using Channel = Publisher.Web.Channels.Channel;
using Secret = Publisher.Platforms.Secret;

namespace Publisher.Web.Tests.Copies;

/// <summary>A copy opens no connection, whatever would call; the same calls do once it is let go on.</summary>
public sealed class StandstillTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Nine = SendingRoom.Nine;

    private readonly List<Uri> _allowed = [];
    private readonly HttpClient _http = new();
    private SendingRoom _room = null!;
    private SandboxServer _sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        _room = await SendingRoom.OpenRealAsync(_allowed);
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { TimeProvider = _room.Time }, SendingRoom.Ended);
        _allowed.Add(new Uri(_sandbox.Address.GetLeftPart(UriPartial.Authority)));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _room.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_would_call_finds_every_way_out_closed_until_a_manager_opens_it()
    {
        var callers = await PrepareAsync();
        await _room.StandStillAsync(Nine.AddMinutes(-1));
        _room.Time.Advance(TimeSpan.FromMinutes(1));

        foreach (var (name, call) in callers)
        {
            (await CallsDuringAsync(call)).ShouldBe(0, name);
        }

        _sandbox.Posts("mastodon").ShouldNotContain(post => post.Text.Contains("Due now", StringComparison.Ordinal));
        await _room.GoOnAsync();

        foreach (var (name, call) in callers)
        {
            (await CallsDuringAsync(call)).ShouldBeGreaterThan(0, name);
        }

        _sandbox.Posts("mastodon").Count(post => post.Text.Contains("Due now", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>Something to do for everything that calls: sending, preparing, looking, retracting, asking for tokens, counting, reading back, reading pages.</summary>
    private async Task<(string Name, Func<Task> Call)[]> PrepareAsync()
    {
        var mastodon = await ConnectAsync("mastodon", "environment");
        await _room.ApproveAsync("Due now", Nine, [mastodon]);
        await _room.ApproveAsync("With a picture", Nine.AddMinutes(5), [mastodon], await _room.AddMediaAsync("no picture, but bytes"));
        var out_ = await _room.ApproveAsync("To be deleted", Nine.AddMinutes(-1), [mastodon]);
        await _room.SqlAsync($"UPDATE Deliveries SET State = 'Retracting', NextAt = {Nine.UtcTicks} WHERE MessageId = {out_.Id}");
        await _room.SqlAsync($"UPDATE DeliveryParts SET RemoteId = '1', PublishedAt = {Nine.AddMinutes(-20).UtcTicks} WHERE DeliveryId IN (SELECT Id FROM Deliveries WHERE MessageId = {out_.Id})");
        var seen = await _room.ApproveAsync("Just out", Nine.AddMinutes(-1), [mastodon]);
        await _room.SqlAsync($"UPDATE Deliveries SET State = 'Published', NextAt = NULL WHERE MessageId = {seen.Id}");
        await _room.SqlAsync($"UPDATE DeliveryParts SET RemoteId = '2', PublishedAt = {Nine.UtcTicks} WHERE DeliveryId IN (SELECT Id FROM Deliveries WHERE MessageId = {seen.Id})");

        var refreshed = await ConnectAsync("x", "environment");
        var services = _room.First.Services;
        return
        [
            ("a page that is linked", async () => await Quietly(() => services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Pages).GetAsync(new Uri(_sandbox.Address, "mastodon/api/v2/instance"), SendingRoom.Ended))),
            ("a platform", async () => await Quietly(() => services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Platforms).GetAsync(new Uri(_sandbox.Address, "mastodon/api/v2/instance"), SendingRoom.Ended))),
            ("a lapsed token", () => services.GetRequiredService<TokenRefresh>().RefreshAsync(refreshed, SendingRoom.Ended)),
            ("reading back", () => services.GetRequiredService<ReadingBack>().RunAsync(SendingRoom.Ended)),
            ("counting", () => services.GetRequiredService<Measuring>().RunAsync(TimeSpan.Zero, SendingRoom.Ended)),
            ("sending, preparing, looking, deleting", async () =>
            {
                await _room.SweepAsync();
                await _room.First.FanOut.SettleAsync();
                if (await IsGoingOnAsync())
                {
                    await _room.WorkUntilAsync(TimeSpan.FromMinutes(9));
                }
            }),
        ];
    }

    private async Task<bool> IsGoingOnAsync()
    {
        await using var db = await _room.ReadAsync();
        return await db.Log.AnyAsync(entry => entry.Action == "copy.ended", SendingRoom.Ended);
    }

    private async Task<int> CallsDuringAsync(Func<Task> call)
    {
        var before = await CallsAsync();
        await call();
        return await CallsAsync() - before;
    }

    private async Task<int> CallsAsync() => (await _http.GetFromJsonAsync<List<SandboxCall>>(new Uri(_sandbox.Address, "_sandbox/calls"), SendingRoom.Ended))!.Count;

    private async Task<Channel> ConnectAsync(string platform, string name)
    {
        var account = SandboxAccounts.Of(platform, name);
        var channel = await _room.AddChannelAsync(platform, account.Id, server: new Uri(_sandbox.Address, $"{platform}/"), token: account.Token);
        var keys = _room.First.Services.GetRequiredService<ChannelKeys>();
        await using var db = await _room.ReadAsync();
        var row = await db.Channels.SingleAsync(found => found.Id == channel.Id, SendingRoom.Ended);
        row.Credentials = keys.Protect(
            new Credentials { Token = new Secret(account.Token), RefreshToken = new Secret("spent"), ClientId = "app", ClientSecret = new Secret("secret") }, platform, row.Server, row.AccountId);
        await db.SaveChangesAsync(SendingRoom.Ended);
        return row;
    }

    /// <summary>Refused here, answered there: only whether it arrived counts.</summary>
    private static async Task Quietly(Func<Task<HttpResponseMessage>> call)
    {
        try
        {
            (await call()).Dispose();
        }
        catch (OutboundRefused refused)
        {
            refused.Code.ShouldBe("outbound.standstill");
        }
    }
}
