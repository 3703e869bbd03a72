using System.Text;
using Publisher.Sandbox;
using Shouldly;

namespace Publisher.Platforms.Tests.Telegram;

/// <summary>
/// What the adapter sends and the sandbox answers, held against the list of the Bot API's methods and types: calls with JSON by a proxy that
/// knows its OpenAPI form, calls with files, which that proxy cannot read, by the list itself.
/// </summary>
public sealed class TelegramDescriptionTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private readonly MediaShelf _shelf = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static SandboxAccount Known => SandboxAccounts.Of("telegram", "environment");

    private Uri Server => new(sandbox.Address, "telegram/");

    [Fact]
    public async Task Every_call_and_every_answer_fits_the_list_of_methods_and_types()
    {
        var description = new BotApiDescription(Specs.Find("telegram/api.json"));
        await sandbox.ResetAsync("telegram");

        await UseEverythingAsync(sandbox.Http);

        sandbox.Exchanges.Select(exchange => exchange.Address.Segments[^1]).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(["deleteMessage", "editMessageCaption", "editMessageText", "getChat", "getChatMember", "getMe", "sendMediaGroup", "sendMessage", "sendPhoto", "sendVideo"]);
        sandbox.Exchanges.SelectMany(description.Check).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sendPhoto", "name=\"caption\"", "name=\"heading\"", "heading is no field")]
    [InlineData("sendPhoto", "name=\"chat_id\"", "name=\"to\"", "/chat_id is missing")]
    [InlineData("sendMediaGroup", "\"type\"", "\"kind\"", "media/0/kind is no field")]
    [InlineData("sendMediaGroup", "attach://file2", "attach://file3", "nothing names the file file2")]
    [InlineData("editMessageCaption", "\"caption\"", "\"heading\"", "/heading is no field")]
    [InlineData("editMessageText", "\"message_id\":1", "\"message_id\":\"1\"", "/message_id is no Integer")]
    [InlineData("sendMessage", "\"is_disabled\":true", "\"is_disabled\":1", "/link_preview_options/is_disabled is no Boolean")]
    public async Task A_call_that_does_not_fit_is_caught(string method, string sent, string broken, string problem)
    {
        var description = new BotApiDescription(Specs.Find("telegram/api.json"));
        await sandbox.ResetAsync("telegram");
        await UseEverythingAsync(sandbox.Http);
        var exchange = sandbox.Exchanges.First(exchange => exchange.Address.Segments[^1] == method && Encoding.Latin1.GetString(exchange.Request).Contains(sent, StringComparison.Ordinal));

        var altered = exchange with { Request = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(exchange.Request).Replace(sent, broken, StringComparison.Ordinal)) };

        description.Check(altered).ShouldContain($"{method}: {problem}");
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_is_caught()
    {
        var description = new BotApiDescription(Specs.Find("telegram/api.json"));
        await sandbox.ResetAsync("telegram");
        await UseEverythingAsync(sandbox.Http);
        var exchange = sandbox.Exchanges.First(exchange => exchange.Address.Segments[^1] == "sendMessage");

        var altered = exchange with { Answer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(exchange.Answer).Replace("\"message_id\"", "\"id\"", StringComparison.Ordinal)) };

        description.Check(altered).ShouldBe(["sendMessage: result/message_id is missing", "sendMessage: result/id is no field"]);
    }

    [Fact]
    public async Task Every_call_without_files_fits_the_OpenAPI_form_and_so_does_its_answer()
    {
        var file = Specs.Find("telegram/openapi.derived.json");
        await using var prism = await Prism.StartAsync(file, Server);
        using var client = new Prism.Client(prism, Server, file);
        using var http = new HttpClient(client);

        await UseEverythingAsync(http);

        client.Violations.ShouldBeEmpty();
        client.Checked.Select(call => call.Split('/')[^1]).Distinct().Order(StringComparer.Ordinal).ShouldBe(["deleteMessage", "editMessageCaption", "editMessageText", "getChat", "getChatMember", "getMe", "sendMessage"]);
        client.Past.Select(call => call.Split('/')[^1]).Distinct().Order(StringComparer.Ordinal).ShouldBe(["sendMediaGroup", "sendPhoto", "sendVideo"]);
    }

    [Fact]
    public async Task A_broken_call_is_caught()
    {
        var file = Specs.Find("telegram/openapi.derived.json");
        await using var prism = await Prism.StartAsync(file, Server);
        using var client = new Prism.Client(prism, Server, file);
        using var http = new HttpClient(client);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Server.AbsoluteUri}bot{Known.Token}/sendMessage")
        {
            Content = new StringContent("""{"chat_id":"@environment","text":"x","disable_notification":"yes"}""", Encoding.UTF8, "application/json"),
        };

        using var response = await http.SendAsync(request, Cancel);

        client.Violations.ShouldContain(violation => violation.Contains(": request."));
    }

    /// <summary>Connects, posts in every form, corrects, and takes back.</summary>
    private async Task UseEverythingAsync(HttpClient http)
    {
        var platform = new PlatformList(http, TimeProvider.System, _shelf)["telegram"];
        var form = new Dictionary<string, string> { ["channel"] = "@environment", ["token"] = Known.Token, ["server"] = Server.AbsoluteUri };
        var account = (await ((IConnectByForm)platform).ConnectAsync(form, Cancel)).Accounts.ShouldHaveSingleItem();
        var part = new Part
        {
            Text = "Text with a link https://example.gov/report, a tag #water and 🌊",
            Language = "en",
            Options = new Dictionary<string, string> { ["notification"] = "silent", ["preview"] = "off" },
        };

        var text = await PublishAsync(part);
        await PublishAsync(part with { Media = [_shelf.Picture("")] });
        await PublishAsync(part with { Media = [_shelf.Video("")] });
        var album = await PublishAsync(part with { Media = [_shelf.Picture(""), _shelf.Picture("")] });
        await PublishAsync(part with { Media = [_shelf.Video(""), _shelf.Video("")] });
        await PublishAsync(part with { Text = "The second part", Number = 2, Root = text, Parent = text });
        await CorrectAsync(part, text);
        await CorrectAsync(part with { Media = [_shelf.Picture(""), _shelf.Picture("")] }, album);
        (await ((IRetract)platform).RetractAsync(text, account, Cancel)).Failure.ShouldBeNull();

        async Task CorrectAsync(Part sent, RemotePost post)
        {
            var corrected = sent with { Text = $"{sent.Text} and more", Correction = new Correction(post, CorrectionWay.Edit) };
            (await ((ICorrect)platform).CorrectAsync(corrected, account, Cancel)).Outcome.ShouldBe(Outcome.Published);
        }

        async Task<RemotePost> PublishAsync(Part sent)
        {
            var published = await platform.PublishAsync(sent, Prepared.Nothing, account, Cancel);
            published.Outcome.ShouldBe(Outcome.Published, published.ToString());
            return published.Post.ShouldNotBeNull();
        }
    }
}
