using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What a narrow window must not hide.</summary>
public sealed class PhoneTests(Demo demo) : IClassFixture<Demo>
{
    private const int Width = 390;

    [Fact]
    public async Task The_time_stands_before_the_previews_and_the_button_comes_last()
    {
        await demo.OpenAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer", Width);
        await olivia.GoAsync("messages/new");
        await olivia.Page.Locator(".previews-side").WaitForAsync();
        await olivia.Page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");

        var (text, when, previews, go) = (await BoxAsync("#message-text"), await BoxAsync(".when"), await BoxAsync(".previews-side"), await BoxAsync(".go"));

        when.Y.ShouldBeGreaterThan(text.Y + text.Height);
        previews.Y.ShouldBeGreaterThan(when.Y + when.Height);
        go.Y.ShouldBeGreaterThan(previews.Y + previews.Height);

        async Task<LocatorBoundingBoxResult> BoxAsync(string selector) => (await olivia.Page.Locator(selector).BoundingBoxAsync())!;
    }

    [Fact]
    public async Task The_account_and_the_page_one_is_on_are_in_reach_in_the_bar()
    {
        await demo.OpenAsync();
        var olivia = await demo.SeatOfAsync("Olivia Officer", Width);
        await olivia.GoAsync("holds");

        var account = (await olivia.Page.Locator(".rail .foot").BoundingBoxAsync())!;
        var holds = (await olivia.Page.Locator(".rail a[href=holds]").BoundingBoxAsync())!;

        (account.X + account.Width).ShouldBe(Width, 0.5);
        holds.X.ShouldBeGreaterThan(0);
        (holds.X + holds.Width).ShouldBeLessThanOrEqualTo(account.X + 0.5f);
    }
}
