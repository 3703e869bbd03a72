using System.Text.Json.Nodes;
using Publisher.Platforms.Flickr;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class FlickrSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("flickr");

    private static readonly OAuthKeys Keys = KeysOf(Ministry);

    [Fact]
    public async Task A_photo_is_private_until_it_is_opened_and_then_stands_at_its_address()
    {
        var id = await UploadAsync(("title", "Elbe"), ("description", "At <a href=\"https://example.gov\">dawn</a> &amp; dusk"), ("is_public", "0"));
        Server.Posts("flickr").ShouldBeEmpty();
        (await ListAsync())[0]!["ispublic"]!.GetValue<int>().ShouldBe(0);

        (await RestAsync("flickr.photos.setPerms", ("photo_id", id), ("is_public", "1"), ("is_friend", "0"), ("is_family", "0")))["photoid"]!["_content"]!.ToString().ShouldBe(id);

        var post = Server.Posts("flickr").ShouldHaveSingleItem();
        post.Text.ShouldBe("Elbe\n\nAt dawn & dusk");
        post.Links.ShouldHaveSingleItem().ShouldBe(new SandboxLink(9, 4, "link", "https://example.gov"));
        (await PageAsync(post.Url)).ShouldContain("dawn");
        (await ListAsync())[0]!["ispublic"]!.GetValue<int>().ShouldBe(1);
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failures_come_with_status_200_in_the_form_of_the_call()
    {
        (await RestAsync("flickr.photos.delete", ("photo_id", "1")))["code"]!.GetValue<int>().ShouldBe(1);
        (await UploadXmlAsync([], null)).ShouldContain("""<err code="2" """);
        (await UploadXmlAsync([], [])).ShouldContain("""<err code="4" """);
        (await UploadXmlAsync([], [1, 2, 3])).ShouldContain("""<err code="5" """);
        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("form field photo is missing");
    }

    [Theory]
    [InlineData("title", "Changed", 96)]
    [InlineData("oauth_token", "sandbox-flickr-nobody", 98)]
    [InlineData("oauth_consumer_key", "nobody", 100)]
    public async Task What_was_not_signed_is_refused(string name, string value, int code)
    {
        List<(string, string)> fields = [("title", "Signed"), ("is_public", "0")];
        var keys = Keys with { Token = name == "oauth_token" ? value : Keys.Token, Client = name == "oauth_consumer_key" ? value : Keys.Client };

        var answer = await UploadXmlAsync(fields, Picture.Png("river", 30, 20), keys, field => field.Name == name ? (name, value) : field);

        answer.ShouldContain($"""<err code="{code}" """);
        Server.Posts("flickr").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "oauth_problem=nonce_used")]
    [InlineData(-20, "oauth_problem=timestamp_refused")]
    public async Task A_request_sent_again_or_late_is_refused(int minutes, string problem)
    {
        var address = new Uri(Server.Address, "flickr/services/rest/?method=flickr.test.login&format=json&nojsoncallback=1");
        var header = OAuth1.Header(HttpMethod.Get, address, [], Keys, Clock.GetUtcNow().AddMinutes(minutes)).ToString();

        var first = await CallAsync(HttpMethod.Get, address.AbsoluteUri, headers: ("Authorization", header));
        var second = await CallAsync(HttpMethod.Get, address.AbsoluteUri, headers: ("Authorization", header));

        first.Status.ShouldBe(minutes == 0 ? 200 : 401);
        second.Status.ShouldBe(401);
        (await second.Response.Content.ReadAsStringAsync(Cancel)).ShouldBe(problem);
    }

    [Fact]
    public async Task Without_a_signature_nothing_opens()
    {
        var answer = await CallAsync(HttpMethod.Get, "flickr/services/rest/?method=flickr.test.login&format=json&nojsoncallback=1", token: Keys.Token);

        (answer.Status, answer.Json!["code"]!.GetValue<int>()).ShouldBe((200, 97));
    }

    [Theory]
    [InlineData("colour", "red", "form field colour is not documented")]
    [InlineData("is_public", "yes", "is_public must be one of 0, 1, not 'yes'")]
    [InlineData("description", "a & b", "description: 'a & b' holds a sign that is not escaped")]
    [InlineData("description", "<h1>Loud</h1>", "description: <h1> is not kept")]
    [InlineData("tags", "one \"two", "tags: a quotation mark is not closed")]
    public async Task What_is_not_documented_is_objected_to(string name, string value, string what)
    {
        await UploadAsync((name, value));

        Server.Objections.Select(objection => objection.What).ShouldContain(what);
    }

    [Fact]
    public async Task An_unknown_method_is_objected_to_and_refused_by_number()
    {
        (await RestAsync("flickr.photos.setPermissions", ("photo_id", "1")))["code"]!.GetValue<int>().ShouldBe(112);

        Server.Objections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Longer_words_are_noticed_and_not_cut()
    {
        (await UploadXmlAsync([("title", new string('a', 256))], Picture.Png("river", 30, 20))).ShouldContain("413");

        Server.Objections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Words_can_be_changed_before_and_after_everyone_sees_them()
    {
        var id = await UploadAsync(("title", "Elbe"), ("description", "At dwan"), ("is_public", "0"));
        (await RestAsync("flickr.photos.setMeta", ("photo_id", id)))["code"]!.GetValue<int>().ShouldBe(2);
        (await RestAsync("flickr.photos.setMeta", ("photo_id", "1"), ("title", "x")))["code"]!.GetValue<int>().ShouldBe(1);

        (await RestAsync("flickr.photos.setMeta", ("photo_id", id), ("description", "At dawn")))["stat"]!.ToString().ShouldBe("ok");
        await RestAsync("flickr.photos.setPerms", ("photo_id", id), ("is_public", "1"), ("is_friend", "0"), ("is_family", "0"));
        Server.Posts("flickr").ShouldHaveSingleItem().ShouldSatisfyAllConditions(post => post.Text.ShouldBe("Elbe\n\nAt dawn"), post => post.EditedAt.ShouldBeNull());

        await RestAsync("flickr.photos.setMeta", ("photo_id", id), ("title", "Elbe & Saale"));
        Server.Posts("flickr").ShouldHaveSingleItem().ShouldSatisfyAllConditions(post => post.Text.ShouldBe("Elbe & Saale\n\nAt dawn"), post => post.EditedAt.ShouldNotBeNull());
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_listing_leaves_out_what_does_not_suit_everyone_unless_asked()
    {
        await UploadAsync(("safety_level", "3"), ("tags", "a \"b c\" publisher:part=k"));

        (await ListAsync()).ShouldBeEmpty();
        (await ListAsync("safe_search=3&extras=machine_tags,tags"))[0]!["machine_tags"]!.ToString().ShouldBe("publisher:part=k");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_accounts_photo_is_not_there()
    {
        var id = await UploadAsync(("is_public", "0"));
        var keys = KeysOf(SandboxAccounts.Of("flickr", "water"));

        (await RestAsync("flickr.photos.setPerms", keys, ("photo_id", id), ("is_public", "1"), ("is_friend", "0"), ("is_family", "0")))["code"]!.GetValue<int>().ShouldBe(1);

        Server.Posts("flickr").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_video_is_pending_until_it_is_processed()
    {
        byte[] video = [0, 0, 0, 24, .. "ftypisom"u8, .. new byte[100]];
        var id = Id(await UploadXmlAsync([("is_public", "0")], video));
        async Task<int> PendingAsync() => (await GetAsync($"flickr.photos.getInfo&photo_id={id}"))["photo"]!["video"]!["pending"]!.GetValue<int>();

        (await PendingAsync()).ShouldBe(1);
        Clock.Advance(Processing);
        (await PendingAsync()).ShouldBe(0);
    }

    private static OAuthKeys KeysOf(SandboxAccount account) =>
        OAuthKeys.Of(new Credentials { Token = new Secret(account.Token), ClientId = account.ClientId, ClientSecret = new Secret(account.ClientSecret!) });

    private static string Id(string xml) => System.Xml.Linq.XElement.Parse(xml).Element("photoid")!.Value;

    private async Task<string> UploadAsync(params (string Name, string Value)[] fields) => Id(await UploadXmlAsync(fields, Picture.Png("river", 30, 20)));

    /// <param name="onTheWay">Changes a field after it was signed.</param>
    private async Task<string> UploadXmlAsync(
        IReadOnlyList<(string Name, string Value)> fields, byte[]? photo, OAuthKeys? keys = null, Func<(string Name, string Value), (string Name, string Value)>? onTheWay = null)
    {
        var address = new Uri(Server.Address, "flickr/services/upload/");
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields.Select(onTheWay ?? (field => field)))
        {
            form.Add(new StringContent(value), name);
        }

        if (photo is not null)
        {
            form.Add(Bytes(photo), "photo", "river.png");
        }
        else
        {
            form.Add(new StringContent("x"), "title");
            fields = [("title", "x")];
        }

        var header = OAuth1.Header(HttpMethod.Post, address, fields, keys ?? Keys, Clock.GetUtcNow());
        var answer = await CallAsync(HttpMethod.Post, address.AbsoluteUri, form, null, ("Authorization", header.ToString()));
        return await answer.Response.Content.ReadAsStringAsync(Cancel);
    }

    private Task<JsonNode> RestAsync(string method, params (string Name, string Value)[] arguments) => RestAsync(method, Keys, arguments);

    private async Task<JsonNode> RestAsync(string method, OAuthKeys keys, params (string Name, string Value)[] arguments)
    {
        var address = new Uri(Server.Address, "flickr/services/rest/");
        List<(string Name, string Value)> fields = [("method", method), ("format", "json"), ("nojsoncallback", "1"), .. arguments];
        var header = OAuth1.Header(HttpMethod.Post, address, fields, keys, Clock.GetUtcNow());
        var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return (await CallAsync(HttpMethod.Post, address.AbsoluteUri, form, null, ("Authorization", header.ToString()))).Json!;
    }

    private async Task<JsonArray> ListAsync(string more = "page=1") => (await GetAsync($"flickr.people.getPhotos&user_id=me&{more}"))["photos"]!["photo"]!.AsArray();

    private async Task<JsonNode> GetAsync(string method)
    {
        var address = new Uri(Server.Address, $"flickr/services/rest/?format=json&nojsoncallback=1&method={method}");
        var header = OAuth1.Header(HttpMethod.Get, address, [], Keys, Clock.GetUtcNow());
        return (await CallAsync(HttpMethod.Get, address.AbsoluteUri, headers: ("Authorization", header.ToString()))).Json!;
    }
}
