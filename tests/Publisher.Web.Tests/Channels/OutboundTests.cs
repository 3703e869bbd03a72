using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Channels;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Channels;

public sealed class OutboundTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("2002:0a00:0001::1")]
    [InlineData("2001:0:0:0:0:0:f5ff:fffe")]
    public async Task A_name_that_leads_inside_is_not_connected_to(string inside)
    {
        PublicAddress.Is(IPAddress.Parse(inside)).ShouldBeFalse();
        using var clients = Clients(null, [], inside);

        var refused = await Should.ThrowAsync<OutboundRefused>(() => Get(clients, "https://looks-harmless.example/"));

        refused.Code.ShouldBe("outbound.private");
        refused.HttpRequestError.ShouldBe(HttpRequestError.ConnectionError);
    }

    [Theory]
    [InlineData("193.99.144.80")]
    [InlineData("2a02:2e0:3fe:1001::1")]
    [InlineData("::ffff:193.99.144.80")]
    [InlineData("64:ff9b::193.99.144.80")]
    public void Public_addresses_are_public(string address) => PublicAddress.Is(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    public async Task An_address_written_as_numbers_is_checked_like_a_name(string address)
    {
        using var clients = Clients(null, []);

        (await Should.ThrowAsync<OutboundRefused>(() => Get(clients, address))).Code.ShouldBe("outbound.private");
    }

    [Fact]
    public async Task Only_https_leaves()
    {
        using var clients = Clients(null, []);

        (await Should.ThrowAsync<OutboundRefused>(() => Get(clients, "http://social.example/"))).Code.ShouldBe("outbound.not.https");
    }

    [Fact]
    public async Task Nobody_outside_is_told_of_a_trace()
    {
        var told = new List<string>();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            told.AddRange(context.Request.Headers.Keys);
            return Task.CompletedTask;
        });
        using var clients = Clients(null, OutboundRules.Read(server.Address.AbsoluteUri));
        using var trace = new Activity("send").AddBaggage("message", "7").Start();

        await Get(clients, server.Address.AbsoluteUri);

        told.ShouldBe(["Host", "User-Agent", "Accept-Encoding"], ignoreOrder: true);
    }

    [Fact]
    public async Task An_allowed_origin_is_met_and_its_neighbour_port_is_not()
    {
        await using var allowed = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("here"));
        await using var neighbour = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("here"));
        using var clients = Clients(null, OutboundRules.Read(allowed.Address.AbsoluteUri));

        (await Get(clients, allowed.Address.AbsoluteUri)).ShouldBe("here");
        await Should.ThrowAsync<OutboundRefused>(() => Get(clients, neighbour.Address.AbsoluteUri));
        neighbour.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_demo_meets_its_sandbox_and_nothing_else()
    {
        await using var sandbox = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("sandbox"));
        using var clients = Clients(sandbox.Address, OutboundRules.Read("https://mastodon.social"));

        (await Get(clients, new Uri(sandbox.Address, "mastodon/").AbsoluteUri)).ShouldBe("sandbox");
        (await Should.ThrowAsync<OutboundRefused>(() => Get(clients, "https://mastodon.social/"))).Code.ShouldBe("outbound.demo");
    }

    [Fact]
    public async Task A_write_is_not_redirected()
    {
        await using var elsewhere = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("no"));
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Address.AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var clients = Clients(null, OutboundRules.Read($"{server.Address};{elsewhere.Address}"));

        using var content = new StringContent("status=hello");
        using var response = await Platforms(clients).PostAsync(server.Address, content, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        elsewhere.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cookies_are_forgotten()
    {
        var cookies = new List<string>();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            cookies.Add(context.Request.Headers.Cookie.ToString());
            context.Response.Cookies.Append("tracker", "1");
            return Task.CompletedTask;
        });
        using var clients = Clients(null, [server.Address]);

        await Get(clients, server.Address.AbsoluteUri);
        await Get(clients, server.Address.AbsoluteUri);

        cookies.ShouldBe(["", ""]);
    }

    [Fact]
    public async Task A_refused_connection_and_an_unknown_name_say_that_nothing_was_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var closed = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();
        using var clients = Clients(null, [closed, new Uri("https://nobody.example/")]);

        (await Should.ThrowAsync<HttpRequestException>(() => Get(clients, closed.AbsoluteUri))).HttpRequestError.ShouldBe(HttpRequestError.ConnectionError);
        (await Should.ThrowAsync<HttpRequestException>(() => Get(clients, "https://nobody.example/"))).HttpRequestError.ShouldBe(HttpRequestError.NameResolutionError);
    }

    [Fact]
    public async Task A_page_is_read_across_redirects_without_the_credentials()
    {
        await using var page = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("<title>Floods</title>"));
        await using var shortener = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(new Uri(page.Address, "floods").AbsoluteUri);
            return Task.CompletedTask;
        });
        using var clients = Clients(null, [page.Address, shortener.Address]);
        using var request = new HttpRequestMessage(HttpMethod.Get, shortener.Address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "secret");

        using var response = await Pages(clients).SendAsync(request, TestContext.Current.CancellationToken);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Floods");
        page.Seen.ShouldBe(["GET /floods"]);
    }

    [Fact]
    public async Task A_page_that_redirects_inside_is_not_followed()
    {
        await using var inside = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("metadata"));
        await using var page = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect($"https://localhost:{inside.Address.Port}/");
            return Task.CompletedTask;
        });
        using var clients = Clients(null, [page.Address]);

        (await Should.ThrowAsync<OutboundRefused>(() => Pages(clients).GetAsync(page.Address, TestContext.Current.CancellationToken))).Code.ShouldBe("outbound.private");
        inside.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_redirects_for_ever_is_left()
    {
        await using var page = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var clients = Clients(null, [page.Address]);

        await Should.ThrowAsync<HttpRequestException>(() => Pages(clients).GetAsync(page.Address, TestContext.Current.CancellationToken));
        page.Seen.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_page_without_an_end_is_not_read_to_its_end()
    {
        await using var page = await LoopbackServer.StartAsync(async context =>
        {
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        using var clients = Clients(null, [page.Address]);

        await Should.ThrowAsync<HttpRequestException>(() => Pages(clients).GetAsync(page.Address, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("ftp://files.example")]
    [InlineData("https://social.example/path")]
    [InlineData("https://me:secret@social.example")]
    public void An_exception_that_is_no_origin_stops_the_start(string setting) =>
        Should.Throw<StartRefused>(() => OutboundRules.Read(setting)).Message.ShouldContain("Publisher:AllowedHosts");

    private static ServiceProvider Clients(Uri? only, IReadOnlyList<Uri> allowed, string? everyName = null)
    {
        var services = new ServiceCollection();
        services.AddOutbound();
        services.AddSingleton<Standstill>();
        services.AddSingleton(new OutboundRules(only, allowed));
        services.AddSingleton<NameLookup>((host, cancellationToken) => everyName is not null
            ? Task.FromResult(new[] { IPAddress.Parse(everyName) })
            : host.EndsWith(".example", StringComparison.Ordinal) ? Task.FromResult(Array.Empty<IPAddress>()) : Dns.GetHostAddressesAsync(host, cancellationToken));
        return services.BuildServiceProvider();
    }

    private static HttpClient Platforms(ServiceProvider clients) => clients.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Platforms);

    private static HttpClient Pages(ServiceProvider clients) => clients.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundClients.Pages);

    private static Task<string> Get(ServiceProvider clients, string address) => Platforms(clients).GetStringAsync(address, TestContext.Current.CancellationToken);
}
