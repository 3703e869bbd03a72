using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>Who asks: a person, through one of their sessions.</summary>
public readonly record struct Actor(long PersonId, Guid SessionId);

/// <summary>Everything a person may be allowed to do. The table in <see cref="Rights"/> says who.</summary>
public enum Act
{
    ReadMessages,
    Draft,
    Approve,
    SetHold,
    LiftHold,

    /// <summary>Say that the installation this is a copy of is off.</summary>
    EndStandstill,
    Cancel,
    Retract,
    DecideDelivery,
    CloseByHand,
    ReadLog,
    ReadChannels,
    ManageChannels,

    /// <summary>Sign in at a platform in the sender's name, where an administrator asked for it.</summary>
    Consent,
    ManagePeople,
}

/// <summary>What one person may do now, read in the same transaction as what they ask for.</summary>
public sealed class Rights
{
    private static readonly Dictionary<Act, Role[]> Allowed = new()
    {
        [Act.ReadMessages] = [Role.Officer, Role.Manager, Role.Auditor],
        [Act.Draft] = [Role.Officer, Role.Manager],
        [Act.Approve] = [Role.Manager],
        [Act.SetHold] = [Role.Officer, Role.Manager, Role.Administrator],
        [Act.LiftHold] = [Role.Manager],
        [Act.EndStandstill] = [Role.Manager],
        [Act.Cancel] = [Role.Officer, Role.Manager],
        [Act.Retract] = [Role.Manager],
        [Act.DecideDelivery] = [Role.Manager],
        [Act.CloseByHand] = [Role.Officer, Role.Manager],
        [Act.ReadLog] = [Role.Manager, Role.Auditor],
        [Act.ReadChannels] = [Role.Officer, Role.Manager, Role.Auditor, Role.Administrator],
        [Act.ManageChannels] = [Role.Administrator],
        [Act.Consent] = [Role.Officer, Role.Manager],
        [Act.ManagePeople] = [Role.Administrator],
    };

    private readonly IReadOnlyList<Grant> _grants;

    private Rights(Actor actor, IReadOnlyList<Grant> grants)
    {
        Actor = actor;
        _grants = grants;
    }

    public Actor Actor { get; }

    public static IReadOnlyList<Role> RolesFor(Act act) => Allowed[act];

    /// <summary>Null where the session is over or the person is switched off.</summary>
    public static async Task<Rights?> LoadAsync(PublisherDb db, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == actor.SessionId, cancellationToken);
        if (session is null || session.PersonId != actor.PersonId || !session.IsOpen(now))
        {
            return null;
        }

        var person = await db.Users.AsNoTracking().Include(row => row.Grants).SingleOrDefaultAsync(row => row.Id == actor.PersonId, cancellationToken);
        return person is null or { IsOff: true } ? null : new Rights(actor, person.Grants);
    }

    /// <summary>Whether the person may do this for that sender.</summary>
    public bool Can(Act act, long senderId) => _grants.Any(grant => Allowed[act].Contains(grant.Role) && (grant.SenderId ?? senderId) == senderId);

    /// <summary>Whether the person may do this for every sender.</summary>
    public bool CanForAll(Act act) => _grants.Any(grant => Allowed[act].Contains(grant.Role) && grant.SenderId is null);

    /// <summary>Whether the person may do this for any sender at all.</summary>
    public bool CanSomewhere(Act act) => _grants.Any(grant => Allowed[act].Contains(grant.Role));

    /// <summary>The senders for which the person may do this; null for all.</summary>
    public IReadOnlyList<long>? SendersFor(Act act) =>
        CanForAll(act) ? null : [.. _grants.Where(grant => Allowed[act].Contains(grant.Role)).Select(grant => grant.SenderId!.Value).Distinct()];
}
