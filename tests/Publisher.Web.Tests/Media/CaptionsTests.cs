using System.Text;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Media;

public sealed class CaptionsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void SubRip_becomes_WebVTT_with_the_same_words_at_the_same_times()
    {
        const string SubRip = "\uFEFF1\r\n00:00:01,000 --> 00:00:03,500\r\nFish & chips < 5 €\r\n<i>Größe</i>\r\n\r\n2\r\n00:00:04,000 --> 00:00:05,000 X1:10\r\nEnd\r\n";

        Kept(SubRip).ShouldBe("WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nFish &amp; chips &lt; 5 €\n<i>Größe</i>\n\n00:00:04.000 --> 00:00:05.000\nEnd\n");
    }

    [Fact]
    public void WebVTT_keeps_words_places_and_speakers_and_loses_styles_regions_and_remarks()
    {
        const string WebVtt = "WEBVTT - a speech\nKind: captions\n\nSTYLE\n::cue { background: url(https://example.org/x) }\n\nREGION\nid:a\n\nNOTE for the editor\n\nfirst\n00:01.000 --> 00:03.000 line:0 region:a align:start\n<v Mara>Good morning.\n\n1:00:00.000 --> 1:00:01.000\nLate\n";

        Kept(WebVtt, TimeSpan.FromHours(2)).ShouldBe("WEBVTT\n\n00:00:01.000 --> 00:00:03.000 line:0 align:start\n<v Mara>Good morning.\n\n01:00:00.000 --> 01:00:01.000\nLate\n");
    }

    [Fact]
    public void What_was_kept_is_read_as_it_was()
    {
        var cues = CaptionsFile.Read("1\n00:00:01,000 --> 00:00:03,500\nFish & chips < 5 €\n"u8, Minute).Value.ShouldNotBeNull();

        CaptionsFile.Read(CaptionsFile.Write(cues), Minute).Value.ShouldBe(cues);
        cues.ShouldHaveSingleItem().Words.ShouldBe("Fish & chips < 5 €");
    }

    [Theory]
    [InlineData("WEBVTT\n\n00:01.000 --> 00:03.000\n<img src=x onerror=alert(1)>\n", "captions.mark", 4)]
    [InlineData("WEBVTT\n\n00:01.000 --> 00:03.000\n<c.red>Red</c>\n", "captions.mark", 4)]
    [InlineData("1\n00:00:01,000 --> 00:00:03,000\n<font color=red>Red</font>\n", "captions.mark", 3)]
    [InlineData("1\n00:00:01,000 --> 00:00:03,000\n{\\an8}Above\n", "captions.mark", 3)]
    [InlineData("WEBVTT\n\n00:03.000 --> 00:01.000\nBack\n", "captions.order", 3)]
    [InlineData("WEBVTT\n\n00:03.000 --> 00:04.000\nTwo\n\n00:01.000 --> 00:02.000\nOne\n", "captions.order", 6)]
    [InlineData("WEBVTT\n\n02:03.000 --> 02:04.000\nOf another film\n", "captions.beyond", 3)]
    [InlineData("WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n00:03.000 --> 00:04.000\nTwo\n", "captions.gap", 5)]
    [InlineData("WEBVTT\n\n00:71.000 --> 00:72.000\nNo such second\n", "captions.times", 3)]
    [InlineData("A letter.\nWith lines.\n", "captions.times", 2)]
    [InlineData("1\n", "captions.times", 2)]
    [InlineData("WEBVTT\n\n00:01.000 --> 00:02.000\nA\u0007bell\n", "captions.signs", 4)]
    [InlineData("WEBVTT\n", "captions.none", null)]
    [InlineData("", "captions.none", null)]
    public void What_is_wrong_is_said_with_its_line(string file, string code, int? line)
    {
        var refusal = CaptionsFile.Read(Encoding.UTF8.GetBytes(file), Minute).Refusal.ShouldNotBeNull();

        refusal.Code.ShouldBe(code);
        refusal.Values.FirstOrDefault().ShouldBe(line);
    }

    [Fact]
    public void Another_encoding_is_not_guessed_at() =>
        CaptionsFile.Read(Encoding.Latin1.GetBytes("WEBVTT\n\n00:01.000 --> 00:02.000\nGröße\n"), Minute).Refusal.ShouldNotBeNull().Code.ShouldBe("captions.not.utf8");

    [Fact]
    public async Task Captions_go_into_the_sealed_post_of_the_channels_that_show_them()
    {
        await using var room = await WritingRoom.OpenAsync();
        var video = await room.VideoAsync();
        var captions = await AddAsync(room, video.Id, "1\n00:00:01,000 --> 00:00:03,000\nHello\n", "speech.de.srt");
        captions.Type.ShouldBe("text/vtt");
        captions.FileName.ShouldBe("speech.de.srt");

        var draft = await room.DraftAsync(room.Olivia, draft => draft with { Media = [new DraftMedia(video.Id, "A speech", false, "", "") { Captions = [new CaptionsChoice(captions.Id, "de")] }] });
        (await room.Desk.SubmitAsync(room.Olivia, draft.Id, draft.Version, WritingRoom.Stop)).Refusal.ShouldBeNull();

        foreach (var frozen in await room.FrozenAsync(draft.Id))
        {
            var part = Seal.Thaw(frozen.Bytes, frozen.Format, new Platforms.Limits { Text = 1 }).Parts[0];
            var sealedCaptions = part.Media.ShouldHaveSingleItem().Captions;
            if (frozen.ChannelId == room.ChannelIds[0])
            {
                sealedCaptions.ShouldHaveSingleItem().ShouldBe(new Platforms.Media { Hash = captions.Hash, Length = captions.Length, Type = "text/vtt", Width = 0, Height = 0, Language = "de" });
                part.Files().Select(file => file.Hash).ShouldBe([video.Hash, captions.Hash]);
            }
            else
            {
                sealedCaptions.ShouldBeEmpty();
            }
        }

        (await room.Get<MediaStore>().CaptionsAsync(captions.Hash)).ShouldNotBeNull().ShouldHaveSingleItem().Words.ShouldBe("Hello");
    }

    [Fact]
    public async Task Only_captions_are_kept_as_captions_and_once_for_a_language()
    {
        await using var room = await WritingRoom.OpenAsync();
        var video = await room.VideoAsync();
        var captions = await AddAsync(room, video.Id, "1\n00:00:01,000 --> 00:00:03,000\nHello\n", "a.srt");
        var draft = await room.DraftAsync(room.Olivia);

        await Refused(new DraftMedia(captions.Id, "", true, "none", ""));
        await Refused(new DraftMedia(video.Id, "A speech", false, "", "") { Captions = [new CaptionsChoice(video.Id, "de")] });
        await Refused(new DraftMedia(video.Id, "A speech", false, "", "") { Captions = [new CaptionsChoice(captions.Id, "de"), new CaptionsChoice(captions.Id, "de")] });
        await Refused(new DraftMedia(video.Id, "A speech", false, "", "") { Captions = [new CaptionsChoice(captions.Id, "../de")] });

        async Task Refused(DraftMedia media) =>
            (await room.Desk.SaveAsync(room.Olivia, draft with { Media = [media] }, WritingRoom.Stop)).Refusal.ShouldBe(Refusal.LookAgain);
    }

    [Fact]
    public async Task A_file_too_large_for_captions_is_refused_before_it_is_read()
    {
        await using var room = await WritingRoom.OpenAsync();
        var video = await room.VideoAsync();

        var answer = await room.Get<MediaDesk>().AddCaptionsAsync(room.Olivia, room.SenderId, video.Id, new MemoryStream(new byte[MediaDesk.LargestCaptions + 1]), "a.srt", WritingRoom.Stop);

        answer.Refusal.ShouldNotBeNull().Code.ShouldBe("captions.too.large");
    }

    private static string Kept(string file, TimeSpan? longest = null)
    {
        var read = CaptionsFile.Read(Encoding.UTF8.GetBytes(file), longest ?? Minute);
        read.Refusal.ShouldBeNull();
        return Encoding.UTF8.GetString(CaptionsFile.Write(read.Value!));
    }

    private static async Task<MediaFile> AddAsync(WritingRoom room, long videoId, string file, string name)
    {
        var added = await room.Get<MediaDesk>().AddCaptionsAsync(room.Olivia, room.SenderId, videoId, new MemoryStream(Encoding.UTF8.GetBytes(file)), name, WritingRoom.Stop);
        added.Refusal.ShouldBeNull();
        return added.Value!;
    }
}
