using Shouldly;

namespace Publisher.Platforms.Tests.Manual;

/// <summary>Nothing leaves from here, so the contract of those that send does not apply.</summary>
public sealed class ManualTests
{
    private readonly IPlatform _platform = new PlatformList(new HttpClient(new NoWire()), TimeProvider.System, new MediaShelf())["manual"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_post_is_handed_to_a_person_and_no_call_leaves()
    {
        var account = (await ConnectAsync("WhatsApp channel", "https://whatsapp.com/channel/0029Va", "4000")).Accounts.ShouldHaveSingleItem();

        var result = await _platform.PublishAsync(new Part { Text = "By hand", Language = "en" }, Prepared.Nothing, account, Cancel);

        result.Outcome.ShouldBe(Outcome.ByHand);
        result.Post.ShouldBeNull();
        _platform.ShouldNotBeAssignableTo<IRecall>();
        _platform.Info.IsByHand.ShouldBeTrue();
    }

    [Fact]
    public async Task A_place_is_connected_by_its_name_its_address_and_what_it_takes()
    {
        var account = (await ConnectAsync(" WhatsApp channel ", "https://whatsapp.com/channel/0029Va", "4000")).Accounts.ShouldHaveSingleItem();

        account.DisplayName.ShouldBe("WhatsApp channel");
        account.Server.ShouldBe(new Uri("https://whatsapp.com/channel/0029Va/"));
        account.Limits.Text.ShouldBe(4000);
        account.Credentials.Token.Value.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "https://intranet.example.gov/news", "500", "place.name")]
    [InlineData("Intranet", "http://intranet.example.gov/news", "500", "place.address")]
    [InlineData("Intranet", "https://me:secret@intranet.example.gov/", "500", "place.address")]
    [InlineData("Intranet", "intranet", "500", "place.address")]
    [InlineData("Intranet", "https://intranet.example.gov/", "0", "place.limit")]
    [InlineData("Intranet", "https://intranet.example.gov/", "many", "place.limit")]
    public async Task What_is_no_place_is_refused(string name, string address, string limit, string problem) =>
        (await ConnectAsync(name, address, limit)).Problem.ShouldNotBeNull().Code.ShouldBe(problem);

    [Fact]
    public void One_character_more_than_the_place_takes_is_a_problem()
    {
        var limits = _platform.Info.Limits with { Text = 20 };
        Post PostOf(string text) => new()
        {
            Platform = "manual", Server = new Uri("https://intranet.example.gov/"), AccountId = "intranet", Limits = limits, Parts = [new Part { Text = text, Language = "en" }],
        };

        // One family of emoji is one character to a reader.
        _platform.Check(PostOf(new string('a', 19) + "👨‍👩‍👧‍👦")).ShouldBeEmpty();
        _platform.Check(PostOf(new string('a', 20) + "👨‍👩‍👧‍👦")).ShouldHaveSingleItem().Code.ShouldBe("text.too.long");
    }

    private Task<ConnectResult> ConnectAsync(string name, string address, string limit) =>
        ((IConnectByForm)_platform).ConnectAsync(new Dictionary<string, string> { ["name"] = name, ["address"] = address, ["limit"] = limit }, Cancel);

    private sealed class NoWire : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"A call left: {request.RequestUri}");
    }
}
