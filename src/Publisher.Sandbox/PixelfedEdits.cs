using System.Net;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Edits on a Pixelfed server. What one leaves out is erased, or deleted, except what the server forgets to look at.</summary>
internal sealed partial class Pixelfed
{
    /// <summary>The post as it first stood counts as one.</summary>
    private const int MostEdits = 10;

    private void AddEdits() => Add(
        new Route("PUT", "api/v1/statuses/{id}", CallKind.Change, Edit)
        {
            Scope = "write",
            Accepts = Bodies,
            Shape = Shape.Object(
                ("status", Shape.Text), ("media_ids", Shape.List(Shape.Text)), ("sensitive", Shape.Flag), ("spoiler_text", Shape.Text),
                ("location", Shape.OrNull(Shape.Object(("id!", Shape.Whole), ("country!", Shape.Text), ("name!", Shape.Text))))),
            Fields = ["status", "media_ids[]", "sensitive", "spoiler_text", "location[id]", "location[country]", "location[name]"],
        });

    private Answer Edit(Call call)
    {
        if (Feed.Find(call["id"]) is not { DeletedAt: null } post || post.Account != call.Account.Id)
        {
            // What may not be changed is not told apart from what is not there.
            return Error(500, "This action is unauthorized.");
        }

        var named = MediaIds(call);
        var text = Value(call, "status")?.Trim() ?? "";
        if (Validate(call, named) is { } invalid)
        {
            return invalid;
        }

        if (text.Length == 0 && named.Length == 0)
        {
            return Invalid("media_ids", "The media ids field is required when status is not present.");
        }

        if (named.Any(id => !Uploads.TryGetValue(id, out var upload) || upload.Account != post.Account || (upload.Note is not null && upload.Note != post.Id)))
        {
            return NoResults("Media", string.Join(", ", named));
        }

        var note = Noted(post);
        if (note.Edits >= MostEdits)
        {
            return Error(400, $"You cannot edit your post more than {MostEdits} times.");
        }

        // The first edit keeps the post as it was beside it.
        note = note with { Edits = note.Edits == 0 ? 2 : note.Edits + 1, IsSensitive = Value(call, "sensitive") is { } sensitive ? IsTrue(sensitive) : note.IsSensitive };
        if (note.Media.Length > 1)
        {
            if (named.Length == 0)
            {
                return Error(500, "Undefined array key \"media_ids\"");
            }

            foreach (var left in note.Media.Except(named))
            {
                Uploads.TryRemove(left, out _);
            }

            note = note with { Media = [.. named.Where(note.Media.Contains)] };
        }

        text = WithoutTags(text);
        post = Feed.Change(post.Id, old => old with
        {
            Text = text,
            SentText = Value(call, "status") ?? "",
            Warning = note.IsSensitive ? Value(call, "spoiler_text") : null,
            Links = Links(text),
            Media = [.. note.Media.Select(id => Uploads[id]).Select(upload => upload.ToMedia(upload.Alt))],
            EditedAt = World.Now,
            Source = JsonSerializer.Serialize(note),
        });

        // It answers with the post as everybody can see it, and so with nothing where not everybody can.
        return post.Visibility == "public" ? Answer.Json(Status(post)) : Answer.Empty(200);
    }

    /// <summary>Edits go through HTML Purifier, which leaves text encoded; what was encoded already it does not encode again.</summary>
    private static string Purified(string text) => WebUtility.HtmlDecode(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
