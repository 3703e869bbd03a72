using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>Messages of Telegram's channels. An album is one post to its readers and several messages to the interface.</summary>
internal sealed partial class Telegram
{
    private const int MaxText = 4096;
    private const int MaxCaption = 1024;
    private const string LastId = "last message";
    private static readonly TimeSpan DeletableFor = TimeSpan.FromHours(48);

    public override void Forget()
    {
        lock (Gate)
        {
            Notes.TryRemove(LastId, out _);
        }
    }

    private void AddMessages()
    {
        AddMethod("sendMessage", CallKind.Create, Message, call => Send(call, Text(call.Json, "text")!.Trim(), []));
        AddMethod("sendPhoto", CallKind.Create, Photo, call => SendFiles(call, [call.Json], "photo"));
        AddMethod("sendVideo", CallKind.Create, Video, call => SendFiles(call, [call.Json], "video"));
        AddMethod("sendMediaGroup", CallKind.Create, Group, call => SendFiles(call, [.. call.Json.GetProperty("media").EnumerateArray()], "media"));
        AddMethod("editMessageText", CallKind.Change, TextEdit, call => Edit(call, Text(call.Json, "text")!.Trim(), hasFiles: false));
        AddMethod("editMessageCaption", CallKind.Change, CaptionEdit, call => Edit(call, (Text(call.Json, "caption") ?? "").Trim(), hasFiles: true));
        AddMethod("deleteMessage", CallKind.Change, Shape.Object(Named), DeleteMessage);
        AddMethod("deleteMessages", CallKind.Change, Shape.Object(("chat_id!", ChatId), ("message_ids!", Shape.List(Shape.Whole, 100, 1))), DeleteMessages);
    }

    private Answer Send(Call call, string text, IReadOnlyList<SandboxMedia> media)
    {
        var (account, refusal) = Chat(call, toPost: true);
        if (refusal is not null)
        {
            return refusal;
        }

        if (text.Length > (media.Count > 0 ? MaxCaption : MaxText))
        {
            return Bad(media.Count > 0 ? "message caption is too long" : "message is too long");
        }

        if (text.Length == 0 && media.Count == 0)
        {
            return Bad("message text is empty");
        }

        SandboxPost? parent = null;
        if (call.Json.TryGetProperty("reply_parameters", out var reply))
        {
            parent = Find(account!, Text(reply, "message_id")!);
            var isNeeded = Text(reply, "allow_sending_without_reply") != "True";
            if (parent is not { DeletedAt: null } && isNeeded)
            {
                return Bad("message to be replied not found");
            }
        }

        var ids = Enumerable.Range(0, Math.Max(1, media.Count)).Select(_ => NextId()).ToArray();
        var post = new SandboxPost
        {
            Platform = Key,
            Account = account!.Id,
            Id = ids[0],
            Path = $"{account.Handle}/{ids[0]}",
            Text = text,
            SentText = text,
            Links = Links(text),
            Media = media,
            ReplyTo = parent?.Id,
            Visibility = Text(call.Json, "disable_notification") == "True" ? "without sound" : null,
            At = World.Now,
            VisibleFrom = World.Now,
            Source = JsonSerializer.Serialize(ids),
        };
        Feed.Add(post);
        var messages = ids.Select((id, place) => Written(account, post, id, place, parent)).ToArray();
        return Ok(messages.Length == 1 ? messages[0] : messages);
    }

    /// <summary>Numbers count up; both channels share them, so that a number names one post.</summary>
    private string NextId()
    {
        var next = (int.Parse(Notes.GetValueOrDefault(LastId, "0"), CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        Notes[LastId] = next;
        return next;
    }

    private static string[] Ids(SandboxPost post) => JsonSerializer.Deserialize<string[]>(post.Source)!;

    /// <summary>The post a message belongs to, deleted or not.</summary>
    private SandboxPost? Find(SandboxAccount account, string id) =>
        (Feed.Find(id) ?? Feed.All.FirstOrDefault(post => Ids(post).Contains(id))) is { } post && post.Account == account.Id ? post : null;

    private Dictionary<string, object> Written(SandboxAccount account, SandboxPost post, string id, int place, SandboxPost? parent)
    {
        var message = Header(account, id, post.At);
        message["sender_chat"] = Channel(account);
        if (post.Media.Count > 1)
        {
            message["media_group_id"] = "13" + post.Id.PadLeft(15, '0');
        }

        if (post.Media.Count > 0)
        {
            Describe(message, post.Media[place]);
        }

        if (post.Text.Length > 0 && place == 0)
        {
            message[post.Media.Count > 0 ? "caption" : "text"] = post.Text;
            if (post.Links.Count > 0)
            {
                message[post.Media.Count > 0 ? "caption_entities" : "entities"] = post.Links
                    .Select(link => new { type = link.Kind switch { "link" => "url", "tag" => "hashtag", _ => "mention" }, offset = link.Start, length = link.Length }).ToArray();
            }
        }

        if (post.EditedAt is { } edited)
        {
            message["edit_date"] = edited.ToUnixTimeSeconds();
        }

        if (parent is not null)
        {
            message["reply_to_message"] = Header(account, parent.Id, parent.At);
        }

        return message;
    }

    private static Dictionary<string, object> Header(SandboxAccount account, string id, DateTimeOffset at) => new()
    {
        ["message_id"] = int.Parse(id, CultureInfo.InvariantCulture),
        ["date"] = at.ToUnixTimeSeconds(),
        ["chat"] = Channel(account),
    };

    /// <summary>The text of a message, or the caption below its files; each has a method of its own, and files, sound and what it answers stay.</summary>
    private Answer Edit(Call call, string text, bool hasFiles)
    {
        var (account, refusal) = Chat(call, toPost: true);
        if (refusal is not null)
        {
            return refusal;
        }

        var id = Text(call.Json, "message_id")!;
        if (Find(account!, id) is not { DeletedAt: null } post || !Ids(post).Contains(id))
        {
            return Bad("message to edit not found");
        }

        if (post.Media.Count > 0 != hasFiles)
        {
            return Bad(hasFiles ? "there is no caption in the message to edit" : "there is no text in the message to edit");
        }

        if (text.Length > (hasFiles ? MaxCaption : MaxText))
        {
            return Bad(hasFiles ? "MEDIA_CAPTION_TOO_LONG" : "MESSAGE_TOO_LONG");
        }

        if (text.Length == 0 && !hasFiles)
        {
            return Bad("message text is empty");
        }

        if (id != post.Id)
        {
            Object(call, "a caption on another item than the first is not shown below the album");
        }
        else if (text == post.Text)
        {
            return Bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message");
        }
        else
        {
            post = Feed.Change(post.Id, p => p with { Text = text, SentText = text, Links = Links(text), EditedAt = World.Now });
        }

        return Ok(Written(account!, post, id, Array.IndexOf(Ids(post), id), Feed.Find(post.ReplyTo)));
    }

    private Answer DeleteMessage(Call call)
    {
        var (account, refusal) = Chat(call, toPost: true);
        if (refusal is not null)
        {
            return refusal;
        }

        var id = Text(call.Json, "message_id")!;
        if (Find(account!, id) is not { DeletedAt: null } post || !Ids(post).Contains(id))
        {
            return Bad("message to delete not found");
        }

        if (post.At < World.Now - DeletableFor)
        {
            return Bad("message can't be deleted");
        }

        Delete(post, id);
        return Ok(true);
    }

    /// <summary>What is not there is passed over without a word.</summary>
    private Answer DeleteMessages(Call call)
    {
        var (account, refusal) = Chat(call, toPost: true);
        if (refusal is not null)
        {
            return refusal;
        }

        var chosen = call.Json.GetProperty("message_ids").EnumerateArray().Select(id => id.ToString()).ToList();
        if (chosen.Any(id => Find(account!, id)?.At < World.Now - DeletableFor))
        {
            return Bad("message can't be deleted");
        }

        foreach (var id in chosen)
        {
            if (Find(account!, id) is { DeletedAt: null } post && Ids(post).Contains(id))
            {
                Delete(post, id);
            }
        }

        return Ok(true);
    }

    /// <summary>An album loses one picture, and with the first its text; without any it is gone.</summary>
    private void Delete(SandboxPost post, string id)
    {
        var ids = Ids(post);
        if (ids.Length == 1)
        {
            Feed.Change(post.Id, p => p with { DeletedAt = World.Now });
            return;
        }

        var place = Array.IndexOf(ids, id);
        Feed.Change(post.Id, p => p with
        {
            Text = id == p.Id ? "" : p.Text,
            Links = id == p.Id ? [] : p.Links,
            Media = [.. p.Media.Where((_, other) => other != place)],
            Source = JsonSerializer.Serialize(ids.Where(other => other != id)),
        });
    }

    private List<SandboxLink> Links(string text)
    {
        var links = TextMarks.Addresses(text).Select(a => new SandboxLink(a.Start, a.Length, "link", a.Address)).ToList();
        bool IsFree(int start) => !links.Any(l => start >= l.Start && start < l.Start + l.Length);
        var mentions = TextMarks.Mentions(text).Where(m => m.Server is null && UserName().IsMatch(m.Name) && IsFree(m.Start)).ToList();
        links.AddRange(mentions.Select(m => new SandboxLink(m.Start, m.Length, "mention", "https://t.me/" + m.Name)));
        links.AddRange(TextMarks.Hashtags(text).Where(t => IsFree(t.Start)).ToList().Select(t => new SandboxLink(t.Start, t.Length, "tag", t.Word)));
        return [.. links.OrderBy(l => l.Start)];
    }

    [GeneratedRegex("^[A-Za-z0-9_]{5,32}$")]
    private static partial Regex UserName();
}
