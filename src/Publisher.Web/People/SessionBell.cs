namespace Publisher.Web.People;

/// <summary>Tells the open pages at once that a session is over or a person's roles have changed, here and, through whoever hears it, on other machines.</summary>
public sealed class SessionBell
{
    public event Action<Ring>? Rang;

    /// <summary>Of this process alone, for whoever tells the other machines.</summary>
    public event Action<Ring>? RangHere;

    public void SessionsOver(long personId, Guid? sessionId = null) => RingHere(new Ring(personId, sessionId, IsOver: true));

    public void RolesChanged(long personId) => RingHere(new Ring(personId, null, IsOver: false));

    /// <summary>It rang on another machine.</summary>
    public void Hear(Ring ring) => Rang?.Invoke(ring);

    private void RingHere(Ring ring)
    {
        Rang?.Invoke(ring);
        RangHere?.Invoke(ring);
    }

    /// <param name="SessionId">Null for all of the person's sessions.</param>
    /// <param name="IsOver">Otherwise the pages look again at what the person may see.</param>
    public sealed record Ring(long PersonId, Guid? SessionId, bool IsOver)
    {
        public bool Concerns(Actor actor) => actor.PersonId == PersonId && (SessionId ?? actor.SessionId) == actor.SessionId;
    }
}
