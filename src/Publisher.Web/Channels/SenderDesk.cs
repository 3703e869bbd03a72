using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>A sender as an administrator types it.</summary>
public sealed record SenderFields(string Name, string Initials, string Accent, string TimeZone, string Language)
{
    public static SenderFields Of(Sender sender) => new(sender.Name, sender.Initials, sender.Accent, sender.TimeZone, sender.Language);
}

/// <summary>Adds and changes senders and the named sets of their channels. For administrators.</summary>
public sealed partial class SenderDesk(Writer writer, TimeProvider time)
{
    private const int LongestName = 100;

    /// <param name="seen">The sender as it was on the screen; null for a new one.</param>
    public Task<Answer<long>> SaveAsync(Actor actor, Sender? seen, SenderFields fields, CancellationToken cancellationToken) =>
        WriteAsync<long>(actor, async (db, now, token) =>
        {
            if (string.IsNullOrWhiteSpace(fields.Name) || fields.Name.Length > LongestName || fields.Initials.Trim().Length is < 1 or > 3)
            {
                return new Refusal("sender.name");
            }

            if (!Colour().IsMatch(fields.Accent) || NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(fields.TimeZone) is null || fields.Language.Trim().Length < 2)
            {
                return new Refusal("sender.fields");
            }

            var sender = seen is null ? null : await db.Senders.SingleOrDefaultAsync(row => row.Id == seen.Id, token);
            if (seen is not null && sender is null)
            {
                return Refusal.NotFound;
            }

            if (sender is not null && SenderFields.Of(sender) != SenderFields.Of(seen!))
            {
                return Refusal.LookAgain;
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
            db.Append(new LogEntry(actor, now, seen is null ? "sender.added" : "sender.changed") { SenderId = sender.Id }, sender.Name);
            return sender.Id;
        }, cancellationToken);

    /// <param name="seen">The set as it was on the screen; null for a new one.</param>
    public Task<Answer<long>> SaveSetAsync(Actor actor, ChannelSet? seen, long senderId, string name, IReadOnlyCollection<long> channelIds, CancellationToken cancellationToken) =>
        WriteAsync<long>(actor, async (db, now, token) =>
        {
            if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || channelIds.Count == 0)
            {
                return new Refusal("set.fields");
            }

            var own = await db.Channels.Where(channel => channel.SenderId == senderId).Select(channel => channel.Id).ToListAsync(token);
            var set = seen is null ? null : await db.ChannelSets.SingleOrDefaultAsync(row => row.Id == seen.Id && row.SenderId == senderId, token);
            if ((seen is not null && set is null) || channelIds.Except(own).Any())
            {
                return Refusal.NotFound;
            }

            if (set is not null && (set.Name != seen!.Name || !set.ChannelIds.SequenceEqual(seen.ChannelIds)))
            {
                return Refusal.LookAgain;
            }

            if (set is null)
            {
                set = new ChannelSet { SenderId = senderId, Name = "" };
                db.ChannelSets.Add(set);
            }

            set.Name = name.Trim();
            set.ChannelIds = [.. channelIds];
            await db.SaveChangesAsync(token);
            db.Append(new LogEntry(actor, now, seen is null ? "channel.set.added" : "channel.set.changed") { SenderId = senderId }, set.Name);
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
        writer.DecideAsync<T>(
            async (db, token) =>
            {
                await OneAdministrator.TakeAsync(db, token);
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
