using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.Log;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>Keeps, replaces and removes app registrations. For administrators. Channels connected before keep what they were connected with.</summary>
public sealed class AppDesk(Writer writer, PlatformList platforms, AppKeys keys, TimeProvider time)
{
    private const int Longest = 1000;

    /// <param name="seen">The registration that is replaced, as it was on the screen; null where there was none.</param>
    /// <param name="fields">By the names of <see cref="IConnectByOAuth.AppFields"/>.</param>
    public Task<Answer<bool>> KeepAsync(Actor actor, string platform, AppRow? seen, IReadOnlyDictionary<string, string> fields, CancellationToken cancellationToken) =>
        WriteAsync(actor, async (db, now, token) =>
        {
            platforms.TryGet(platform, out var found);
            var asked = AppKeys.FieldsOf(found);
            var server = AppKeys.ServerOf(found, fields.GetValueOrDefault(FormField.ServerName));
            var values = asked.ToDictionary(field => field.Name, field => fields.GetValueOrDefault(field.Name, "").Trim());
            if (asked.Count == 0)
            {
                return new Refusal("connect.platform");
            }

            if (asked.Any(field => !field.IsOptional && values[field.Name].Length == 0) || values.Values.Any(value => value.Length > Longest))
            {
                return new Refusal("connect.app.fields.missing");
            }

            if (AppKeys.HasServers(found) && server.Length == 0)
            {
                return new Refusal("connect.server.address", "");
            }

            var kept = await db.AppRegistrations.SingleOrDefaultAsync(row => row.Platform == platform && row.Server == server, token);
            if (kept?.KeptAt != seen?.KeptAt)
            {
                return Refusal.LookAgain;
            }

            var isNew = kept is null;
            if (kept is null)
            {
                kept = new AppRegistration { Platform = platform, Server = server, Fields = "", KeptAt = now, KeptBy = actor.PersonId };
                db.AppRegistrations.Add(kept);
            }

            kept.Fields = keys.Protect(values, platform, server);
            (kept.KeptAt, kept.KeptBy) = (now, actor.PersonId);
            db.Append(new LogEntry(actor, now, isNew ? "app.kept" : "app.replaced") { Code = platform }, server);
            return true;
        }, cancellationToken);

    public Task<Answer<bool>> RemoveAsync(Actor actor, AppRow seen, CancellationToken cancellationToken) =>
        WriteAsync(actor, async (db, now, token) =>
        {
            if (await db.AppRegistrations.SingleOrDefaultAsync(row => row.Id == seen.Id, token) is not { } kept)
            {
                // Somebody was quicker: it is gone, as was asked.
                return true;
            }

            if (kept.KeptAt != seen.KeptAt)
            {
                return Refusal.LookAgain;
            }

            db.AppRegistrations.Remove(kept);
            db.Append(new LogEntry(actor, now, "app.removed") { Code = kept.Platform }, kept.Server);
            return true;
        }, cancellationToken);

    private Task<Answer<bool>> WriteAsync(Actor actor, Func<PublisherDb, DateTimeOffset, CancellationToken, Task<Answer<bool>>> change, CancellationToken cancellationToken) =>
        writer.DecideAsync<bool>(
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
}
