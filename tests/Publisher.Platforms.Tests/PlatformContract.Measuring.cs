using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests;

/// <summary>Counting followers and what readers did.</summary>
public abstract partial class PlatformContract
{
    /// <summary>What of the numbers the platform tells about a post; null where it tells nothing of single posts.</summary>
    protected virtual Counts? Told(SandboxCounts all) => new(all.Likes, all.Shares, all.Replies, all.Views);

    /// <summary>What of the number of followers it tells; null where it tells none.</summary>
    protected virtual long? ToldFollowers(int all) => all;

    [Fact]
    public async Task Counts_arrive_as_the_platform_gives_them_and_nothing_is_written()
    {
        var measuring = Measuring();
        RemotePost[] posts = [await PublishAsync(PartOf("Counted first")), await PublishAsync(PartOf("Counted second"))];
        var writes = await WritesAsync();

        var measured = await measuring.MeasureAsync(posts, Account, Cancel);

        measured.Failure.ShouldBeNull();
        measured.Followers.ShouldBe(ToldFollowers(SandboxCounts.Followers(Account.Id)));
        measured.Posts.ToDictionary().ShouldBe(
            posts.Select(post => KeyValuePair.Create(post.Id, Told(SandboxCounts.Of(post.Id)))).Where(told => told.Value is not null).ToDictionary(told => told.Key, told => told.Value!),
            ignoreOrder: true);
        (await WritesAsync()).ShouldBe(writes);
    }

    [Fact]
    public async Task A_post_that_is_gone_has_no_counts()
    {
        var measuring = Measuring();
        if (Platform is not IRetract retracting)
        {
            Assert.Skip("The platform cannot delete.");
            return;
        }

        var gone = await PublishAsync(PartOf("Soon gone"));
        await retracting.RetractAsync(gone, Account, Cancel);

        var measured = await measuring.MeasureAsync([gone], Account, Cancel);

        measured.Failure.ShouldBeNull();
        measured.Posts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("status", 429)]
    [InlineData("status", 503)]
    [InlineData("garbage", null)]
    [InlineData("wrong-type", null)]
    [InlineData("expired-token", null)]
    public async Task Counting_that_fails_invents_no_number(string kind, int? status)
    {
        var measuring = Measuring();
        var post = await PublishAsync(PartOf("There all the time"));
        await SwitchOnAsync(kind, on: "read", status: status);

        var measured = await measuring.MeasureAsync([post], Account, Cancel);

        measured.Failure.ShouldNotBeNull().Outcome.ShouldBeOneOf(Outcome.NotNow, Outcome.SignInNeeded);
        measured.Followers.ShouldBeNull();
        measured.Posts.ShouldBeEmpty();
    }

    private IMeasure Measuring()
    {
        Assert.SkipUnless(Platform is IMeasure, "The platform tells no numbers.");
        return (IMeasure)Platform;
    }

    private async Task<int> WritesAsync() =>
        (await Sandbox.CallsAsync(name, "create")).Count + (await Sandbox.CallsAsync(name, "change")).Count + (await Sandbox.CallsAsync(name, "media")).Count;
}
