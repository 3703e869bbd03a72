using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;
using static Publisher.Web.Tests.Deliveries.SendingRoom;

namespace Publisher.Web.Tests.Deliveries;

public sealed class DeliveryFilesTests
{
    [Fact]
    public async Task A_platform_fetches_the_approved_bytes_while_the_part_is_on_its_way()
    {
        await using var room = await OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [channel], media);
        var token = await TokenAsync(room, message, media);

        var (status, type, bytes) = await FetchAsync(room, token);

        (status, type, bytes).ShouldBe((200, "image/png", "the approved picture"));
    }

    [Fact]
    public async Task Once_it_is_out_nobody_fetches_it_any_more()
    {
        await using var room = await OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine, [channel], media);
        var token = await TokenAsync(room, message, media);
        await room.WorkAsync();
        (await room.DeliveryAsync(message)).State.ShouldBe(DeliveryState.Published);

        (await FetchAsync(room, token)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_cancelled_message_gives_nothing_away()
    {
        await using var room = await OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [channel], media);
        var token = await TokenAsync(room, message, media);
        (await room.First.Desk.CancelAsync(room.Manager, message.Id, null, Ended)).Refusal.ShouldBeNull();

        (await FetchAsync(room, token)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task An_address_that_was_made_up_opens_nothing()
    {
        await using var room = await OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [channel], media);
        var token = await TokenAsync(room, message, media);

        (await FetchAsync(room, $"{token[..^4]}AAAA")).Status.ShouldBe(404);
        (await FetchAsync(room, media.Hash)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Bytes_swapped_on_disk_never_arrive_whole()
    {
        await using var room = await OpenAsync();
        var channel = await room.AddChannelAsync();
        var media = await room.AddMediaAsync("the approved picture");
        var message = await room.ApproveAsync("Hello", Nine.AddMinutes(5), [channel], media);
        var token = await TokenAsync(room, message, media);
        await File.WriteAllTextAsync(room.PathOf(media), "the altered picture!", Ended);

        await Should.ThrowAsync<MediaSwapped>(() => FetchAsync(room, token));
    }

    [Fact]
    public void Platforms_reach_a_real_installation_only_at_a_public_address()
    {
        var root = Directory.CreateTempSubdirectory("publisher-files-");
        using (var folder = DataFolder.Open(Path.Combine(root.FullName, "data"), asDemo: false))
        {
            Uri? At(string? told) => new OwnAddress(new ConfigurationManager { ["Publisher:PublicAddress"] = told }, folder).ForPlatforms;

            At(null).ShouldBeNull();
            At("http://publisher.example").ShouldBeNull();
            At("https://localhost:5001").ShouldBeNull();
            At("https://publisher.example;https://other.example").ShouldBe(new Uri("https://publisher.example/"));
        }

        root.Delete(recursive: true);
    }

    private static async Task<string> TokenAsync(SendingRoom room, Message message, Platforms.Media media)
    {
        var part = (await room.DeliveryAsync(message)).Parts[0];
        var address = room.First.Services.GetRequiredService<IMediaFiles>().AddressOf(media, new Part { Text = "", Language = "en", Key = part.Key }).ShouldNotBeNull();
        address.AbsoluteUri.ShouldAllBe(letter => char.IsAscii(letter));
        address.AbsolutePath.ShouldEndWith("/file.png");
        return address.Segments[2].TrimEnd('/');
    }

    private static async Task<(int Status, string? Type, string Body)> FetchAsync(SendingRoom room, string token)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = room.First.Services };
        context.Response.Body = body;
        await (await room.First.Services.GetRequiredService<DeliveryFiles>().SendAsync(token, context)).ExecuteAsync(context);
        return (context.Response.StatusCode, context.Response.ContentType, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
