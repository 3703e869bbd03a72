using Publisher.Platforms.Mastodon;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Mastodon;

public sealed class MastodonTextTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("Grüße", 5)]
    [InlineData("日本語", 3)]
    [InlineData("שלום عالم", 9)]
    [InlineData("e\u0301", 1)]
    [InlineData("a\r\nb", 3)]
    [InlineData("👨‍👩‍👧‍👦", 1)]
    [InlineData("👍🏽🇪🇺", 2)]
    [InlineData("https://example.org", 23)]
    [InlineData("http://example.org/a/very/long/path/that/goes/on?and=on&on=and#on", 23)]
    [InlineData("https://example.org/日本語/頁", 23)]
    [InlineData("See https://example.org/a.", 28)]
    [InlineData("(https://example.org/Film_(1927))", 25)]
    [InlineData("example.org", 11)]
    [InlineData("www.example.org/path", 20)]
    [InlineData("ftp://example.org", 17)]
    [InlineData("https://localhost/path", 22)]
    [InlineData("@press", 6)]
    [InlineData("@press@social.example.org", 6)]
    [InlineData("@press@social.example.org, hello", 13)]
    [InlineData("cc @a@b.example @c@d.example", 8)]
    [InlineData("info@example.org", 16)]
    [InlineData("https://social.example.org/@press@other.example.org", 23)]
    [InlineData("#news@example.org", 17)]
    public void Counts_as_the_server_counts(string text, int length) => MastodonText.Length(text, "", 23).ShouldBe(length);

    [Fact]
    public void The_warning_counts_in_full()
    {
        MastodonText.Length("text", "Warning", 23).ShouldBe(11);
        MastodonText.Length("", "https://example.org", 23).ShouldBe(19);
        MastodonText.Length("", "@press@social.example.org", 23).ShouldBe(25);
    }

    [Fact]
    public void A_server_may_reserve_another_length_for_links() => MastodonText.Length("https://example.org", "", 30).ShouldBe(30);

    [Fact]
    public void Links_mentions_and_tags_stand_in_the_order_of_the_text()
    {
        const string Text = "With @press@social.example.org (https://europa.eu/news), #Haushalt·2027 and bundestag.de #2027";

        MastodonText.Entities(Text).Select(entity => (entity.Kind, entity.Value)).ShouldBe(
        [
            (EntityKind.Mention, "press@social.example.org"),
            (EntityKind.Link, "https://europa.eu/news"),
            (EntityKind.Hashtag, "Haushalt·2027"),
        ]);
    }
}
