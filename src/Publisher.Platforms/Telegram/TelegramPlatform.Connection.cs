using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Telegram;

/// <summary>Connecting a channel with the token of a bot that administers it. A bot cannot list its channels, so the channel is named.</summary>
internal sealed partial class TelegramPlatform
{
    /// <summary>Where the sandbox stands, given beside the fields; Telegram itself has one address.</summary>
    private const string ServerField = "server";

    public IReadOnlyList<FormField> Fields { get; } =
    [
        new("channel", new Words("Channel", "Kanal"), new Words(
            "Such as @ministry; of a private channel the link to any of its posts",
            "Etwa @ministerium; bei einem privaten Kanal der Link zu einem seiner Beiträge")),
        new("token", new Words("Bot token", "Bot-Token"), new Words(
            "From @BotFather; the bot must be an administrator of the channel who may post messages",
            "Von @BotFather; der Bot muss den Kanal verwalten und dort Nachrichten senden dürfen")) { IsSecret = true },
    ];

    public async Task<ConnectResult> ConnectAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        var typed = values.GetValueOrDefault("channel", "").Trim();
        var token = new Secret(values.GetValueOrDefault("token", "").Trim());
        var server = Uri.TryCreate(values.GetValueOrDefault(ServerField), UriKind.Absolute, out var other) ? other : Api;
        if (!BotApi.IsToken(token.Value))
        {
            return ConnectResult.Refused("sign.in.refused");
        }

        if (ChatId(typed) is not { } name)
        {
            return ConnectResult.Refused("bot.may.not.post", typed);
        }

        var (bot, no) = await AskAsync("getMe", null);
        if (bot.Get("id") is not { ValueKind: JsonValueKind.Number } botId)
        {
            return Refused(no, typed);
        }

        (var chat, no) = await AskAsync("getChat", new JsonObject { ["chat_id"] = name });
        if (chat.Get("id") is not { ValueKind: JsonValueKind.Number } id)
        {
            return Refused(no, typed);
        }

        var who = new JsonObject { ["chat_id"] = id.GetRawText(), ["user_id"] = botId.GetInt64() };
        (var member, no) = await AskAsync("getChatMember", who);
        if (member is null)
        {
            return Refused(no, typed);
        }

        if (chat.Text("type") != "channel" || member.Text("status") != "administrator" || member.Get("can_post_messages") is not { ValueKind: JsonValueKind.True })
        {
            return ConnectResult.Refused("bot.may.not.post", typed);
        }

        var handle = chat.Text("username") ?? id.GetRawText();
        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = server,
            Id = id.GetRawText(),
            Handle = handle,
            DisplayName = chat.Text("title") ?? handle,
            Credentials = new Credentials { Token = token },
            Limits = Info.Limits,
        });

        async Task<(JsonElement? Result, PublishResult? No)> AskAsync(string method, JsonObject? fields)
        {
            var content = fields is null ? new ByteArrayContent([]) : Answers.Content(fields);
            var answer = await http.CallAsync(server, token, method, content, cancellationToken);
            return BotApi.Result(answer) is { } result ? (result, null) : (null, BotApi.Read(answer, visible: false, time));
        }
    }

    private static ConnectResult Refused(PublishResult? no, string channel) => no?.Code switch
    {
        Codes.AccessRevoked => ConnectResult.Refused("sign.in.refused"),
        Codes.RateLimited => ConnectResult.Refused(Codes.RateLimited),
        Codes.ServerError => ConnectResult.Refused(Codes.ServerError),
        null or Codes.AnswerUnreadable => ConnectResult.Refused(Codes.AnswerUnreadable),
        _ => ConnectResult.Refused("bot.may.not.post", channel),
    };

    /// <summary>"@name" of a public channel, "-100…" of a private one; null where what was typed is neither, nor a link to one.</summary>
    private static string? ChatId(string typed)
    {
        var match = Channel().Match(typed);
        return match.Groups["id"] is { Success: true } id ? id.Value
            : match.Groups["number"] is { Success: true } number ? ChannelMark + number.Value
            : match.Groups["name"] is { Success: true } name ? "@" + name.Value
            : null;
    }

    [GeneratedRegex(
        @"^(?:(?<id>-100[0-9]+)|(?:(?:https?://)?(?:t|telegram)\.me/)c/(?<number>[0-9]+)(?:/.*)?|(?:(?:https?://)?(?:t|telegram)\.me/(?:s/)?|@)?(?<name>[A-Za-z][A-Za-z0-9_]{3,31})(?:/.*)?)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Channel();
}
