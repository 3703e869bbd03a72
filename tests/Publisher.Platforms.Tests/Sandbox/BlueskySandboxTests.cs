using System.Text;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class BlueskySandboxTests : SandboxClient
{
    private const string Rkey = "3lbhxabcdefgh";
    private static readonly SandboxAccount Ministry = Account("bluesky");

    private static JsonObject Record(string text) => new() { ["$type"] = "app.bsky.feed.post", ["text"] = text, ["createdAt"] = "2026-11-22T10:00:00.000Z" };

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> PutAsync(JsonObject record, bool createOnly = true)
    {
        var body = new JsonObject { ["repo"] = Ministry.Id, ["collection"] = "app.bsky.feed.post", ["rkey"] = Rkey, ["record"] = record.DeepClone() };
        if (createOnly)
        {
            body["swapRecord"] = null;
        }

        return CallAsync(HttpMethod.Post, "bluesky/xrpc/com.atproto.repo.putRecord", body, Ministry.Token);
    }

    [Fact]
    public async Task The_same_record_put_twice_is_one_post_and_another_record_is_refused()
    {
        var first = await PutAsync(Record("Flood warning"));
        var second = await PutAsync(Record("Flood warning"));
        var other = await PutAsync(Record("Something else"));

        second.Json!["cid"]!.ToString().ShouldBe(first.Json!["cid"]!.ToString());
        other.Status.ShouldBe(400);
        other.Json!["error"]!.ToString().ShouldBe("InvalidSwap");
        Server.Posts("bluesky").ShouldHaveSingleItem().RequestCount.ShouldBe(2);
    }

    [Fact]
    public async Task A_facet_beyond_the_text_is_an_objection_though_the_server_takes_it()
    {
        var record = Record("Grüße");
        record["facets"] = new JsonArray(Facet(0, 8, new JsonObject { ["$type"] = "app.bsky.richtext.facet#tag", ["tag"] = "x" }));

        (await PutAsync(record)).Status.ShouldBe(200);

        Server.Objections.ShouldHaveSingleItem().What.ShouldContain("does not fit the text of 7 bytes");
    }

    [Fact]
    public async Task Byte_offsets_become_the_link_a_reader_sees()
    {
        const string Text = "Grüße 🌊 hier";
        var start = Encoding.UTF8.GetByteCount("Grüße 🌊 ");
        var record = Record(Text);
        record["facets"] = new JsonArray(Facet(start, start + 4, new JsonObject { ["$type"] = "app.bsky.richtext.facet#link", ["uri"] = "https://example.gov/" }));

        await PutAsync(record);

        var link = Server.Posts("bluesky").Single().Links.ShouldHaveSingleItem();
        Text.Substring(link.Start, link.Length).ShouldBe("hier");
        Server.Objections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(301, 400)]
    public async Task Three_hundred_graphemes_fit(int graphemes, int status)
    {
        (await PutAsync(Record(string.Concat(Enumerable.Repeat("🌊", graphemes))))).Status.ShouldBe(status);
    }

    [Fact]
    public async Task An_image_must_be_uploaded_and_described()
    {
        var picture = Picture.Png("test", 20, 10);
        var blob = (await CallAsync(HttpMethod.Post, "bluesky/xrpc/com.atproto.repo.uploadBlob", Bytes(picture), Ministry.Token)).Json!["blob"]!;
        blob["ref"]!["$link"]!.ToString().ShouldStartWith("bafkrei");
        JsonObject With(JsonObject image)
        {
            var record = Record("Image");
            record["embed"] = new JsonObject { ["$type"] = "app.bsky.embed.images", ["images"] = new JsonArray(image) };
            return record;
        }

        (await PutAsync(With(new JsonObject { ["image"] = blob.DeepClone() }))).Status.ShouldBe(400);
        var unknown = blob.DeepClone();
        unknown["ref"]!["$link"] = "bafkreiaaaa";
        (await PutAsync(With(new JsonObject { ["image"] = unknown, ["alt"] = "" }))).Json!["error"]!.ToString().ShouldBe("BlobNotFound");
        (await PutAsync(With(new JsonObject { ["image"] = blob.DeepClone(), ["alt"] = "A wave" }))).Status.ShouldBe(200);
        Server.Posts("bluesky").Single().Media.ShouldHaveSingleItem().Alt.ShouldBe("A wave");
    }

    [Fact]
    public async Task An_expired_token_is_a_400_and_refreshing_brings_a_new_one()
    {
        await CallAsync(HttpMethod.Post, "_sandbox/tokens", new { platform = "bluesky", account = Ministry.Handle, action = "expire" });

        var refused = await PutAsync(Record("Hello"));
        var session = await CallAsync(HttpMethod.Post, "bluesky/xrpc/com.atproto.server.refreshSession", new ByteArrayContent([]), Ministry.RefreshToken);

        refused.Status.ShouldBe(400);
        refused.Json!["error"]!.ToString().ShouldBe("ExpiredToken");
        (await CallAsync(HttpMethod.Get, "bluesky/xrpc/com.atproto.server.getSession", token: session.Json!["accessJwt"]!.ToString())).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Deleting_twice_succeeds_and_reading_then_finds_nothing()
    {
        await PutAsync(Record("Hello"));
        var target = new { repo = Ministry.Id, collection = "app.bsky.feed.post", rkey = Rkey };

        (await CallAsync(HttpMethod.Post, "bluesky/xrpc/com.atproto.repo.deleteRecord", target, Ministry.Token)).Status.ShouldBe(200);
        (await CallAsync(HttpMethod.Post, "bluesky/xrpc/com.atproto.repo.deleteRecord", target, Ministry.Token)).Status.ShouldBe(200);
        var read = await CallAsync(HttpMethod.Get, $"bluesky/xrpc/com.atproto.repo.getRecord?repo={Ministry.Id}&collection=app.bsky.feed.post&rkey={Rkey}");

        read.Status.ShouldBe(400);
        read.Json!["error"]!.ToString().ShouldBe("RecordNotFound");
    }

    private static JsonObject Facet(int start, int end, JsonObject feature)
        => new() { ["index"] = new JsonObject { ["byteStart"] = start, ["byteEnd"] = end }, ["features"] = new JsonArray(feature) };
}
