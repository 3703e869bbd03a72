using System.Net;
using System.Text.Json;
using Shouldly;

namespace Publisher.Platforms.Tests.Mastodon;

/// <summary>A smoke test: the Mastodon adapter against a server nobody here wrote. It is lax, so it proves little more than that real servers understand us.</summary>
public sealed class MastodonRealServerTests(RealSnac server) : IClassFixture<RealSnac>
{
    private static readonly MediaShelf Shelf = new();
    private readonly IPlatform _platform = new PlatformList(server.Http, TimeProvider.System, Shelf)["mastodon"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_with_a_picture_goes_out_and_deleting_which_it_does_not_offer_is_said()
    {
        var account = await server.ConnectAsync(_platform);
        var part = PartOf("Grüße aus dem Amt 🌊 https://example.gov/ #Hochwasser") with { Media = [Shelf.Picture("Die Brücke")] };

        var prepared = await ((IPrepare)_platform).PrepareAsync(part, Prepared.Nothing, account, Cancel);
        prepared.Failure.ShouldBeNull();
        prepared.IsReady.ShouldBeTrue();
        var result = await _platform.PublishAsync(part, prepared.Prepared, account, Cancel);

        result.Outcome.ShouldBe(Outcome.Published, result.ToString());
        var post = result.Post.ShouldNotBeNull();
        var status = await StatusAsync(post.Id, account);
        status.ShouldNotBeNull().GetProperty("content").GetString().ShouldNotBeNull().ShouldContain("Grüße aus dem Amt 🌊");
        var picture = status.Value.GetProperty("media_attachments").EnumerateArray().ShouldHaveSingleItem();
        picture.GetProperty("description").GetString().ShouldBe("Die Brücke");

        // This server knows no deleting through the interface: a person has to be told, not left waiting.
        (await ((IRetract)_platform).RetractAsync(post, account, Cancel)).Failure.ShouldNotBeNull().Outcome.ShouldBe(Outcome.Rejected);
        (await StatusAsync(post.Id, account)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_thread_hangs_together()
    {
        var account = await server.ConnectAsync(_platform);
        var first = (await _platform.PublishAsync(PartOf("1/2"), Prepared.Nothing, account, Cancel)).Post.ShouldNotBeNull();

        var second = await _platform.PublishAsync(PartOf("2/2") with { Number = 2, Root = first, Parent = first }, Prepared.Nothing, account, Cancel);

        var status = await StatusAsync(second.Post.ShouldNotBeNull(second.ToString()).Id, account);
        status.ShouldNotBeNull().GetProperty("in_reply_to_id").GetString().ShouldBe(first.Id);
    }

    [Fact]
    public async Task A_bad_token_asks_for_a_person()
    {
        var account = await server.ConnectAsync(_platform);
        var bad = account with { Credentials = new Credentials { Token = new Secret("nonsense") } };

        (await _platform.PublishAsync(PartOf("Never"), Prepared.Nothing, bad, Cancel)).Outcome.ShouldBe(Outcome.SignInNeeded);
    }

    private Part PartOf(string text) => new()
    {
        Text = text,
        Language = "de",
        Options = _platform.Info.Options.ToDictionary(option => option.Name, option => option.Default),
        Key = PartKey.New(TimeProvider.System.GetUtcNow()),
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    /// <summary>Null where it is gone.</summary>
    private async Task<JsonElement?> StatusAsync(string id, Account account)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(account.Server, $"api/v1/statuses/{id}"));
        request.Headers.Authorization = new("Bearer", account.Credentials.Token.Value);
        using var answer = await server.Http.SendAsync(request, Cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return status.RootElement.Clone();
    }
}
