using Microsoft.EntityFrameworkCore;
using Publisher.Web.Channels;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Approvals;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Shell;

public sealed class NavCountsTests
{
    [Fact]
    public async Task A_message_waits_for_neither_who_wrote_in_it_nor_who_has_said_yes()
    {
        await using var room = await ReviewRoom.OpenAsync(approvals: 2);
        (await CountAsync(room, room.Author)).ToReview.ShouldBe(0);
        (await CountAsync(room, room.Manager)).ToReview.ShouldBe(1);

        (await room.ApproveAsync(room.Manager)).Refusal.ShouldBeNull();

        (await CountAsync(room, room.Manager)).ToReview.ShouldBe(0);
        (await CountAsync(room, room.OtherManager)).ToReview.ShouldBe(1);
    }

    [Fact]
    public async Task A_channel_is_counted_for_the_people_of_its_sender()
    {
        await using var room = await ReviewRoom.OpenAsync();
        var stranger = await room.PersonAsync("stranger", Role.Officer, room.OtherSenderId);
        await using (var db = await room.ReadAsync())
        {
            await db.Channels.Where(channel => channel.Id == room.ChannelIds[0]).ExecuteUpdateAsync(set => set.SetProperty(channel => channel.Health, ChannelHealth.SignInNeeded), ReviewRoom.Stop);
        }

        (await CountAsync(room, room.Manager)).ChannelsToMend.ShouldBe(1);
        (await CountAsync(room, stranger)).ChannelsToMend.ShouldBe(0);
    }

    private static async Task<NavCounts.Seen> CountAsync(ReviewRoom room, Actor person) =>
        (await new NavCounts(room.Get<IDbContextFactory<PublisherDb>>(), room.Get<TimeProvider>()).ReadAsync(person, ReviewRoom.Stop))!;
}
