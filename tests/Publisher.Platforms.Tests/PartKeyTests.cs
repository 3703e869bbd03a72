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
}
