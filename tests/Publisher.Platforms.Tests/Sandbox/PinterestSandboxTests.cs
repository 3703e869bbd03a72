using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class PinterestSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("pinterest");
    private static readonly string Board = Ministry.Id.Split('/')[1];
    private static readonly byte[] Png = Picture.Png("river", 30, 20);

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PinAsync(object source, string board = "", string description = "A river")
        => CallAsync(HttpMethod.Post, "pinterest/v5/pins", new { board_id = board.Length > 0 ? board : Board, title = "River", description, media_source = source }, Ministry.Token);

    private static object Image(string type = "image/png", byte[]? bytes = null) => new { source_type = "image_base64", content_type = type, data = Convert.ToBase64String(bytes ?? Png) };

    [Fact]
    public async Task A_pin_is_answered_whole_and_has_a_page()
    {
        var answer = await PinAsync(Image());

        answer.Status.ShouldBe(201);
        answer.Json!["board_id"]!.ToString().ShouldBe(Board);
        answer.Response.Headers.GetValues("x-ratelimit-remaining").Single().ShouldBe("99");
        (await PageAsync($"pinterest/pin/{answer.Json["id"]}/")).ShouldContain("A river");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_undocumented_field_is_an_objection()
    {
        await CallAsync(HttpMethod.Post, "pinterest/v5/pins", new { board_id = Board, text = "x", media_source = Image() }, Ministry.Token);
        await PinAsync(new { source_type = "image_base64", content_type = "image/png", data = "AAAA", colour = "green" });
        await PinAsync(new { source_type = "image_film" });

        Server.Objections.Select(objection => objection.What).ShouldBe(
            ["/text is not a known field", "/media_source/colour is not a known field", "media_source/source_type is not documented"]);
        Server.Posts("pinterest").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(800, 201)]
    [InlineData(801, 400)]
    public async Task Eight_hundred_characters_fit(int characters, int status) =>
        (await PinAsync(Image(), description: new string('x', characters))).Status.ShouldBe(status);

    [Fact]
    public async Task Bytes_that_are_not_of_their_type_are_refused()
    {
        (await PinAsync(Image("image/jpeg"))).Status.ShouldBe(400);
        (await PinAsync(Image(bytes: [1, 2, 3]))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Pictures_of_a_carousel_have_one_size()
    {
        object Item(int width) => new { content_type = "image/png", data = Convert.ToBase64String(Picture.Png("river", width, 20)) };

        (await PinAsync(new { source_type = "multiple_image_base64", items = new[] { Item(30), Item(30) } })).Status.ShouldBe(201);
        (await PinAsync(new { source_type = "multiple_image_base64", items = new[] { Item(30), Item(31) } })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_board_of_somebody_else_is_not_there() => (await PinAsync(Image(), SandboxAccounts.Of("pinterest", "water").Id.Split('/')[1])).Status.ShouldBe(404);

    [Fact]
    public async Task A_video_is_registered_sent_without_a_token_processed_and_pinned_with_a_cover()
    {
        var registered = (await CallAsync(HttpMethod.Post, "pinterest/v5/media", new { media_type = "video" }, Ministry.Token)).Json!;
        var id = registered["media_id"]!.ToString();
        async Task<string> StatusAsync() => (await CallAsync(HttpMethod.Get, $"pinterest/v5/media/{id}", token: Ministry.Token)).Json!["status"]!.ToString();
        (await StatusAsync()).ShouldBe("registered");
        (await SendAsync(registered, fileLast: true)).ShouldBe(204);
        (await StatusAsync()).ShouldBe("processing");
        (await PinAsync(new { source_type = "video_id", media_id = id, cover_image_key_frame_time = 0 })).Status.ShouldBe(400);
        Clock.Advance(Processing);
        (await StatusAsync()).ShouldBe("succeeded");

        (await PinAsync(new { source_type = "video_id", media_id = id })).Status.ShouldBe(400);
        (await PinAsync(new { source_type = "video_id", media_id = id, cover_image_key_frame_time = 0 })).Status.ShouldBe(201);

        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_store_refuses_a_token_and_fields_behind_the_file()
    {
        var registered = (await CallAsync(HttpMethod.Post, "pinterest/v5/media", new { media_type = "video" }, Ministry.Token)).Json!;

        (await SendAsync(registered, fileLast: true, Ministry.Token)).ShouldBe(400);
        (await SendAsync(registered, fileLast: false)).ShouldBe(403);

        Server.Objections.Select(objection => objection.What).ShouldBe(["the upload takes no Authorization header", "the file must be the last field"]);
    }

    [Fact]
    public async Task A_change_keeps_what_it_does_not_name_and_takes_away_what_it_says_is_nothing()
    {
        var pin = (await CallAsync(HttpMethod.Post, "pinterest/v5/pins", new { board_id = Board, title = "River", description = "At dwan", link = "https://example.gov/", alt_text = "A river", media_source = Image() }, Ministry.Token)).Json!;

        var changed = await ChangeAsync("""{"description":"At dawn","link":null}""");

        changed.Status.ShouldBe(200);
        (changed.Json!["title"]!.ToString(), changed.Json["description"]!.ToString(), changed.Json["link"], changed.Json["alt_text"]!.ToString()).ShouldBe(("River", "At dawn", null, "A river"));
        Server.Posts("pinterest").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            post => post.Text.ShouldBe("River\n\nAt dawn"), post => post.Card.ShouldBeNull(), post => post.Media.ShouldHaveSingleItem().Alt.ShouldBe("A river"), post => post.EditedAt.ShouldNotBeNull());
        (await ChangeAsync($$"""{"description":"{{new string('x', 801)}}"}""")).Status.ShouldBe(400);
        (await ChangeAsync("""{"board_id":"1"}""")).Status.ShouldBe(404);
        Server.Objections.ShouldBeEmpty();
        (await ChangeAsync("""{"note":"x"}""")).Status.ShouldBe(400);
        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("/note is not a known field");

        Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> ChangeAsync(string body) =>
            CallAsync(HttpMethod.Patch, $"pinterest/v5/pins/{pin["id"]}", JsonNode.Parse(body), Ministry.Token);
    }

    [Fact]
    public async Task A_refresh_token_works_once()
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = Ministry.RefreshToken! };

        (await TokenAsync(form, "wrong")).Status.ShouldBe(401);
        var first = await TokenAsync(form, Ministry.ClientSecret!);
        first.Status.ShouldBe(200);
        first.Json!["refresh_token"]!.ToString().ShouldNotBe(Ministry.RefreshToken);
        (await TokenAsync(form, Ministry.ClientSecret!)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_listing_goes_page_by_page()
    {
        foreach (var number in Enumerable.Range(1, 3))
        {
            await PinAsync(Image(), description: $"Pin {number}");
        }

        var first = (await CallAsync(HttpMethod.Get, $"pinterest/v5/boards/{Board}/pins?page_size=2", token: Ministry.Token)).Json!;
        var second = (await CallAsync(HttpMethod.Get, $"pinterest/v5/boards/{Board}/pins?page_size=2&bookmark={first["bookmark"]}", token: Ministry.Token)).Json!;

        first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(pin => pin!["description"]!.ToString()).ShouldBe(["Pin 3", "Pin 2", "Pin 1"]);
        second["bookmark"].ShouldBeNull();
        (await CallAsync(HttpMethod.Get, $"pinterest/v5/boards/{Board}/pins?page_size=251", token: Ministry.Token)).Status.ShouldBe(400);
    }

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> TokenAsync(Dictionary<string, string> form, string secret) => CallAsync(
        HttpMethod.Post, "pinterest/v5/oauth/token", new FormUrlEncodedContent(form), null,
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Ministry.ClientId}:{secret}"))));

    private async Task<int> SendAsync(JsonNode registered, bool fileLast, string? token = null)
    {
        using var form = new MultipartFormDataContent();
        var fields = registered["upload_parameters"]!.AsObject().Select(field => (field.Key, Content: (HttpContent)new StringContent(field.Value!.ToString()))).ToList();
        var file = new ByteArrayContent([0, 0, 0, 24, .. "ftypisom"u8, .. new byte[64]]) { Headers = { ContentType = new MediaTypeHeaderValue("video/mp4") } };
        foreach (var (name, content) in fileLast ? [.. fields, ("file", file)] : fields.Prepend(("file", file)))
        {
            if (name == "file")
            {
                form.Add(content, "\"file\"", "\"river.mp4\"");
            }
            else
            {
                form.Add(content, $"\"{name}\"");
            }
        }

        return (await CallAsync(HttpMethod.Post, registered["upload_url"]!.ToString(), form, token)).Status;
    }
}
