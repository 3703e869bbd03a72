using Shouldly;

namespace Publisher.Platforms.Tests;

/// <summary>Reading a post back after it went out.</summary>
public abstract partial class PlatformContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_went_out_whole_reads_back_without_a_difference_and_nothing_is_written(int files)
    {
        var reading = ReadingBack();
        var part = PartOf($"{AwkwardText}\nSee https://example.gov/a, #Wasser and @press") with { Media = [.. Enumerable.Range(1, files).Select(number => NewPicture($"Picture {number}"))] };
        var post = await PublishAsync(part);
        var writes = await WritesAsync();

        var there = await reading.ReadAsync(post, Account, Cancel);

        there.Failure.ShouldBeNull();
        there.Files.ShouldBe(files);
        there.Differs(part).ShouldBeFalse($"{there.Text}\n{part.Text}");
        there.Differs(part with { Text = part.Text + " and more" }).ShouldBeTrue();
        there.Differs(part with { Media = [.. part.Media, NewPicture("One more")] }).ShouldBeTrue();
        (await WritesAsync()).ShouldBe(writes);
    }

    [Theory]
    [InlineData("status", 429)]
    [InlineData("status", 503)]
    [InlineData("garbage", null)]
    [InlineData("wrong-type", null)]
    public async Task Reading_back_that_fails_claims_no_difference(string kind, int? status)
    {
        var reading = ReadingBack();
        var part = PartOf("There all the time");
        var post = await PublishAsync(part);
        await SwitchOnAsync(kind, on: "read", status: status);

        var there = await reading.ReadAsync(post, Account, Cancel);

        there.Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);
        there.Differs(PartOf("Something else")).ShouldBeFalse();
    }

    private IReadBack ReadingBack()
    {
        Assert.SkipUnless(Platform is IReadBack, "The platform gives nothing back.");
        return (IReadBack)Platform;
    }
}
