using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

public sealed class SessionTests
{
    [Fact]
    public async Task A_session_ends_after_thirty_minutes_in_which_nobody_was_there()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));

        office.Time.Now += TimeSpan.FromMinutes(29);
        (await SeeAsync(office, olivia)).ShouldBeTrue();
        office.Time.Now += TimeSpan.FromMinutes(29);
        (await SeeAsync(office, olivia)).ShouldBeTrue();
        office.Time.Now += TimeSpan.FromMinutes(30);
        (await SeeAsync(office, olivia)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_however_busy()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        for (var minutes = 0; minutes < 700; minutes += 20)
        {
            (await SeeAsync(office, olivia)).ShouldBeTrue();
            office.Time.Now += TimeSpan.FromMinutes(20);
        }

        (await SeeAsync(office, olivia)).ShouldBeTrue();
        office.Time.Now += TimeSpan.FromMinutes(20);
        (await SeeAsync(office, olivia)).ShouldBeFalse();
    }

    [Fact]
    public async Task Being_seen_is_written_once_a_minute_at_most()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        var started = office.Time.Now;

        office.Time.Now += TimeSpan.FromSeconds(59);
        await SeeAsync(office, olivia);
        (await SeenAtAsync(office, olivia)).ShouldBe(started);
        office.Time.Now += TimeSpan.FromSeconds(1);
        await SeeAsync(office, olivia);
        (await SeenAtAsync(office, olivia)).ShouldBe(office.Time.Now);
    }

    [Fact]
    public async Task A_session_opens_nothing_for_another_person()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        var mara = await office.PersonAsync("Mara", new NewGrant(Role.Manager, null));

        (await SeeAsync(office, new Actor(mara.PersonId, olivia.SessionId))).ShouldBeFalse();
    }

    [Fact]
    public async Task Switching_a_person_off_empties_their_open_pages_at_once()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        await using var page = new OpenPage(office, olivia);

        (await office.Get<PeopleDesk>().SwitchOffAsync(ada, olivia.PersonId, Office.Stop)).ShouldBeNull();

        (await page.IsEmptyWithinAsync(TimeSpan.FromSeconds(1))).ShouldBeTrue();
    }

    [Fact]
    public async Task Ending_one_session_leaves_the_pages_of_the_others_open()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var atDesk = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        var onPhone = (await office.Get<SignInDesk>().WithPasswordAsync("olivia@office.example", Office.Password, "10.0.0.1", Office.Stop)).Value;
        await using var stays = new OpenPage(office, atDesk);
        await using var goes = new OpenPage(office, onPhone);

        (await office.Get<PeopleDesk>().EndSessionAsync(ada, onPhone.SessionId, Office.Stop)).ShouldBeNull();

        (await goes.IsEmptyWithinAsync(TimeSpan.FromSeconds(1))).ShouldBeTrue();
        (await stays.IsEmptyWithinAsync(TimeSpan.FromMilliseconds(100))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_ended_by_another_machine_empties_the_pages_within_five_seconds()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        await using var page = new OpenPage(office, olivia);

        await using var elsewhere = await office.ReadAsync();
        await elsewhere.Sessions.ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, office.Time.Now), Office.Stop);

        (await page.IsEmptyWithinAsync(TimeSpan.FromSeconds(5))).ShouldBeTrue();
    }

    [Fact]
    public async Task Everyone_ends_their_own_sessions_and_only_administrators_those_of_others()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        var mara = await office.PersonAsync("Mara", new NewGrant(Role.Manager, null));
        var desk = office.Get<PeopleDesk>();

        (await desk.EndSessionAsync(mara, olivia.SessionId, Office.Stop)).ShouldBe(Refusal.NotAllowed);
        (await desk.EndSessionAsync(olivia, olivia.SessionId, Office.Stop)).ShouldBeNull();
        (await desk.EndSessionAsync(ada, mara.SessionId, Office.Stop)).ShouldBeNull();
        (await desk.EndSessionAsync(mara, mara.SessionId, Office.Stop)).ShouldBe(Refusal.SignInAgain);
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_of_the_person()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        var thief = (await office.Get<SignInDesk>().WithPasswordAsync("olivia@office.example", Office.Password, "10.0.0.1", Office.Stop)).Value;
        var desk = office.Get<AccountDesk>();

        (await desk.ChangePasswordAsync(olivia, "not this one", "a new long password", Office.Stop))!.Code.ShouldBe("password.current.wrong");
        (await desk.ChangePasswordAsync(olivia, Office.Password, "too short", Office.Stop))!.Code.ShouldBe("password.short");
        (await desk.ChangePasswordAsync(olivia, Office.Password, "a new long password", Office.Stop)).ShouldBeNull();

        (await SeeAsync(office, olivia)).ShouldBeTrue();
        (await SeeAsync(office, thief)).ShouldBeFalse();
    }

    private static Task<bool> SeeAsync(Office office, Actor actor) => office.Get<Publisher.Web.People.Sessions>().SeeAsync(actor, Office.Stop);

    private static async Task<DateTimeOffset> SeenAtAsync(Office office, Actor actor)
    {
        await using var db = await office.ReadAsync();
        return await db.Sessions.Where(row => row.Id == actor.SessionId).Select(row => row.SeenAt).SingleAsync(Office.Stop);
    }

    /// <summary>What a circuit holds: the provider of who is looking, told once who it is.</summary>
    private sealed class OpenPage : IAsyncDisposable
    {
        private readonly AsyncServiceScope _scope;
        private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OpenPage(Office office, Actor actor)
        {
            _scope = office.Services.CreateAsyncScope();
            var state = _scope.ServiceProvider.GetRequiredService<AuthenticationStateProvider>();
            var user = new ClaimsPrincipal(new ClaimsIdentity(
                [new(ClaimTypes.NameIdentifier, $"{actor.PersonId}"), new(CurrentPerson.SessionClaim, $"{actor.SessionId}")], "test"));
            ((IHostEnvironmentAuthenticationStateProvider)state).SetAuthenticationState(Task.FromResult(new AuthenticationState(user)));
            state.AuthenticationStateChanged += async changed =>
            {
                if ((await changed).User.Identity?.IsAuthenticated != true)
                {
                    _empty.TrySetResult();
                }
            };
        }

        public async Task<bool> IsEmptyWithinAsync(TimeSpan span) => await Task.WhenAny(_empty.Task, Task.Delay(span, Office.Stop)) == _empty.Task;

        public ValueTask DisposeAsync() => _scope.DisposeAsync();
    }
}
