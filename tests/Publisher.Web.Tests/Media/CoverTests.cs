using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Journeys;
using Publisher.Web.Tests.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Media;

public sealed class CoverTests
{
    [Fact]
    public async Task A_moment_of_a_video_becomes_a_picture_of_the_same_size_and_another_moment_another()
    {
        await using var room = await WritingRoom.OpenAsync();
        var video = await FilmAsync(room);

        var early = await StillAsync(room, video, 1);
        var late = await StillAsync(room, video, 4);
        var again = await StillAsync(room, video, 1);

        (early.Type, early.Width, early.Height).ShouldBe(("image/jpeg", 1280, 720));
        late.Hash.ShouldNotBe(early.Hash);
        again.Id.ShouldBe(early.Id);
    }

    [Fact]
    public async Task A_moment_beyond_the_end_is_refused()
    {
        await using var room = await WritingRoom.OpenAsync();
        var video = await FilmAsync(room);

        foreach (var seconds in (int[])[-1, 7])
        {
            (await room.Get<MediaDesk>().TakeStillAsync(room.Olivia, room.SenderId, video.Id, TimeSpan.FromSeconds(seconds), WritingRoom.Stop)).Refusal.ShouldNotBeNull().Code.ShouldBe("still.video");
        }
    }

    [Fact]
    public async Task Only_a_picture_of_the_same_sender_is_kept_as_a_cover()
    {
        await using var room = await WritingRoom.OpenAsync();
        var video = await room.VideoAsync();
        var draft = await room.DraftAsync(room.Olivia);
        var own = await room.FileAsync();

        (await SaveAsync(video.Id)).ShouldBe(Refusal.LookAgain);
        (await SaveAsync((await room.FileAsync(room.OtherSenderId)).Id)).ShouldBe(Refusal.NotAllowed);
        (await SaveAsync(own.Id)).ShouldBeNull();
        MessageDraft.Of(await room.MessageAsync(draft.Id)).Media.ShouldHaveSingleItem().CoverId.ShouldBe(own.Id);

        async Task<Refusal?> SaveAsync(long coverId) =>
            (await room.Desk.SaveAsync(room.Olivia, draft with { Media = [new DraftMedia(video.Id, "A speech", false, "", "") { CoverId = coverId }] }, WritingRoom.Stop)).Refusal;
    }

    private static async Task<MediaFile> FilmAsync(WritingRoom room)
    {
        var path = Path.Combine(Path.GetTempPath(), $"publisher-cover-{Guid.NewGuid():N}.mp4");
        try
        {
            await TestFilm.WriteAsync(path);
            await using var film = File.OpenRead(path);
            var added = await room.Get<MediaDesk>().AddAsync(room.Olivia, room.SenderId, film, "film.mp4", WritingRoom.Stop);
            added.Refusal.ShouldBeNull();
            return added.Value!;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<MediaFile> StillAsync(WritingRoom room, MediaFile video, int seconds)
    {
        var still = await room.Get<MediaDesk>().TakeStillAsync(room.Olivia, room.SenderId, video.Id, TimeSpan.FromSeconds(seconds), WritingRoom.Stop);
        still.Refusal.ShouldBeNull();
        return still.Value!;
    }
}
