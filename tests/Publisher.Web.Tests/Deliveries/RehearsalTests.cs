using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Publisher.Web.Deliveries;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Deliveries;

/// <summary>The way of a delivery, gone once at every start.</summary>
public sealed class RehearsalTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_goes_to_the_end_and_nothing_leaves_and_nothing_is_changed(bool isOnPostgres)
    {
        await using var room = isOnPostgres ? await SendingRoom.OpenOnAsync(postgres.Database("rehearsed")) : await SendingRoom.OpenAsync();
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        await room.ApproveAsync("Hello", tomorrow, [await room.AddChannelAsync(), await room.AddChannelAsync(account: "other")]);
        var before = await AllAsync(room);

        await room.First.Services.GetServices<IHostedService>().OfType<Rehearsal>().Single().RunAsync(SendingRoom.Ended);

        (await AllAsync(room)).ShouldBe(before);
        room.Platform.Calls.ShouldBeEmpty();
    }

    private static async Task<string> AllAsync(SendingRoom room)
    {
        await using var db = await room.ReadAsync();
        return JsonSerializer.Serialize(new
        {
            Deliveries = await db.Deliveries.AsNoTracking().Include(row => row.Parts).Include(row => row.Attempts).OrderBy(row => row.Id).ToListAsync(SendingRoom.Ended),
            Log = await db.Log.CountAsync(SendingRoom.Ended),
            Waiting = await db.LogPending.CountAsync(SendingRoom.Ended),
        });
    }
}
