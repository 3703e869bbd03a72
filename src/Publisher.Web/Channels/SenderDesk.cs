using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>A sender as an administrator types it.</summary>
public sealed record SenderFields(string Name, string Initials, string Accent, string TimeZone, string Language);

/// <summary>Adds and changes senders and the named sets of their channels. For administrators.</summary>
public sealed partial class SenderDesk(Writer writer, TimeProvider time)
{
    private const int LongestName = 100;

    /// <param name="senderId">Null for a new one.</param>
    public Task<Answer<long>> SaveAsync(Actor actor, long? senderId, SenderFields fields, CancellationToken cancellationToken) =>
        WriteAsync<long>(actor, async (db, now, token) =>
        {
            if (string.IsNullOrWhiteSpace(fields.Name) || fields.Name.Length > LongestName || fields.Initials.Trim().Length is < 1 or > 3)
            {
                return new Refusal("sender.name");
            }

            if (!Colour().IsMatch(fields.Accent) || !TimeZoneInfo.TryFindSystemTimeZoneById(fields.TimeZone, out _) || fields.Language.Trim().Length < 2)
            {
                return new Refusal("sender.fields");
            }

            var sender = senderId is null ? null : await db.Senders.SingleOrDefaultAsync(row => row.Id == senderId, token);
            if (senderId is not null && sender is null)
            {
                return Refusal.NotFound;
            }

            if (sender is null)
            {
                sender = new Sender { Name = "", Initials = "", Accent = "", TimeZone = "", Language = "" };
                db.Senders.Add(sender);
            }

            sender.Name = fields.Name.Trim();
            sender.Initials = fields.Initials.Trim().ToUpperInvariant();
            sender.Accent = fields.Accent;
            sender.TimeZone = fields.TimeZone;
            sender.Language = fields.Language.Trim();
            await db.SaveChangesAsync(token);
            db.Append(new LogEntry(actor, now, senderId is null ? "sender.added" : "sender.changed") { SenderId = sender.Id }, sender.Name);
            return sender.Id;
        }, cancellationToken);

    /// <param name="setId">Null for a new one.</param>
    public Task<Answer<long>> SaveSetAsync(Actor actor, long? setId, long senderId, string name, IReadOnlyCollection<long> channelIds, CancellationToken cancellationToken) =>
        WriteAsync<long>(actor, async (db, now, token) =>
        {
            if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || channelIds.Count == 0)
            {
                return new Refusal("set.fields");
            }

            var own = await db.Channels.Where(channel => channel.SenderId == senderId).Select(channel => channel.Id).ToListAsync(token);
            var set = setId is null ? null : await db.ChannelSets.SingleOrDefaultAsync(row => row.Id == setId && row.SenderId == senderId, token);
            if ((setId is not null && set is null) || channelIds.Except(own).Any())
            {
                return Refusal.NotFound;
            }

            if (set is null)
            {
                set = new ChannelSet { SenderId = senderId, Name = "" };
                db.ChannelSets.Add(set);
            }

            set.Name = name.Trim();
            set.ChannelIds = [.. channelIds];
            await db.SaveChangesAsync(token);
            db.Append(new LogEntry(actor, now, setId is null ? "channel.set.added" : "channel.set.changed") { SenderId = senderId }, set.Name);
            return set.Id;
        }, cancellationToken);

    public Task<Answer<bool>> RemoveSetAsync(Actor actor, long setId, CancellationToken cancellationToken) =>
        WriteAsync<bool>(actor, async (db, now, token) =>
        {
            if (await db.ChannelSets.SingleOrDefaultAsync(row => row.Id == setId, token) is not { } set)
            {
                // Somebody was quicker: it is gone, as was asked.
                return true;
            }

            db.ChannelSets.Remove(set);
            db.Append(new LogEntry(actor, now, "channel.set.removed") { SenderId = set.SenderId }, set.Name);
            return true;
        }, cancellationToken);

    private Task<Answer<T>> WriteAsync<T>(Actor actor, Func<PublisherDb, DateTimeOffset, CancellationToken, Task<Answer<T>>> change, CancellationToken cancellationToken) =>
        writer.WriteAsync<Answer<T>>(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                if (await Rights.LoadAsync(db, actor, now, token) is not { } rights)
                {
                    return Refusal.SignInAgain;
                }

                return rights.CanForAll(Act.ManageChannels) ? await change(db, now, token) : Refusal.NotAllowed;
            },
            cancellationToken);

    [GeneratedRegex("^#[0-9a-fA-F]{6}$")]
    private static partial Regex Colour();
}
