using Publisher.Platforms.Mastodon;
using Publisher.Platforms.Text;
using Publisher.Platforms.X;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Text;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour")]
    [InlineData("Cafe\u0301", "Caf\u00e9")]
    [InlineData("pair \ud83d\ude00 whole", "pair \ud83d\ude00 whole")]
    [InlineData("as \ufffd typed", "as \ufffd typed")]
    public void Text_has_one_form(string typed, string kept) => PlainText.Normalize(typed).ShouldBe(kept);

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => PlainText.Normalize("half \ud83d pair").ShouldBe("half \ufffd pair");

    [Fact]
    public void Nothing_a_person_can_type_makes_counting_fail()
    {
        // Seeded: the same texts on every run.
        var random = new Random(2026);
        string[] pieces =
        [
            "a", "Z9", " ", "\n", ".", "/", ":", "@", "#", "(", ")", "?", "&", "-", "_", "$", "http://", "https://", "example.org", ".com", "xn--", "@name@host.example",
            "é", "e\u0301", "中文", "العربية", "\u200d", "\ufe0f", "\ufe0e", "\u20e3", "👩", "🏽", "🇪", "🇺", "🏴", "\udb40\udc67", "\ud83d", "\ude00", "\u202e", "\ufeff", "1", "।", "क्ष",
        ];
        for (var round = 0; round < 5_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => pieces[random.Next(pieces.Length)]));
            XText.Length(text).ShouldBeGreaterThan(0);
            MastodonText.Length(text, "", 23).ShouldBeGreaterThan(0);
            foreach (var found in new[] { XText.Entities(text), MastodonText.Entities(text) })
            {
                var end = 0;
                foreach (var entity in found)
                {
                    entity.Start.ShouldBeGreaterThanOrEqualTo(end);
                    entity.Length.ShouldBeGreaterThan(0);
                    end = entity.Start + entity.Length;
                }

                end.ShouldBeLessThanOrEqualTo(text.Length);
            }
        }
    }

    [Theory]
    [InlineData(".com")]
    [InlineData("a.a")]
    [InlineData("_.com ")]
    [InlineData("中")]
    [InlineData("中_.com")]
    [InlineData("a_")]
    [InlineData("a_a.")]
    [InlineData("http://(")]
    [InlineData("example.org/((a)")]
    [InlineData("@a")]
    [InlineData("#a@")]
    [InlineData("a.b@")]
    [InlineData("👩\u200d")]
    public void A_text_made_to_be_slow_is_still_counted_while_typing(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 5000 / piece.Length)) + "_.com";
        XText.Length(text);
        MastodonText.Length(text, "", 23);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        XText.Length(text);
        XText.Entities(text);
        MastodonText.Length(text, "", 23);
        MastodonText.Entities(text);

        // Wide, for a busy machine: a search that starts over at every character takes far longer.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }
}
