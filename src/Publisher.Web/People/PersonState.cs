using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Publisher.Web.People;

/// <summary>
/// Who looks at an open page. When their session is over the page empties: at once where the bell rings, within three seconds
/// where it is not heard. The circuit itself lives on, which is why desks ask for the session each time.
/// </summary>
internal sealed class PersonState : RevalidatingServerAuthenticationStateProvider
{
    private static readonly ClaimsPrincipal Nobody = new(new ClaimsIdentity());

    private readonly Sessions _sessions;
    private readonly SessionBell _bell;
    private Task<AuthenticationState>? _current;

    public PersonState(ILoggerFactory loggers, Sessions sessions, SessionBell bell)
        : base(loggers)
    {
        _sessions = sessions;
        _bell = bell;
        AuthenticationStateChanged += Remember;
        _bell.Rang += Hear;
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(3);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        CurrentPerson.Read(authenticationState.User) is { } actor ? _sessions.IsOpenAsync(actor, cancellationToken) : Task.FromResult(false);

    protected override void Dispose(bool disposing)
    {
        AuthenticationStateChanged -= Remember;
        _bell.Rang -= Hear;
        base.Dispose(disposing);
    }

    private void Remember(Task<AuthenticationState> state) => _current = state;

    private void Hear(SessionBell.Ring ring)
    {
        if (_current is { IsCompletedSuccessfully: true } known && CurrentPerson.Read(known.Result.User) is { } actor && ring.Concerns(actor))
        {
            SetAuthenticationState(ring.IsOver ? Task.FromResult(new AuthenticationState(Nobody)) : known);
        }
    }
}
