using System.Net;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

/// <summary>What a proxy in front changes, asked over real sockets: the plain product knows of none, the other has an https address.</summary>
public sealed class ProxyTests(Walk plain, Proxied proxied) : IClassFixture<Walk>, IClassFixture<Proxied>
{
    [Fact]
    public async Task Cookies_are_for_https_only_where_people_come_by_it()
    {
        var email = await proxied.NewPersonAsync();
        using var browser = BrowserOf(proxied);
        var form = await RecordedForm.OpenAsync(browser, new Uri(browser.BaseAddress!, "account/sign-in"));

        using var page = await browser.GetAsync(form.Address, Office.Stop);
        using var entered = await form.PostAsync(browser, "sign-in", ("Input.Email", email), ("Input.Password", Office.Password));
        using var preferred = await (form with { Address = new Uri(browser.BaseAddress!, "preferences") }).PostAsync(browser, "", ("theme", "dark"), ("language", "de-DE"));

        var cookies = new[] { page, entered, preferred }.SelectMany(answer => answer.Headers.GetValues("Set-Cookie")).ToList();
        cookies.Select(cookie => cookie.Split('=')[0]).ShouldBe([form.Cookie.Split('=')[0], "publisher", "publisher.theme", "publisher.language"], ignoreOrder: true);
        cookies.ShouldAllBe(cookie => cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Browsers_are_told_to_stay_with_https_where_people_come_by_it()
    {
        using var browser = BrowserOf(proxied);
        using var page = await browser.GetAsync(new Uri("account/sign-in", UriKind.Relative), Office.Stop);
        page.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);

        using var other = BrowserOf(plain);
        using var without = await other.GetAsync(new Uri("account/sign-in", UriKind.Relative), Office.Stop);
        without.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [Theory]
    [InlineData("publisher.example", "https://publisher.example/account/sign-in?returnUrl=%2Fpeople")]
    [InlineData("other.example", "https://other.example/account/sign-in?returnUrl=%2Fpeople")]
    [InlineData("localhost:5080", "http://localhost:5080/account/sign-in?returnUrl=%2Fpeople")]
    public async Task Who_is_led_on_stays_with_the_address_they_typed(string host, string leads)
    {
        using var browser = BrowserOf(proxied);
        browser.DefaultRequestHeaders.Host = host;
        (await browser.GetAsync(new Uri("people", UriKind.Relative), Office.Stop)).Headers.Location!.OriginalString.ShouldBe(leads);
    }

    [Fact]
    public async Task Whoever_watches_over_it_asks_by_plain_http_all_the_same()
    {
        using var browser = BrowserOf(proxied);
        (await browser.GetAsync(new Uri("health/live", UriKind.Relative), Office.Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Of somebody who has chosen a theme and is not signed in.</summary>
    private static HttpClient BrowserOf(Walk product)
    {
        var browser = product.BrowserOf(product.Walkers[^1]);
        browser.DefaultRequestHeaders.Add("Cookie", "publisher.theme=dark");
        return browser;
    }
}
