namespace Publisher.Web.People;

/// <summary>Tells the open pages of this process at once that a session is over or a person's roles have changed. Other machines notice within three seconds.</summary>
public sealed class SessionBell
{
    public event Action<Ring>? Rang;

    public void SessionsOver(long personId, Guid? sessionId = null) => Rang?.Invoke(new Ring(personId, sessionId, IsOver: true));

    public void RolesChanged(long personId) => Rang?.Invoke(new Ring(personId, null, IsOver: false));

    /// <param name="SessionId">Null for all of the person's sessions.</param>
    /// <param name="IsOver">Otherwise the pages look again at what the person may see.</param>
    public sealed record Ring(long PersonId, Guid? SessionId, bool IsOver)
    {
        public bool Concerns(Actor actor) => actor.PersonId == PersonId && (SessionId ?? actor.SessionId) == actor.SessionId;
    }
}
