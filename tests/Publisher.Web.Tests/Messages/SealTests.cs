using Publisher.Platforms;
using Publisher.Web.Messages;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

public sealed class SealTests
{
    private static readonly Post Whole = new()
    {
        Platform = "paper",
        Server = new Uri("https://paper.example/"),
        AccountId = "42",
        Limits = new Limits { Text = 300 },
        Parts =
        [
            new Part
            {
                Number = 1,
                Text = "Zoë said \"hi\"\nto @known \u0001\\",
                Language = "de",
                Media = [new Publisher.Platforms.Media { Hash = "ab", Length = 12, Type = "video/mp4", Width = 3, Height = 4, Duration = TimeSpan.FromSeconds(1.5), AltText = "film", Credit = "Ministry" }],
                Mentions = [new Mention("known", "did:1")],
                Options = new Dictionary<string, string> { ["zeta"] = "1", ["alpha"] = "2" },
            },
            new Part { Number = 2, Text = "two", Language = "de", Card = new LinkCard(new Uri("https://example.gov/ä?b=1"), "T", "D") },
        ],
    };

    /// <summary>Written by hand from RFC 8785: a change here is a new format, not a new expectation.</summary>
    private const string Canonical =
        """{"account":"42","format":1,"parts":[{"card":null,"language":"de","media":[{"alt":"film","credit":"Ministry","hash":"ab","height":4,"length":12,"milliseconds":1500,"type":"video/mp4","width":3}],"mentions":[{"handle":"known","id":"did:1"}],"number":1,"options":{"alpha":"2","zeta":"1"},"text":"Zoë said \"hi\"\nto @known \u0001\\"},{"card":{"address":"https://example.gov/ä?b=1","description":"D","thumb":null,"title":"T"},"language":"de","media":[],"mentions":[],"number":2,"options":{},"text":"two"}],"platform":"paper","salt":"00ff","server":"https://paper.example/"}""";

    [Fact]
    public void The_bytes_are_canonical_json_and_the_seal_is_their_hash()
    {
        var bytes = Seal.Freeze(Whole, "00ff");

        System.Text.Encoding.UTF8.GetString(bytes).ShouldBe(Canonical);
        Seal.Of(bytes).ShouldBe("1d89d8b727cf4eb4dcd66e21badf54341d3ce8ebe96d4c3a66ed1c2a0c623c53");
    }

    [Fact]
    public void What_was_frozen_is_read_back_as_it_was()
    {
        var bytes = Seal.Freeze(Whole, "00ff");

        var thawed = Seal.Thaw(bytes, Seal.Format, Whole.Limits);

        Seal.Freeze(thawed, "00ff").ShouldBe(bytes);
        thawed.Parts[0].Text.ShouldBe(Whole.Parts[0].Text);
        thawed.Parts[0].Media[0].ShouldBe(Whole.Parts[0].Media[0]);
        thawed.Parts[1].Card.ShouldBe(Whole.Parts[1].Card);
    }

    [Fact]
    public void Captions_are_part_of_what_is_sealed()
    {
        var captions = new Publisher.Platforms.Media { Hash = "cd", Length = 7, Type = Publisher.Platforms.Media.CaptionsType, Width = 0, Height = 0, Language = "de" };
        var captioned = Whole with { Parts = [Whole.Parts[0] with { Media = [Whole.Parts[0].Media[0] with { Captions = [captions] }] }] };

        var bytes = Seal.Freeze(captioned, "00ff");

        System.Text.Encoding.UTF8.GetString(bytes).ShouldContain("""{"alt":"film","captions":[{"hash":"cd","language":"de","length":7,"type":"text/vtt"}],"credit":"Ministry",""");
        Seal.Thaw(bytes, Seal.Format, Whole.Limits).Parts[0].Media[0].Captions.ShouldBe([captions]);
        Seal.Of(bytes).ShouldNotBe(Seal.Of(Seal.Freeze(captioned with { Parts = [captioned.Parts[0] with { Media = [captioned.Parts[0].Media[0] with { Captions = [captions with { Language = "en" }] }] }] }, "00ff")));
    }

    [Fact]
    public void A_cover_is_part_of_what_is_sealed()
    {
        var cover = new Publisher.Platforms.Media { Hash = "ef", Length = 9, Type = "image/jpeg", Width = 5, Height = 6 };
        Post With(Publisher.Platforms.Media? still, TimeSpan? at) => Whole with { Parts = [Whole.Parts[0] with { Media = [Whole.Parts[0].Media[0] with { Cover = still, CoverAt = at }] }] };

        var picture = Seal.Freeze(With(cover, null), "00ff");
        var moment = Seal.Freeze(With(null, TimeSpan.FromSeconds(3)), "00ff");

        Seal.Thaw(picture, Seal.Format, Whole.Limits).Parts[0].Files().Select(file => file.Hash).ShouldBe(["ab", "ef"]);
        Seal.Thaw(picture, Seal.Format, Whole.Limits).Parts[0].Media[0].Cover.ShouldBe(cover);
        Seal.Thaw(moment, Seal.Format, Whole.Limits).Parts[0].Media[0].CoverAt.ShouldBe(TimeSpan.FromSeconds(3));
        Seal.Of(picture).ShouldNotBe(Seal.Of(Seal.Freeze(With(cover with { Hash = "ee" }, null), "00ff")));
    }

    [Fact]
    public void Another_salt_gives_another_seal_for_the_same_words() =>
        Seal.Of(Seal.Freeze(Whole, "01")).ShouldNotBe(Seal.Of(Seal.Freeze(Whole, "02")));

    [Fact]
    public void A_format_of_the_future_is_not_guessed_at() =>
        Should.Throw<NotSupportedException>(() => Seal.Thaw(Seal.Freeze(Whole, "01"), Seal.Format + 1, Whole.Limits));
}
