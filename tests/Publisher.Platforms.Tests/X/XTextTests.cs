using Publisher.Platforms.X;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.X;

public sealed class XTextTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("Grüße – „ja“", 12)]
    [InlineData("Привет", 6)]
    [InlineData("שלום عالم", 9)]
    [InlineData("日本語", 6)]
    [InlineData("한국", 4)]
    [InlineData("１", 2)]
    [InlineData("€", 2)]
    [InlineData("…", 2)]
    [InlineData("“”‘’", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("a\r\nb", 3)]
    [InlineData("😀", 2)]
    [InlineData("👍🏽", 2)]
    [InlineData("👨‍👩‍👧‍👦", 2)]
    [InlineData("👩🏾‍⚕️", 2)]
    [InlineData("🏳️‍🌈", 2)]
    [InlineData("🇪🇺", 2)]
    [InlineData("🇽🇽", 4)]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2)]
    [InlineData("1️⃣", 2)]
    [InlineData("©", 1)]
    [InlineData("©️", 2)]
    [InlineData("✌︎", 4)]
    [InlineData("😀🏽", 4)]
    [InlineData("👍‍👍", 5)]
    [InlineData("https://example.org", 23)]
    [InlineData("https://example.org/a/very/long/path/that/goes/on?and=on&on=and#on", 23)]
    [InlineData("example.org", 23)]
    [InlineData("Read example.org.", 29)]
    [InlineData("(https://example.org/Film_(1927))", 25)]
    [InlineData("https://bücher.example.de/straße", 23)]
    [InlineData("info@example.org", 16)]
    [InlineData("Version 10.0.1", 14)]
    [InlineData("e.g. this", 9)]
    [InlineData("@press@social.example.org", 25)]
    public void Counts_as_X_counts(string text, int length) => XText.Length(text).ShouldBe(length);

    [Fact]
    public void The_limit_is_280_whatever_it_is_made_of()
    {
        XText.Length(new string('a', 280)).ShouldBe(280);
        XText.Length(new string('字', 140)).ShouldBe(280);
        XText.Length(new string('字', 140) + "a").ShouldBe(281);
        XText.Length(string.Concat(Enumerable.Repeat("👩🏾‍🚀", 140))).ShouldBe(280);
        XText.Length(new string('a', 256) + " https://europa.eu/" + new string('x', 500)).ShouldBe(280);
        XText.Length(new string('a', 257) + " europa.eu").ShouldBe(281);
    }

    [Fact]
    public void Links_mentions_and_tags_stand_in_the_order_of_the_text()
    {
        const string Text = "With @press (https://europa.eu/news), #Haushalt2027 and bundestag.de/x!";

        XText.Entities(Text).Select(entity => (entity.Kind, Text.Substring(entity.Start, entity.Length), entity.Value)).ShouldBe(
        [
            (EntityKind.Mention, "@press", "press"),
            (EntityKind.Link, "https://europa.eu/news", "https://europa.eu/news"),
            (EntityKind.Hashtag, "#Haushalt2027", "Haushalt2027"),
            (EntityKind.Link, "bundestag.de/x", "https://bundestag.de/x"),
        ]);
    }
}
