using Shouldly;

namespace Publisher.Platforms.Tests;

/// <summary>Removing what was brought for a post that was never made.</summary>
public abstract partial class PlatformContract
{
    [Fact]
    public async Task What_was_brought_in_vain_is_removed_and_a_second_time_is_no_error()
    {
        var (discarding, part, prepared) = await DraftAsync();

        (await discarding.DiscardAsync(prepared, Account, Cancel)).ShouldBeNull();

        (await Sandbox.CallsAsync(name, "change")).ShouldHaveSingleItem();
        var gone = await SendAsync(part, Account, prepared);
        (gone.Outcome, gone.Code).ShouldBe((Outcome.NotNow, Codes.MediaGone), gone.ToString());
        Sandbox.Posts(name).ShouldBeEmpty();
        (await discarding.DiscardAsync(prepared, Account, Cancel)).ShouldBeNull();
        (await Sandbox.CallsAsync(name, "change")).ShouldHaveSingleItem();
        (await discarding.DiscardAsync(Prepared.Nothing, Account, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task What_others_can_see_by_now_is_left_alone()
    {
        var (discarding, part, prepared) = await DraftAsync();
        (await SendAsync(part, Account, prepared)).Outcome.ShouldBe(Outcome.Published);

        var failure = (await discarding.DiscardAsync(prepared, Account, Cancel)).ShouldNotBeNull();

        (failure.Outcome, failure.Code).ShouldBe((Outcome.Rejected, Codes.DraftVisible));
        Visible().ShouldHaveSingleItem();
        (await Sandbox.CallsAsync(name, "change")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("status", "read", 503)]
    [InlineData("status", "read", 429)]
    [InlineData("garbage", "read", null)]
    [InlineData("wrong-type", "read", null)]
    [InlineData("status", "change", 503)]
    public async Task A_draft_that_cannot_be_looked_at_or_deleted_now_stays_and_that_is_said(string kind, string on, int? status)
    {
        var (discarding, part, prepared) = await DraftAsync();
        await SwitchOnAsync(kind, on: on, status: status);

        (await discarding.DiscardAsync(prepared, Account, Cancel)).ShouldNotBeNull().Outcome.ShouldBe(Outcome.NotNow);

        await Sandbox.SwitchOffFaultsAsync();
        (await SendAsync(part, Account, prepared)).Outcome.ShouldBe(Outcome.Published);
    }

    private async Task<(IDiscard Discarding, Part Part, Prepared Prepared)> DraftAsync()
    {
        Assert.SkipUnless(Platform is IDiscard, "The platform keeps nothing for good that was never shown.");
        var part = PartOf("Never shown") with { Media = [FileToPrepare()] };
        return ((IDiscard)Platform, part, await PrepareAsync(part, Account));
    }
}
