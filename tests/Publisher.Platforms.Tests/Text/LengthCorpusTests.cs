using Publisher.Platforms.Text;
using Shouldly;

namespace Publisher.Platforms.Tests.Text;

/// <summary>
/// What people really type, counted as each platform counts it. The figures are worked out by hand from the platforms' rules: graphemes, UTF-16
/// units, code points, UTF-8 bytes, weights, and what is written instead of links, handles and reserved signs.
/// </summary>
public sealed class LengthCorpusTests
{
    private static readonly PlatformList Platforms = new(new HttpClient(), TimeProvider.System, new MediaShelf());

    private static readonly Row[] Corpus =
    [
        new("a family of four", "👨‍👩‍👧‍👦", Graphemes: 1, Units: 11, Points: 7, Bytes: 25) { Linked = 11, Weighted = 2, WithEmojiBytes = 25 },
        new("a thumb with a skin tone", "👍🏽", Graphemes: 1, Units: 4, Points: 2, Bytes: 8) { Weighted = 2, WithEmojiBytes = 8 },
        new("a flag", "🇪🇺", Graphemes: 1, Units: 4, Points: 2, Bytes: 8) { Weighted = 2, WithEmojiBytes = 8 },
        new("an accent of its own", "re\u0301sume\u0301", Graphemes: 6, Units: 6, Points: 6, Bytes: 8),
        new("an accent that has no letter with it", "q\u0307", Graphemes: 1, Units: 2, Points: 2, Bytes: 3) { Weighted = 2 },
        new("Chinese", "水質報告", Graphemes: 4, Units: 4, Points: 4, Bytes: 12) { Weighted = 8 },
        new("Arabic", "مرحبا", Graphemes: 5, Units: 5, Points: 5, Bytes: 10),
        new("a long link", "https://www.example.org/" + new string('a', 100), Graphemes: 124, Units: 124, Points: 124, Bytes: 124) { Shortened = 23, Weighted = 23, Marked = 263 },
        new("a link without its scheme", "europa.eu", Graphemes: 9, Units: 9, Points: 9, Bytes: 9) { Weighted = 23 },
        new("a handle of another server", "@press@social.example.org", Graphemes: 25, Units: 25, Points: 25, Bytes: 25) { Shortened = 6, Linked = 27 },
        new("two lines from Windows", "a\r\nb", Graphemes: 3, Units: 3, Points: 3, Bytes: 3),
        new("a hashtag", "#water", Graphemes: 6, Units: 6, Points: 6, Bytes: 6) { Linked = 18 },
    ];

    public static TheoryData<string, string> EveryPlatformAndText() =>
        new(Platforms.All.SelectMany(platform => Corpus.Select(row => (platform.Info.Name, row.What))));

    [Theory]
    [MemberData(nameof(EveryPlatformAndText))]
    public void It_counts_as_the_platform_counts(string name, string what)
    {
        var (platform, row) = (Platforms[name], Corpus.Single(row => row.What == what));

        platform.Info.Length(PartOf(platform, row.Normal), platform.Info.Limits).ShouldBe(row.For(name));
    }

    [Theory]
    [MemberData(nameof(EveryPlatformAndText))]
    public void With_it_a_text_fills_the_limit_and_one_letter_more_is_too_long(string name, string what)
    {
        var (platform, row) = (Platforms[name], Corpus.Single(row => row.What == what));
        var part = PartOf(platform, row.Normal);
        var room = platform.Info.Limits.TextOf(part) - row.For(name) - 1;

        Problems(platform, part with { Text = $"{new string('a', room)} {row.Normal}" }).ShouldNotContain("text.too.long");
        Problems(platform, part with { Text = $"{new string('a', room + 1)} {row.Normal}" }).ShouldContain("text.too.long");
    }

    private static Part PartOf(IPlatform platform, string text) => new()
    {
        Text = text,
        Language = "en",
        Options = platform.Info.Options.ToDictionary(option => option.Name, option => option.Name == OptionField.TitleName ? "A title" : option.Default),
    };

    private static List<string> Problems(IPlatform platform, Part part) =>
        [.. platform.Check(new Post { Platform = platform.Info.Name, Server = new Uri("https://social.example/"), AccountId = "1", Parts = [part], Limits = platform.Info.Limits }).Select(problem => problem.Code)];

    /// <param name="Units">UTF-16.</param>
    /// <param name="Points">Unicode code points.</param>
    /// <param name="Bytes">UTF-8.</param>
    private sealed record Row(string What, string Text, int Graphemes, int Units, int Points, int Bytes)
    {
        /// <summary>As it goes out: composed, with plain line ends.</summary>
        public string Normal => PlainText.Normalize(Text);

        /// <summary>Graphemes, with links at 23 and handles without their server.</summary>
        public int? Shortened { get; init; }

        /// <summary>UTF-16 units with reserved signs escaped and hashtags written out.</summary>
        public int? Linked { get; init; }

        /// <summary>Weights, with links at 23 and every emoji at 2.</summary>
        public int? Weighted { get; init; }

        /// <summary>Code points, with emoji by their bytes.</summary>
        public int? WithEmojiBytes { get; init; }

        /// <summary>Bytes, with links written as markup.</summary>
        public int? Marked { get; init; }

        public int For(string platform) => platform switch
        {
            "mastodon" => Shortened ?? Graphemes,
            "bluesky" or "manual" => Graphemes,
            "x" => Weighted ?? Units,
            "linkedin" => Linked ?? Units,
            "threads" => WithEmojiBytes ?? Points,
            "pixelfed" => Points,
            "flickr" => Marked ?? Bytes,
            _ => Units,
        };
    }
}
