using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace Publisher.Web.People;

/// <summary>Who is looking at this page, as the sign-in says. What they may do is decided by the desks, from the database.</summary>
public sealed class CurrentPerson(AuthenticationStateProvider state)
{
    public const string SessionClaim = "publisher:session";

    /// <summary>Null where nobody is signed in.</summary>
    public async Task<Actor?> ActorAsync() => Read((await state.GetAuthenticationStateAsync()).User);

    public static Actor? Read(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var person)
        && Guid.TryParse(user.FindFirstValue(SessionClaim), out var session)
            ? new Actor(person, session)
            : null;
}
