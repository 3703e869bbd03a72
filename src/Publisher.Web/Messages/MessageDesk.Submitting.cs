using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <param name="Posts">How many were frozen.</param>
public sealed record Submitted(int Revision, int Posts);

/// <summary>Handing in: what will be approved is computed once more from what is saved, frozen, and never rebuilt.</summary>
public sealed partial class MessageDesk
{
    /// <summary>
    /// Freezes the post of every channel that can take the message. Whatever is looked up outside is looked up before the step begins; what
    /// could not be found stays out of the posts, as their notes say.
    /// </summary>
    public async Task<Answer<Submitted>> SubmitAsync(Actor actor, long messageId, int version, CancellationToken cancellationToken)
    {
        MessageDraft draft;
        List<Channel> channels;
        Findings found;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var (message, refusal) = await OpenAsync(db, actor, messageId, version, time.GetUtcNow(), cancellationToken);
            if (message is null)
            {
                return refusal!;
            }

            draft = MessageDraft.Of(message);
            channels = await ChannelsAsync(db, draft, cancellationToken);
        }

        draft = await ReadCardAsync(actor, draft, channels, cancellationToken);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            found = await FitReader.FilesAsync(db, draft, cancellationToken);
        }

        found = await fits.ReadAsync(actor, found, FitReader.Open(draft, channels, found), cancellationToken);
        found = await mentions.ReadAsync(found, MentionReader.Open(builder.Build(draft, channels, found), found), cancellationToken);
        return await writer.DecideAsync((db, token) => SubmitAsync(db, actor, draft, found.Mentions, token), cancellationToken);
    }

    private async Task<Answer<Submitted>> SubmitAsync(
        PublisherDb db, Actor actor, MessageDraft looked, IReadOnlyDictionary<MentionKey, string?> known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (message, refusal) = await OpenAsync(db, actor, looked.Id, looked.Version, now, cancellationToken);
        if (message is null)
        {
            return refusal!;
        }

        if (message.State is not (MessageState.Draft or MessageState.Returned))
        {
            return new Refusal(message.State == MessageState.InReview ? "in.review" : "not.open");
        }

        if (message.ProposedDue <= now)
        {
            return new Refusal("due.past");
        }

        // The same version, so the same message: only the card may have come in between, and it is for this link.
        var draft = MessageDraft.Of(message) with { Card = looked.Card };
        var found = await FitReader.FilesAsync(db, draft, cancellationToken) with { Mentions = known };
        var built = builder.Build(draft, await ChannelsAsync(db, draft, cancellationToken), found);
        if (MessageCheck.Check(draft, found).Concat(MessageCheck.CheckCorrection(draft, built)).FirstOrDefault() is { } problem)
        {
            return new Refusal("not.ready", problem.Code);
        }

        var posts = built.Where(post => !post.IsLeftOut).ToList();
        if (posts.Count == 0)
        {
            return new Refusal("nothing.fits");
        }

        if (!await RaiseAsync(db, message, cancellationToken))
        {
            return Refusal.LookAgain;
        }

        message.State = MessageState.InReview;
        message.Revision++;
        message.ChangedAt = now;
        message.Card = draft.Card;
        message.Title = message.Title.Length > 0 ? message.Title : TitleFrom(draft);
        var frozen = posts.Select(post => Freeze(message, post)).ToList();
        db.FrozenPosts.AddRange(frozen);
        db.Submissions.Add(new Submission
        {
            MessageId = message.Id,
            Revision = message.Revision,
            SubmittedBy = actor.PersonId,
            SubmittedAt = now,
            ProposedDue = message.ProposedDue,
            Grace = message.Grace,
            Policy = ApprovalPolicy.Default,
            Contributors = [.. message.Contributors.Select(contributor => contributor.PersonId).Append(actor.PersonId).Distinct()],
        });
        db.Append(new LogEntry(actor, now, "message.submitted")
        {
            SenderId = message.SenderId,
            MessageId = message.Id,
            Revision = message.Revision,
            Seals = string.Join('\n', frozen.Select(post => post.Seal)),
            Due = message.ProposedDue,
            Code = $"approvals:{ApprovalPolicy.Default.Approvals}",
        });
        return new Submitted(message.Revision, frozen.Count);
    }

    private static FrozenPost Freeze(Message message, BuiltPost post)
    {
        var bytes = Seal.Freeze(post.Post, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        return new FrozenPost
        {
            MessageId = message.Id,
            Revision = message.Revision,
            ChannelId = post.Channel.Id,
            Seal = Seal.Of(bytes),
            Format = Seal.Format,
            Bytes = bytes,
        };
    }

    private async Task<MessageDraft> ReadCardAsync(Actor actor, MessageDraft draft, List<Channel> channels, CancellationToken cancellationToken)
    {
        var isWanted = draft.Media.All(media => media.IsTextCard) || draft.Variants.Any(variant => variant.MediaIds is { Count: 0 });
        if (draft.Link.Length == 0 || draft.Card?.Address == draft.Link || !isWanted
            || !channels.Exists(channel => platforms.TryGet(channel.Platform, out var platform) && platform!.Info.LinkAsCard))
        {
            return draft.Card?.Address == draft.Link ? draft : draft with { Card = null };
        }

        var read = await links.ReadAsync(actor, draft.SenderId, draft.Link, cancellationToken);
        return draft with { Card = read.Refusal is null ? read.Value : null };
    }

    private static Task<List<Channel>> ChannelsAsync(PublisherDb db, MessageDraft draft, CancellationToken cancellationToken)
    {
        var ids = draft.Channels.Select(channel => channel.ChannelId).ToList();
        return db.Channels.AsNoTracking().Where(row => row.SenderId == draft.SenderId && ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The first line, for lists.</summary>
    private static string TitleFrom(MessageDraft draft)
    {
        const int Shown = 70;
        string[] texts = [draft.LongText, draft.ShortText, .. draft.Variants.Select(variant => variant.Text), draft.Link];
        var line = ContactText.Plain((texts.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? "").Trim().Split('\n')[0]).Trim();
        if (line.Length <= Shown)
        {
            return line;
        }

        var end = line.LastIndexOf(' ', Shown);
        return $"{line[..(end > Shown / 2 ? end : Shown)].TrimEnd(' ', ',', '.', ';', ':')}…";
    }
}
