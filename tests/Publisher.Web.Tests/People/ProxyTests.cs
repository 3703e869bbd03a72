using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;
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

    [Theory]
    [InlineData("https://publisher.example")]
    [InlineData("https://other.example")]
    [InlineData(null)]
    public async Task A_page_of_the_public_address_comes_alive(string? origin) => (await ConnectAsync(proxied, origin)).ShouldBe(HttpStatusCode.SwitchingProtocols);

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://publisher.example.evil.example")]
    [InlineData("https://publisher.example:8443")]
    [InlineData("http://publisher.example")]
    [InlineData("null")]
    public async Task A_page_of_another_site_does_not(string origin)
    {
        (await ConnectAsync(proxied, origin)).ShouldBe(HttpStatusCode.Forbidden);
        (await ConnectAsync(plain, origin)).ShouldBe(HttpStatusCode.Forbidden);
        (await NegotiateAsync(proxied, origin)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_page_of_the_address_that_is_asked_comes_alive_whatever_the_public_one_is()
    {
        foreach (var product in new[] { plain, proxied })
        {
            using var browser = BrowserOf(product);
            var own = browser.BaseAddress!.GetLeftPart(UriPartial.Authority);
            (await ConnectAsync(product, own)).ShouldBe(HttpStatusCode.SwitchingProtocols);
            (await NegotiateAsync(product, own)).ShouldBe(HttpStatusCode.OK);
        }

        // Behind a proxy that nobody told us of.
        using var unaware = BrowserOf(plain);
        (await ConnectAsync(plain, $"https://{unaware.BaseAddress!.Authority}")).ShouldBe(HttpStatusCode.SwitchingProtocols);
    }

    [Fact]
    public async Task Two_people_behind_a_proxy_on_this_machine_have_tries_of_their_own()
    {
        UseUp(plain, "203.0.113.7");

        using var proxy = BrowserOf(plain);
        (await TryAsync(proxy, "203.0.113.7")).ShouldContain("Too many tries");
        (await TryAsync(proxy, "203.0.113.8")).ShouldContain("did not open an account");
    }

    [Fact]
    public async Task Only_a_proxy_that_is_named_is_believed_and_only_what_it_says_itself()
    {
        UseUp(proxied, "203.0.113.9");

        using var proxy = BrowserOf(proxied, Proxied.Proxy);
        (await TryAsync(proxy, "203.0.113.9")).ShouldContain("Too many tries");
        (await TryAsync(proxy, "203.0.113.10, 203.0.113.9, 192.0.2.1")).ShouldContain("Too many tries");
        (await TryAsync(proxy, "203.0.113.9, 203.0.113.10")).ShouldContain("did not open an account");
        using var other = BrowserOf(proxied);
        (await TryAsync(other, "203.0.113.9")).ShouldContain("did not open an account");
    }

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.0.0.5;")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    public void What_names_no_proxy_is_refused(string setting) => Should.Throw<StartRefused>(() => Proxies.Read(setting)).Message.ShouldContain("Publisher:Proxies");

    [Fact]
    public async Task Whoever_watches_over_it_asks_by_plain_http_all_the_same()
    {
        using var browser = BrowserOf(proxied);
        (await browser.GetAsync(new Uri("health/live", UriKind.Relative), Office.Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>What the socket of an officer's page is answered.</summary>
    private static async Task<HttpStatusCode> ConnectAsync(Walk product, string? origin)
    {
        using var browser = product.BrowserOf(product.Walkers[0]);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", browser.DefaultRequestHeaders.GetValues("Cookie").Single());
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder(browser.BaseAddress!) { Scheme = "ws", Path = "_blazor" }.Uri, Office.Stop);
        }
        catch (WebSocketException)
        {
            // The status says which no it was.
        }

        return socket.HttpStatusCode;
    }

    private static async Task<HttpStatusCode> NegotiateAsync(Walk product, string origin)
    {
        using var browser = product.BrowserOf(product.Walkers[0]);
        browser.DefaultRequestHeaders.Add("Origin", origin);
        return (await browser.PostAsync(new Uri("_blazor/negotiate?negotiateVersion=1", UriKind.Relative), null, Office.Stop)).StatusCode;
    }

    private static void UseUp(Walk product, string address)
    {
        while (product.Services.GetRequiredService<SignInLimit>().Allows(address, $"{Guid.NewGuid()}"))
        {
        }
    }

    /// <summary>The page that a wrong password gets, for somebody at that address.</summary>
    private static async Task<string> TryAsync(HttpClient proxy, string address)
    {
        proxy.DefaultRequestHeaders.Remove("X-Forwarded-For");
        proxy.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        var form = await RecordedForm.OpenAsync(proxy, new Uri(proxy.BaseAddress!, "account/sign-in"));
        using var answer = await form.PostAsync(proxy, "sign-in", ("Input.Email", $"{Guid.NewGuid():N}@office.example"), ("Input.Password", "not the password"));
        return await answer.Content.ReadAsStringAsync(Office.Stop);
    }

    /// <summary>Of somebody who has chosen a theme and is not signed in.</summary>
    private static HttpClient BrowserOf(Walk product, string from = "127.0.0.1")
    {
        using var nobody = product.BrowserOf(product.Walkers[^1]);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.ConnectCallback = async (context, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), stop);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return new HttpClient(handler) { BaseAddress = nobody.BaseAddress, DefaultRequestHeaders = { { "Accept", "text/html" }, { "Cookie", "publisher.theme=dark" } } };
    }
}
