using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Channels;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Channels;
using Publisher.Web.Tests.Journeys;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Messages;

/// <summary>Whatever a page does, the message goes out, with as much of a card as the page gives.</summary>
public sealed class LinkReaderTests : IAsyncLifetime
{
    private WritingRoom _room = null!;

    private static CancellationToken Stop => WritingRoom.Stop;

    public async ValueTask InitializeAsync() => _room = await WritingRoom.OpenAsync();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/html; charset=utf-7")]
    [InlineData("text/html; charset=\"nobody-knows\"")]
    public async Task A_page_in_letters_that_are_not_read_here_is_taken_as_UTF_8(string type)
    {
        await using var server = await PageAsync("<meta charset='utf-7'><title>Flüsse</title>", type: type);

        (await ReadAsync(server)).Value!.Title.ShouldBe("Flüsse");
    }

    [Fact]
    public async Task An_odd_picture_costs_the_picture_and_not_the_card()
    {
        string[] odd =
        [
            "", " ", "#", "?", "//", "http://", "https:///x.png", "http://[::1", "https://[fe80::1%25lo]/x.png", "https://social.example:0/x.png", "https://social.example:99999/x.png",
            "data:image/png;base64,AAAA", "javascript:alert(1)", "mailto:office@social.example", "\\\\share\\x.png", "/%", "/%ED%A0%80.png", "/cut.png", "/text.png",
            $"https://{new string('ü', 63)}.example/x.png", $"https://{new string('a', 64)}.example/x.png", $"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 6))}/x.png",
            "https://xn--\u00fc.example/x.png", "https://a..example/x.png", $"https://social.example/{new string('x', 70_000)}.png",
        ];
        foreach (var image in odd)
        {
            await using var server = await PageAsync($"<title>Floods</title><meta property='og:image' content='{image}'>", context =>
            {
                if (context.Request.Path == "/cut.png")
                {
                    context.Abort();
                }

                return context.Response.WriteAsync("no picture", Stop);
            });

            var card = (await ReadAsync(server)).Value.ShouldNotBeNull(image);
            (card.Title, card.MediaId).ShouldBe(("Floods", null), image);
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_page_that_is_not_packed_as_it_says_is_left(string packed)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Headers.ContentType = "text/html";
            context.Response.Headers.ContentEncoding = packed;
            return context.Response.WriteAsync("<title>Floods</title>", Stop);
        });

        (await ReadAsync(server)).Refusal.ShouldNotBeNull().Code.ShouldBe("link.unreachable");
    }

    [Theory]
    [InlineData("//")]
    [InlineData("//[")]
    [InlineData("http://[::1")]
    [InlineData("https:")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:office@social.example")]
    public async Task A_page_that_sends_on_to_nowhere_is_left(string target)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = target;
            return Task.CompletedTask;
        });

        (await ReadAsync(server)).Refusal.ShouldNotBeNull().Code.ShouldStartWith("link.");
    }

    [Fact]
    public async Task A_picture_is_kept_under_a_name_that_every_database_takes()
    {
        await using var server = await PageAsync(
            $"<title>Floods</title><meta property='og:image' content='/%0A{new string('a', 199)}%F0%9F%98%80.png'>", context => context.Response.Body.WriteAsync(TestPicture.Png(1), Stop).AsTask());

        var card = (await ReadAsync(server)).Value!;

        await using var db = await _room.ReadAsync();
        (await db.Media.SingleAsync(row => row.Id == card.MediaId, Stop)).FileName.ShouldBe(new string('a', 199));
    }

    [Fact]
    public async Task A_film_is_no_picture_of_a_card()
    {
        var path = Path.Combine(Path.GetTempPath(), $"publisher-card-{Guid.NewGuid():N}.mp4");
        try
        {
            using (var process = Process.Start("ffmpeg", ["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-pix_fmt", "yuv420p", path]))
            {
                await process.WaitForExitAsync(Stop);
            }

            await using var server = await PageAsync("<title>Floods</title><meta property='og:image' content='/film.mp4'>", context => context.Response.SendFileAsync(path, Stop));

            var card = (await ReadAsync(server)).Value!;

            (card.Title, card.MediaId).ShouldBe(("Floods", null));
            server.Seen.ShouldContain("GET /film.mp4");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Who_gives_up_while_the_picture_is_on_its_way_gets_no_card()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var server = await PageAsync("<title>Floods</title><meta property='og:image' content='/slow.png'>", async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadUntilAsync(server, stop.Token));
    }

    private static Task<LoopbackServer> PageAsync(string html, RequestDelegate? picture = null, string type = "text/html") => LoopbackServer.StartAsync(context =>
    {
        if (context.Request.Path != "/" && picture is not null)
        {
            return picture(context);
        }

        context.Response.Headers.ContentType = type;
        return context.Response.WriteAsync(html, Stop);
    });

    private Task<Answer<MessageCard>> ReadAsync(LoopbackServer server) => ReadUntilAsync(server, Stop);

    private async Task<Answer<MessageCard>> ReadUntilAsync(LoopbackServer server, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddOutbound();
        services.AddSingleton<Standstill>();
        services.AddSingleton(new OutboundRules(null, [server.Address]));
        services.AddSingleton<NameLookup>((host, _) => Task.FromResult(IPAddress.TryParse(host, out var address) ? new[] { address } : []));
        await using var clients = services.BuildServiceProvider();
        return await new LinkReader(clients.GetRequiredService<IHttpClientFactory>(), _room.Get<MediaDesk>())
            .ReadAsync(_room.Olivia, _room.SenderId, server.Address.AbsoluteUri, cancellationToken);
    }
}
