using Publisher.Platforms.Pixelfed;
using Shouldly;

namespace Publisher.Platforms.Tests.Pixelfed;

public sealed class PixelfedTextTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("Grüße", 5)]
    [InlineData("Gru\u0308\u00dfe", 5)]
    [InlineData("q\u0323", 2)]
    [InlineData("日本語", 3)]
    [InlineData("שלום عالم", 9)]
    [InlineData("a\r\nb", 3)]
    [InlineData("👨‍👩‍👧‍👦", 7)]
    [InlineData("👍🏽🇪🇺", 4)]
    [InlineData("https://example.org/a/very/long/path", 36)]
    [InlineData("@press@social.example.org", 25)]
    public void Counts_code_points(string text, int length) => PixelfedText.Length(text).ShouldBe(length);

    [Theory]
    [InlineData("1 < 2", null)]
    [InlineData("1 <\n2", null)]
    [InlineData("2 > 1 & more", null)]
    [InlineData("<b>bold</b>", "<b>bold</b>")]
    [InlineData("With love <3", "<3")]
    [InlineData("1 < 2 <3", "<3")]
    [InlineData("At the end <", "<")]
    [InlineData("a <!-- remark -->", "<!-- remark ")]
    [InlineData("no-break <\u00a0space", "<\u00a0space")]
    [InlineData("<a\nb>", "<a")]
    public void What_the_server_would_drop_is_named(string text, string? dropped) => PixelfedText.Dropped(text).ShouldBe(dropped);

    [Fact]
    public void What_the_server_would_drop_is_refused_beforehand()
    {
        var platform = new PixelfedPlatform(new HttpClient(), TimeProvider.System, new MediaShelf());
        var post = new Post
        {
            Platform = "pixelfed",
            Server = new Uri("https://pixels.example.org/"),
            AccountId = "1",
            Limits = platform.Info.Limits with { NeedsMedia = false },
            Parts = [new Part { Text = "With < space", Language = "en" }, new Part { Number = 2, Text = "With love <3", Language = "en" }],
        };

        var problem = platform.Check(post).ShouldHaveSingleItem();

        (problem.Code, problem.Part, problem.IsNote).ShouldBe(("markup.lost", 2, false));
        problem.Values.ShouldBe(["<3"]);
    }

    [Theory]
    [InlineData("With @press.office@pixels.example.org (https://europa.eu/news_(2027)?a=1), #Haushalt2027 and bundestag.de #2027",
        "Mention press.office@pixels.example.org|Link https://europa.eu/news_(2027)?a=1|Hashtag Haushalt2027")]
    [InlineData("@water. @environment, info@example.org and https://pixels.example.org/@press", "Mention water|Mention environment|Link https://pixels.example.org/@press")]
    [InlineData("#Größe #日本 #a_b &#x41; a#b #1 ##c ＃weit", "Hashtag Größe|Hashtag 日本|Hashtag a_b|Hashtag c|Hashtag weit")]
    [InlineData("See https://example.org/a. Or http://example.org, ftp://example.org", "Link https://example.org/a|Link http://example.org")]
    public void Links_mentions_and_tags_stand_in_the_order_of_the_text(string text, string expected)
    {
        var entities = PixelfedText.Entities(text);

        string.Join('|', entities.Select(entity => $"{entity.Kind} {entity.Value}")).ShouldBe(expected);
    }
}
