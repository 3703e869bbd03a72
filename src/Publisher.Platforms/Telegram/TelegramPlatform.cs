using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Publisher.Platforms.Telegram;

/// <summary>
/// Posts to a Telegram channel through the Bot API. Limits and oddities: docs/platforms/telegram.md.
/// <para>
/// There is no key against posting twice, and a bot reads no history: after a lost answer nobody but a person can tell. Files
/// are not brought beforehand; they travel with the visible call.
/// </para>
/// </summary>
internal sealed partial class TelegramPlatform(HttpClient http, TimeProvider time, IMediaFiles files) : IPlatform, IMeasure, ICorrect, IRetract, IConnectByForm
{
    private const string Notification = "notification";
    private const string Silent = "silent";
    private const string Preview = "preview";
    private const string PreviewOff = "off";

    /// <summary>Width and height of a picture together, in pixels.</summary>
    private const int WidthAndHeight = 10_000;

    /// <summary>How many times longer one side of a picture may be than the other.</summary>
    private const int SideBySide = 20;

    /// <summary>What a channel's id begins with; its permalinks leave it out.</summary>
    private const string ChannelMark = "-100";

    private static readonly Uri Api = new("https://api.telegram.org/");

    private static readonly Uri Site = new("https://t.me/");

    public PlatformInfo Info { get; } = new("telegram", "Telegram")
    {
        Color = "#26a5e4",
        Readiness = new(
            new("A bot, made an administrator of the channel with the right to post.", "Ein Bot, als Administrator des Kanals mit dem Recht zu posten."),
            new("@BotFather in Telegram; the right from the channel's owner.", "@BotFather in Telegram; das Recht vom Inhaber des Kanals."),
            new("Minutes.", "Minuten."),
            new("No known fee.", "Keine bekannte Gebühr.")),
        Server = Api,
        PostHosts = ["t.me"],
        CanProveAbsence = false,
        // Ten large files leave with one call.
        CallLimit = TimeSpan.FromMinutes(5),
        // UTF-16 units: the protocol counts code points, the interface says "characters", and this satisfies both.
        Length = (part, _) => part.Text.Length,
        Entities = TelegramText.Entities,
        HandleExample = "press_office",
        Limits = new Limits
        {
            Text = 4096,
            Caption = 1024,
            // A bot may send about twenty messages a minute to one channel.
            Parts = 20,
            Images = 10,
            ImageBytes = 10_000_000,
            Videos = 10,
            VideoBytes = 50_000_000,
            ImageAltText = false,
            VideoAltText = false,
        },
        Options =
        [
            new OptionField(
                Notification,
                new Words("Notification", "Benachrichtigung"),
                [
                    new OptionChoice("sound", new Words("With sound", "Mit Ton")),
                    new OptionChoice(Silent, new Words("Without sound", "Ohne Ton")),
                ],
                "sound"),
            new OptionField(
                Preview,
                new Words("Link preview", "Linkvorschau"),
                [
                    new OptionChoice("on", new Words("Shown", "Wird gezeigt")),
                    new OptionChoice(PreviewOff, new Words("Not shown", "Wird nicht gezeigt")),
                ],
                "on"),
        ],
    };

    public IEnumerable<Problem> Check(Post post)
    {
        foreach (var problem in Info.Check(post))
        {
            yield return problem;
        }

        foreach (var part in post.Parts)
        {
            foreach (var image in part.Media.Where(media => !media.IsVideo))
            {
                if (image.Width + image.Height > WidthAndHeight)
                {
                    yield return new Problem("image.too.many.pixels", $"{image.Width}", $"{image.Height}", $"{WidthAndHeight}") { Part = part.Number };
                }

                if (Math.Max(image.Width, image.Height) > (long)SideBySide * Math.Min(image.Width, image.Height))
                {
                    yield return new Problem("image.ratio", $"{image.Width}", $"{image.Height}") { Part = part.Number };
                }
            }
        }
    }

    public async Task<PublishResult> PublishAsync(Part part, Prepared prepared, Account account, CancellationToken cancellationToken)
    {
        var (method, content) = part.Media.Count switch
        {
            0 => ("sendMessage", Answers.Content(Message(part, account))),
            1 => Single(part, part.Media[0], account),
            _ => Album(part, account),
        };

        var answer = await http.CallAsync(account.Server, account.Credentials.Token, method, content, cancellationToken);
        if (BotApi.Result(answer) is not { } result)
        {
            return BotApi.Read(answer, visible: true, time);
        }

        return answer.As(Live(result, part, account));
    }

    /// <summary>
    /// Only messages younger than 48 hours. One call for each: the call that deletes several does not say which it passed over.
    /// </summary>
    public async Task<RetractResult> RetractAsync(RemotePost post, Account account, CancellationToken cancellationToken)
    {
        foreach (var id in (post.Version?.Split(',') ?? []).Prepend(post.Id))
        {
            var message = new JsonObject { ["chat_id"] = account.Id, ["message_id"] = Number(id) };
            var answer = await http.CallAsync(account.Server, account.Credentials.Token, "deleteMessage", Answers.Content(message), cancellationToken);
            if (BotApi.Result(answer) is null && !BotApi.IsGone(answer))
            {
                return new RetractResult(BotApi.Read(answer, visible: false, time));
            }
        }

        return RetractResult.Gone;
    }

    private static JsonObject Message(Part part, Account account)
    {
        var fields = Envelope(part, account);
        Say(fields, part);
        return fields;
    }

    /// <summary>
    /// The text as it stands, without markup to escape: addresses, hashtags and names are found by Telegram itself. An edit that said nothing
    /// of the preview would bring it back.
    /// </summary>
    private static void Say(JsonObject fields, Part part)
    {
        fields["text"] = part.Text;
        if (part.Option(Preview) == PreviewOff)
        {
            fields["link_preview_options"] = new JsonObject { ["is_disabled"] = true };
        }
    }

    /// <summary>What a message of every kind has.</summary>
    private static JsonObject Envelope(Part part, Account account)
    {
        var fields = new JsonObject { ["chat_id"] = account.Id };
        if (part.Option(Notification) == Silent)
        {
            fields["disable_notification"] = true;
        }

        if (part.Parent is { } parent)
        {
            fields["reply_parameters"] = new JsonObject { ["message_id"] = Number(parent.Id) };
        }

        return fields;
    }

    /// <summary>The post by its first message; the other messages of an album are kept as its version.</summary>
    private static PublishResult Live(JsonElement result, Part part, Account account)
    {
        List<JsonElement> messages = result.ValueKind == JsonValueKind.Array ? [.. result.EnumerateArray()] : [result];
        var ids = messages.Select(message => message.Get("message_id") is { ValueKind: JsonValueKind.Number } id ? id.GetRawText() : null).OfType<string>().ToList();
        if (ids.Count == 0 || ids.Count < messages.Count)
        {
            return PublishResult.Unclear(Codes.AnswerUnreadable);
        }

        // "The server might automatically schedule a message", a large video say: it will be there, and nobody says when or by which number.
        if (ids.Contains("0"))
        {
            return PublishResult.Unclear(Codes.MediaNotReady);
        }

        var post = new RemotePost(ids[0], Permalink(messages[0], ids[0], account), ids.Count > 1 ? string.Join(',', ids.Skip(1)) : null);
        var published = PublishResult.Published(post);
        return ids.Count < part.Media.Count ? published with { Code = Codes.MediaMissing } : published;
    }

    /// <summary>The interface names no address. A public channel's is made of its name, which may have changed since it was connected; a private one's opens for members only.</summary>
    private static Uri? Permalink(JsonElement message, string id, Account account) => message.Get("chat") is { } chat ? Permalink(chat.Text("username"), id, account) : null;

    /// <param name="name">Null where the channel has none.</param>
    private static Uri? Permalink(string? name, string id, Account account)
    {
        var channel = name is not null ? Uri.EscapeDataString(name)
            : account.Id.StartsWith(ChannelMark, StringComparison.Ordinal) ? $"c/{account.Id[ChannelMark.Length..]}"
            : null;
        return channel is null ? null : new Uri(IsReal(account.Server) ? Site : account.Server, $"{channel}/{id}");
    }

    private static long Number(string id) => long.Parse(id, CultureInfo.InvariantCulture);

    /// <summary>At any other address stands the sandbox, which answers for both of Telegram's hosts.</summary>
    private static bool IsReal(Uri server) => server == Api;
}
