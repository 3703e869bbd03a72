using System.Text.Json;
using System.Text.Json.Nodes;
using Publisher.Sandbox;
using Shouldly;
using Xunit;

namespace Publisher.Platforms.Tests.Sandbox;

public sealed class TelegramSandboxTests : SandboxClient
{
    private static readonly SandboxAccount Ministry = Account("telegram");

    private Task<(int Status, JsonNode? Json, HttpResponseMessage Response)> AskAsync(string method, object body, string? token = null)
        => CallAsync(HttpMethod.Post, $"telegram/bot{token ?? Ministry.Token}/{method}", body);

    [Fact]
    public async Task A_message_is_answered_as_it_stands_in_the_channel()
    {
        var answer = await AskAsync("sendMessage", new { chat_id = "@environment", text = "  See https://example.gov/a and #Water \n" });

        answer.Json!["ok"]!.GetValue<bool>().ShouldBeTrue();
        var message = answer.Json!["result"]!;
        message["text"]!.ToString().ShouldBe("See https://example.gov/a and #Water");
        message["chat"]!["username"]!.ToString().ShouldBe("environment");
        message["entities"]!.AsArray().Select(entity => (entity!["type"]!.ToString(), entity["offset"]!.GetValue<int>())).ShouldBe([("url", 4), ("hashtag", 30)]);
        (await PageAsync($"telegram/environment/{message["message_id"]}")).ShouldContain("#Water");
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_twice_is_two_messages()
    {
        await AskAsync("sendMessage", new { chat_id = Ministry.Id, text = "Twice" });
        await AskAsync("sendMessage", new { chat_id = Ministry.Id, text = "Twice" });

        Server.Posts("telegram").Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"chat_id":"@environment","text":"x","colour":"green"}""", 200, "/colour is not a known field")]
    [InlineData("""{"chat_id":"@environment","text":7}""", 400, "/text must be a string")]
    [InlineData("""{"chat_id":"@environment"}""", 400, "/text is missing")]
    [InlineData("""{"chat_id":"@environment","text":"x","reply_parameters":{"message_id":"1"}}""", 400, "/reply_parameters/message_id must be a whole number")]
    public async Task What_is_not_documented_is_an_objection(string body, int status, string objection)
    {
        (await AskAsync("sendMessage", JsonSerializer.Deserialize<JsonNode>(body)!)).Status.ShouldBe(status);

        Server.Objections.ShouldHaveSingleItem().What.ShouldBe(objection);
    }

    [Fact]
    public async Task A_form_is_held_to_the_same_rules()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("@environment"), "chat_id" },
            { new StringContent("x"), "colour" },
            { Bytes(Picture.Png("river", 30, 20)), "photo", "river.png" },
            { Bytes(Picture.Png("other", 30, 20)), "forgotten", "other.png" },
        };

        (await AskAsync("sendPhoto", form)).Status.ShouldBe(200);

        Server.Objections.Select(objection => objection.What).ShouldBe(["/colour is not a known field", "nothing names the file forgotten"]);
        Server.Posts("telegram").ShouldHaveSingleItem().Media.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("no-token", 404, "Not Found")]
    [InlineData("110000101:unknown", 401, "Unauthorized")]
    public async Task A_wrong_token_is_refused_by_its_form(string token, int status, string description)
    {
        var answer = await AskAsync("getMe", new { }, token);

        (answer.Status, answer.Json!["error_code"]!.GetValue<int>(), answer.Json["description"]!.ToString()).ShouldBe((status, status, description));
    }

    [Fact]
    public async Task A_bot_posts_only_where_it_is_an_administrator()
    {
        (await AskAsync("sendMessage", new { chat_id = "@water", text = "x" })).Status.ShouldBe(403);
        (await AskAsync("sendMessage", new { chat_id = "@nobody_there", text = "x" })).Json!["description"]!.ToString().ShouldBe("Bad Request: chat not found");

        Server.Posts("telegram").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(4096, 200)]
    [InlineData(4097, 400)]
    public async Task A_text_has_4096_characters(int characters, int status) =>
        (await AskAsync("sendMessage", new { chat_id = Ministry.Id, text = new string('x', characters) })).Status.ShouldBe(status);

    [Fact]
    public async Task An_album_of_one_is_refused()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Ministry.Id), "chat_id" },
            { new StringContent("""[{"type":"photo","media":"attach://a"}]"""), "media" },
            { Bytes(Picture.Png("river", 30, 20)), "a", "river.png" },
        };

        (await AskAsync("sendMediaGroup", form)).Status.ShouldBe(400);

        Server.Posts("telegram").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_album_answers_every_message_and_loses_them_one_by_one()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(Ministry.Id), "chat_id" },
            { new StringContent("""[{"type":"photo","media":"attach://a","caption":"Two"},{"type":"photo","media":"attach://b"}]"""), "media" },
            { Bytes(Picture.Png("river", 30, 20)), "a", "river.png" },
            { Bytes(Picture.Png("lake", 30, 20)), "b", "lake.png" },
        };
        var ids = (await AskAsync("sendMediaGroup", form)).Json!["result"]!.AsArray().Select(message => message!["message_id"]!.GetValue<int>()).ToList();
        ids.Count.ShouldBe(2);

        (await AskAsync("deleteMessage", new { chat_id = Ministry.Id, message_id = ids[0] })).Status.ShouldBe(200);
        Server.Posts("telegram").ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            post => post.Media.Count.ShouldBe(1),
            post => post.Text.ShouldBe(""),
            post => post.DeletedAt.ShouldBeNull());
        (await AskAsync("deleteMessages", new { chat_id = Ministry.Id, message_ids = ids })).Status.ShouldBe(200);

        Server.Posts("telegram").ShouldHaveSingleItem().DeletedAt.ShouldNotBeNull();
        Server.Objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_is_edited_by_the_method_of_its_kind_and_only_where_something_changes()
    {
        var id = (await AskAsync("sendMessage", new { chat_id = "@environment", text = "Frist" })).Json!["result"]!["message_id"]!.GetValue<int>();

        var edited = await AskAsync("editMessageText", new { chat_id = "@environment", message_id = id, text = "First #Water" });
        edited.Json!["result"]!["text"]!.ToString().ShouldBe("First #Water");
        edited.Json["result"]!["edit_date"].ShouldNotBeNull();
        (await EditAsync("editMessageText", id, " First #Water ")).ShouldStartWith("Bad Request: message is not modified");
        (await EditAsync("editMessageText", id, "")).ShouldBe("Bad Request: message text is empty");
        (await EditAsync("editMessageCaption", id, "First")).ShouldBe("Bad Request: there is no caption in the message to edit");
        (await EditAsync("editMessageText", 99, "First")).ShouldBe("Bad Request: message to edit not found");
        Server.Objections.ShouldBeEmpty();

        await AskAsync("editMessageText", new { chat_id = "@environment", message_id = id, text = "First", disable_notification = true });
        Server.Objections.ShouldHaveSingleItem().What.ShouldBe("/disable_notification is not a known field");

        async Task<string> EditAsync(string method, int message, string words) => (await AskAsync(method, method.EndsWith("Text", StringComparison.Ordinal)
            ? new { chat_id = "@environment", message_id = message, text = words }
            : new { chat_id = "@environment", message_id = message, caption = words })).Json!["description"]!.ToString();
    }

    [Fact]
    public async Task A_message_can_be_deleted_for_two_days()
    {
        var id = (await AskAsync("sendMessage", new { chat_id = Ministry.Id, text = "Old" })).Json!["result"]!["message_id"]!.GetValue<int>();
        Clock.Advance(TimeSpan.FromHours(48.1));

        (await AskAsync("deleteMessage", new { chat_id = Ministry.Id, message_id = id })).Json!["description"]!.ToString().ShouldBe("Bad Request: message can't be deleted");
        (await AskAsync("deleteMessage", new { chat_id = Ministry.Id, message_id = id + 1 })).Json!["description"]!.ToString().ShouldBe("Bad Request: message to delete not found");
    }

    [Fact]
    public async Task Numbers_go_on_after_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"sandbox-{Guid.NewGuid():N}", "state.json");
        try
        {
            for (var start = 1; start <= 2; start++)
            {
                await using var server = await SandboxServer.StartAsync(new SandboxOptions { StateFile = file }, Cancel);
                using var http = new HttpClient();
                using var form = new FormUrlEncodedContent([new("chat_id", Ministry.Id), new("text", "kept")]);
                (await http.PostAsync(new Uri($"{server.Address.AbsoluteUri}telegram/bot{Ministry.Token}/sendMessage"), form, Cancel)).EnsureSuccessStatusCode();
                server.Posts("telegram").Count.ShouldBe(start);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }
}
