using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class LinkedInSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("linkedin");
    private static readonly (string, string)[] Versioned = [("LinkedIn-Version", "202609"), ("X-Restli-Protocol-Version", "2.0.0")];

    private static object Body(string commentary) => new
    {
        author = Ministry.Id,
        commentary,
        visibility = "PUBLIC",
        distribution = new { feedDistribution = "MAIN_FEED", targetEntities = Array.Empty<string>(), thirdPartyDistributionChannels = Array.Empty<string>() },
        lifecycleState = "PUBLISHED",
        isReshareDisabledByAuthor = false,
    };

    private Task<(int Status, System.Text.Json.Nodes.JsonNode? Json, HttpResponseMessage Response)> PostAsync(string commentary)
        => CallAsync(HttpMethod.Post, "linkedin/rest/posts", Body(commentary), Ministry.Token, Versioned);

    [Fact]
    public async Task The_id_is_only_in_the_header_and_a_repeat_names_it()
    {
        var first = await PostAsync("Water report");
        var second = await PostAsync("Water report");

        first.Status.ShouldBe(201);
        first.Json.ShouldBeNull();
        var urn = first.Response.Headers.GetValues("x-restli-id").Single();
        second.Status.ShouldBe(422);
        second.Json!["message"]!.ToString().ShouldContain(urn);
        Server.Posts("linkedin").ShouldHaveSingleItem().Id.ShouldBe(urn);
    }

    [Fact]
    public async Task Escaped_text_is_whole_and_an_unescaped_bracket_cuts_it()
    {
        await PostAsync(@"Rivers \(all\) {hashtag|\#|Water} @[Federal Agency for Water](urn:li:organization:104000102)");
        Server.Objections.ShouldBeEmpty();
        await PostAsync("Rivers (all) of the country");

        Server.Posts("linkedin").Select(p => p.Text).ShouldBe(["Rivers (all) #Water Federal Agency for Water", "Rivers "]);
        Server.Objections.ShouldHaveSingleItem().What.ShouldContain("not escaped");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("202509")]
    public async Task A_missing_or_ended_version_is_a_426(string? version)
    {
        (string, string)[] headers = version is null ? [Versioned[1]] : [("LinkedIn-Version", version), Versioned[1]];

        (await CallAsync(HttpMethod.Post, "linkedin/rest/posts", Body("x"), Ministry.Token, headers)).Status.ShouldBe(426);

        Server.Posts("linkedin").ShouldBeEmpty();
        Server.Objections.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_image_is_announced_uploaded_processed_and_posted()
    {
        var start = await CallAsync(HttpMethod.Post, "linkedin/rest/images?action=initializeUpload", new { initializeUploadRequest = new { owner = Ministry.Id } }, Ministry.Token, Versioned);
        var (door, urn) = (start.Json!["value"]!["uploadUrl"]!.ToString(), start.Json!["value"]!["image"]!.ToString());
        (await CallAsync(HttpMethod.Put, door, Bytes(Picture.Png("river", 30, 20), "application/octet-stream"), Ministry.Token)).Status.ShouldBe(201);
        async Task<string> StatusAsync()
            => (await CallAsync(HttpMethod.Get, $"linkedin/rest/images/{Uri.EscapeDataString(urn)}", token: Ministry.Token, headers: Versioned)).Json!["status"]!.ToString();
        (await StatusAsync()).ShouldBe("PROCESSING");
        Clock.Advance(Processing);
        (await StatusAsync()).ShouldBe("AVAILABLE");

        var body = System.Text.Json.JsonSerializer.SerializeToNode(Body("With a picture"))!;
        body["content"] = System.Text.Json.JsonSerializer.SerializeToNode(new { media = new { id = urn, altText = "A river" } });
        (await CallAsync(HttpMethod.Post, "linkedin/rest/posts", body, Ministry.Token, Versioned)).Status.ShouldBe(201);

        Server.Posts("linkedin").Single().Media.ShouldHaveSingleItem().Alt.ShouldBe("A river");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Finding_and_deleting_need_their_method_header()
    {
        var urn = (await PostAsync("Hello")).Response.Headers.GetValues("x-restli-id").Single();
        var list = $"linkedin/rest/posts?author={Uri.EscapeDataString(Ministry.Id)}&q=author&count=10&sortBy=LAST_MODIFIED";
        var one = $"linkedin/rest/posts/{Uri.EscapeDataString(urn)}";

        (await CallAsync(HttpMethod.Get, list, token: Ministry.Token, headers: Versioned)).Status.ShouldBe(400);
        (await CallAsync(HttpMethod.Get, list, null, Ministry.Token, [.. Versioned, ("X-RestLi-Method", "FINDER")])).Json!["elements"]![0]!["id"]!.ToString().ShouldBe(urn);
        (await CallAsync(HttpMethod.Delete, one, token: Ministry.Token, headers: Versioned)).Status.ShouldBe(400);
        (await CallAsync(HttpMethod.Delete, one, null, Ministry.Token, [.. Versioned, ("X-RestLi-Method", "DELETE")])).Status.ShouldBe(204);
        (await CallAsync(HttpMethod.Get, one, token: Ministry.Token, headers: Versioned)).Status.ShouldBe(404);
    }
}
