using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>
/// Telegram's Bot API for channels: bots and their rights. Messages: <c>TelegramMessages.cs</c>, files: <c>TelegramFiles.cs</c>. Every method
/// is a POST here: the real server also takes GET, but a write without a body may be repeated on the way.
/// </summary>
internal sealed partial class Telegram : PlatformServer
{
    private static readonly string[] Bodies = ["application/json", "multipart/form-data", "application/x-www-form-urlencoded"];

    /// <summary>Parameters that are texts; in a form all others are JSON.</summary>
    private static readonly string[] Texts = ["chat_id", "text", "caption", "parse_mode", "photo", "video", "thumbnail"];

    private static readonly RateLimit PerChannel = new("messages", 20, TimeSpan.FromMinutes(1));

    /// <summary>The accounts it starts with: a channel each, with a bot of its own.</summary>
    public static SandboxAccount[] Known { get; } =
    [
        Account("-1002000000101", "110000101", "environment", SandboxAccounts.Environment),
        Account("-1002000000102", "110000102", "water", SandboxAccounts.Water),
    ];

    public Telegram(World world) : base(world, "telegram", "Telegram")
    {
        Add(new Route("POST", "bot/getMe", CallKind.Read, call => Ok(Bot(call.Account))));
        AddMethod("getChat", CallKind.Read, Shape.Object(("chat_id!", ChatId)), GetChat);
        AddMethod("getChatMemberCount", CallKind.Read, Shape.Object(("chat_id!", ChatId)), CountMembers);
        AddMethod("getChatMember", CallKind.Read, Shape.Object(("chat_id!", ChatId), ("user_id!", Shape.Whole)), GetChatMember);
        AddMessages();
        Add(
            new("GET", "{name}/{id}", CallKind.Page, call => PostPage.Of(this, Find(Channel(call)!, call["id"]))) { Fits = call => Channel(call) is not null },
            new("GET", "c/{name}/{id}", CallKind.Page, call => PostPage.Of(this, Find(Channel(call)!, call["id"]))) { Fits = call => Channel(call) is not null });
    }

    protected override void Seed(SandboxAccount account)
    {
        Tokens.Seed(new Grant { Token = account.Token, Account = account.Id, Kind = "access", Scope = "*" });
    }

    public override string Shown(SandboxAccount account) => "12,345 subscribers";

    /// <summary>"bot110000101:secret/sendMessage" is routed and noted as "bot/sendMessage".</summary>
    protected override (string Path, string? Token) TakeToken(string path)
    {
        var end = path.IndexOf('/', StringComparison.Ordinal);
        return end > 0 && path.StartsWith("bot", StringComparison.Ordinal) ? ("bot" + path[end..], path["bot".Length..end]) : (path, null);
    }

    protected override Answer? Refuse(Call call, Trouble trouble, string detail) => trouble switch
    {
        Trouble.NoToken or Trouble.UnknownPath or Trouble.WrongMethod => No(404, "Not Found"),
        Trouble.BadToken => Token().IsMatch(call.Bearer ?? "") ? No(401, "Unauthorized") : No(404, "Not Found"),
        Trouble.RevokedToken or Trouble.ExpiredToken => No(401, "Unauthorized"),
        Trouble.Malformed or Trouble.BadField => No(400, "Bad Request: " + detail),

        // Fields and headers it does not know are ignored by the real server; only the objection tells.
        _ => null,
    };

    protected override Answer Fail(int status) => status switch
    {
        429 => TooMany(60),
        413 => No(413, "Request Entity Too Large"),
        500 => No(500, "Internal Server Error"),
        502 or 503 or 504 => Answer.Html($"<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center><hr><center>nginx</center></body></html>", status),
        _ => No(status, "Request failed"),
    };

    protected override Answer Waiting(Answer answer, string wait) =>
        answer.Status == 429 && int.TryParse(wait, CultureInfo.InvariantCulture, out var seconds) ? TooMany(seconds) : base.Waiting(answer, wait);

    protected override Answer Finish(Call call, Route route, Answer answer)
    {
        if (route.Kind != CallKind.Create || call.Signed is null)
        {
            return answer;
        }

        var (_, reset, isOver) = Rates.Count(call.Account.Id, PerChannel, World.Now);
        return isOver && World.Options.EnforceRateLimits ? TooMany((int)Math.Ceiling((reset - World.Now).TotalSeconds)) : answer;
    }

    protected override SandboxAccount Another(int number) => Account($"-1002000{number:000000}", $"1100{number:00000}", $"office{number}", SandboxAccounts.Environment);

    private static SandboxAccount Account(string chat, string bot, string handle, string sender) => new("telegram", sender, chat, handle, sender)
    {
        Token = $"{bot}:sandbox-telegram-{handle}",
    };

    /// <summary>Whose page it is, by name or by number.</summary>
    private SandboxAccount? Channel(Call call) => call.Path.Split('/')[^2] is var name ? Accounts.FirstOrDefault(account => account.Handle == name || account.Id == "-100" + name) : null;

    private static Answer Ok(object result) => Answer.Json(new { ok = true, result });

    private static Answer No(int status, string description) => Answer.Json(new { ok = false, error_code = status, description }, status);

    private static Answer Bad(string description) => No(400, "Bad Request: " + description);

    private static Answer TooMany(int seconds) => Answer.Json(
        new { ok = false, error_code = 429, description = $"Too Many Requests: retry after {seconds}", parameters = new { retry_after = seconds } }, 429)
        .With("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));

    private static long BotId(SandboxAccount account) => long.Parse(account.Token.Split(':')[0], CultureInfo.InvariantCulture);

    private void AddMethod(string name, CallKind kind, Shape shape, Func<Call, Answer> handle) => Add(new Route("POST", "bot/" + name, kind, call => ReadForm(call, shape) ?? handle(call))
    {
        Accepts = Bodies,
        Shape = shape,
    });

    /// <summary>The parameters as one object, however they came: the handlers look at nothing else.</summary>
    private Answer? ReadForm(Call call, Shape shape)
    {
        if (call.ContentType == "application/json")
        {
            return null;
        }

        var fields = new JsonObject();
        foreach (var (name, value) in call.Form)
        {
            fields[name] = Texts.Contains(name) ? value.ToString() : Parsed(value.ToString());
        }

        // A file is the value of the parameter of its name, or one that a parameter names.
        foreach (var file in call.Form.Files.Where(file => Texts.Contains(file.Name)))
        {
            fields[file.Name] = "attach://" + file.Name;
        }

        call.Json = JsonSerializer.SerializeToElement(fields);
        Answer? refusal = null;
        foreach (var problem in shape.Check(call.Json))
        {
            Object(call, problem);
            refusal ??= problem.EndsWith("is not a known field", StringComparison.Ordinal) ? null : Bad(problem);
        }

        var named = call.Json.GetRawText();
        foreach (var file in call.Form.Files.Where(file => !named.Contains($"\"attach://{file.Name}\"", StringComparison.Ordinal)))
        {
            Object(call, $"nothing names the file {file.Name}");
        }

        return refusal;
    }

    private static JsonNode? Parsed(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private static string? Text(JsonElement fields, string name) => fields.TryGetProperty(name, out var value) ? value.ToString() : null;

    /// <summary>The channel a call is about, or why it is not to be had: the bot may look at every channel, and post to its own.</summary>
    private (SandboxAccount? Account, Answer? Refusal) Chat(Call call, bool toPost)
    {
        var name = Text(call.Json, "chat_id") ?? "";
        var account = Accounts.FirstOrDefault(a => a.Id == name || "@" + a.Handle == name);
        return account is null ? (null, Bad("chat not found"))
            : toPost && account != call.Account ? (null, No(403, "Forbidden: bot is not a member of the channel chat"))
            : (account, null);
    }

    private static Dictionary<string, object> Bot(SandboxAccount account) => new()
    {
        ["id"] = BotId(account),
        ["is_bot"] = true,
        ["first_name"] = account.DisplayName,
        ["username"] = account.Handle + "_press_bot",
        ["can_join_groups"] = true,
        ["can_read_all_group_messages"] = false,
        ["supports_inline_queries"] = false,
    };

    private static Dictionary<string, object> Channel(SandboxAccount account) => new()
    {
        ["id"] = long.Parse(account.Id, CultureInfo.InvariantCulture),
        ["type"] = "channel",
        ["title"] = account.DisplayName,
        ["username"] = account.Handle,
    };

    private Answer GetChat(Call call)
    {
        var (account, refusal) = Chat(call, toPost: false);
        return refusal ?? Ok(new Dictionary<string, object>(Channel(account!))
        {
            ["accent_color_id"] = 0,
            ["max_reaction_count"] = 11,
            ["active_usernames"] = new[] { account!.Handle },
            ["has_visible_history"] = true,
            ["accepted_gift_types"] = new { unlimited_gifts = false, limited_gifts = false, unique_gifts = false, premium_subscription = false, gifts_from_channels = false },
        });
    }

    private Answer CountMembers(Call call)
    {
        var (account, refusal) = Chat(call, toPost: false);
        return refusal ?? Ok(SandboxCounts.Followers(account!.Id));
    }

    private Answer GetChatMember(Call call)
    {
        var (account, refusal) = Chat(call, toPost: false);
        if (refusal is not null)
        {
            return refusal;
        }

        var user = call.Json.GetProperty("user_id").GetInt64();
        if (Accounts.FirstOrDefault(a => BotId(a) == user) is not { } bot)
        {
            return Bad("user not found");
        }

        if (bot != account)
        {
            return Ok(new { status = "left", user = Bot(bot) });
        }

        return Ok(new
        {
            status = "administrator",
            user = Bot(bot),
            can_be_edited = false,
            is_anonymous = false,
            can_manage_chat = true,
            can_delete_messages = true,
            can_manage_video_chats = false,
            can_restrict_members = false,
            can_promote_members = false,
            can_change_info = false,
            can_invite_users = false,
            can_post_stories = false,
            can_edit_stories = false,
            can_delete_stories = false,
            can_post_messages = true,
            can_edit_messages = true,
        });
    }

    [GeneratedRegex("^[0-9]+:[A-Za-z0-9_-]+$")]
    private static partial Regex Token();
}
