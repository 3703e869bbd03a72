using Shouldly;

namespace Publisher.Platforms.Tests;

public sealed class PartKeyTests
{
    [Fact]
    public void Keys_of_one_instant_are_all_different_and_in_order()
    {
        var now = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

        var keys = Enumerable.Range(0, 5000).Select(_ => PartKey.New(now)).ToList();

        keys.Distinct().Count().ShouldBe(5000);
        keys.Order(StringComparer.Ordinal).ShouldBe(keys);
        keys.ShouldAllBe(key => key.Length == 13 && key.All(sign => "234567abcdefghijklmnopqrstuvwxyz".Contains(sign)));
    }

    /// <summary>The first is the example of atproto.com/specs/tid.</summary>
    [Theory]
    [InlineData("3jzfcijpj2z2a", "2023-06-30T15:03:01.887007Z")]
    [InlineData("2222222222222", "1970-01-01T00:00:00Z")]
    [InlineData("1111111111111", null)]
    [InlineData("key", null)]
    [InlineData("", null)]
    public void A_key_tells_when_it_was_made_and_other_text_does_not(string key, string? time) =>
        PartKey.Time(key).ShouldBe(time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
}
