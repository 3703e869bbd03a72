using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Copies;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Shouldly;

namespace Publisher.Web.Tests.Copies;

/// <summary>A room whose first process finds that it is a copy, and is let go on.</summary>
internal static class CopyRoom
{
    public static async Task StandStillAsync(this SendingRoom room, DateTimeOffset from)
    {
        await using var db = await room.ReadAsync();
        await Standstill.BeginAsync(db, new CopyMark("backup", from), SendingRoom.Ended);
        await db.SaveChangesAsync(SendingRoom.Ended);
        await StandstillOf(room).ReadAsync(db, SendingRoom.Ended);
    }

    public static async Task GoOnAsync(this SendingRoom room)
    {
        (await DeskOf(room).EndAsync(room.Manager, isOff: true, "It is unplugged", SendingRoom.Ended)).ShouldBeNull();
        StandstillOf(room).IsOn.ShouldBeFalse();
    }

    public static CopyDesk DeskOf(SendingRoom room) => new(room.First.Services.GetRequiredService<Writer>(), StandstillOf(room), room.IsLive ? TimeProvider.System : room.Time);

    private static Standstill StandstillOf(SendingRoom room) => room.First.Services.GetRequiredService<Standstill>();
}
