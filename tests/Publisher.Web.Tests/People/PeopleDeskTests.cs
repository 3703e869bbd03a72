using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

public sealed class PeopleDeskTests
{
    private const string Chosen = "a password of mine";

    [Fact]
    public async Task An_invited_person_chooses_a_password_and_signs_in_with_it()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var link = (await InviteAsync(office, ada)).Value!;

        (await office.Get<PeopleDesk>().AcceptAsync(link.Token, Chosen, Office.Stop)).ShouldBeNull();

        (await office.Get<SignInDesk>().WithPasswordAsync("nora@office.example", Chosen, "10.0.0.1", Office.Stop)).Refusal.ShouldBeNull();
        (await office.LogAsync()).Take(2).ShouldBe([("person.invited", "Officer:all"), ("password.chosen", null)]);
    }

    [Fact]
    public async Task The_database_can_not_give_a_link_away()
    {
        await using var office = await Office.OpenAsync();
        var link = (await InviteAsync(office, await office.AdministratorAsync())).Value!;

        await using var db = await office.ReadAsync();
        (await db.Invitations.SingleAsync(Office.Stop)).TokenHash.ShouldNotContain(link.Token);
        (await db.Invitations.SingleAsync(Office.Stop)).TokenHash.Length.ShouldBe(64);
    }

    [Fact]
    public async Task A_link_works_once()
    {
        await using var office = await Office.OpenAsync();
        var link = (await InviteAsync(office, await office.AdministratorAsync())).Value!;
        var desk = office.Get<PeopleDesk>();

        (await desk.AcceptAsync(link.Token, Chosen, Office.Stop)).ShouldBeNull();
        (await desk.AcceptAsync(link.Token, "another password", Office.Stop))!.Code.ShouldBe("link.not.valid");
    }

    [Fact]
    public async Task Of_two_who_use_a_link_at_once_one_is_first()
    {
        await using var office = await Office.OpenAsync();
        var link = (await InviteAsync(office, await office.AdministratorAsync())).Value!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => office.Get<PeopleDesk>().AcceptAsync(link.Token, $"{Chosen} {number}", Office.Stop)));

        answers.Count(refusal => refusal is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_link_is_over_after_thirty_minutes()
    {
        await using var office = await Office.OpenAsync();
        var link = (await InviteAsync(office, await office.AdministratorAsync())).Value!;

        office.Time.Now += TimeSpan.FromMinutes(30);

        (await office.Get<PeopleDesk>().AcceptAsync(link.Token, Chosen, Office.Stop))!.Code.ShouldBe("link.not.valid");
    }

    [Fact]
    public async Task A_wrong_link_opens_nothing()
    {
        await using var office = await Office.OpenAsync();
        await InviteAsync(office, await office.AdministratorAsync());

        (await office.Get<PeopleDesk>().AcceptAsync("AAAA", Chosen, Office.Stop))!.Code.ShouldBe("link.not.valid");
    }

    [Fact]
    public async Task A_short_password_does_not_use_the_link_up()
    {
        await using var office = await Office.OpenAsync();
        var link = (await InviteAsync(office, await office.AdministratorAsync())).Value!;

        (await office.Get<PeopleDesk>().AcceptAsync(link.Token, "elevenchars", Office.Stop))!.Code.ShouldBe("password.short");
        (await office.Get<PeopleDesk>().AcceptAsync(link.Token, "twelve chars", Office.Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_link_stops_the_former_one()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var first = (await InviteAsync(office, ada)).Value!;
        var second = (await office.Get<PeopleDesk>().ReinviteAsync(ada, first.PersonId, Office.Stop)).Value!;

        (await office.Get<PeopleDesk>().AcceptAsync(first.Token, Chosen, Office.Stop))!.Code.ShouldBe("link.not.valid");
        (await office.Get<PeopleDesk>().AcceptAsync(second.Token, Chosen, Office.Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task The_link_of_a_person_who_was_switched_off_opens_nothing()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var link = (await InviteAsync(office, ada)).Value!;
        await office.Get<PeopleDesk>().SwitchOffAsync(ada, link.PersonId, Office.Stop);
        await office.Get<PeopleDesk>().SwitchOnAsync(ada, link.PersonId, Office.Stop);

        (await office.Get<PeopleDesk>().AcceptAsync(link.Token, Chosen, Office.Stop))!.Code.ShouldBe("link.not.valid");
    }

    [Theory]
    [InlineData("grants.exclusive", Role.Administrator, Role.Manager)]
    [InlineData("grants.exclusive", Role.Administrator, Role.Officer)]
    [InlineData("grants.exclusive", Role.Administrator, Role.Auditor)]
    [InlineData("grants.exclusive", Role.Auditor, Role.Officer)]
    [InlineData("grants.exclusive", Role.Auditor, Role.Manager)]
    [InlineData(null, Role.Officer, Role.Manager)]
    [InlineData("grants.none")]
    public async Task Who_runs_the_place_or_checks_the_log_holds_no_other_role(string? refused, params Role[] roles)
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, office.MinistryId));
        var grants = roles.Select(role => new NewGrant(role, null)).ToList();

        (await office.Get<PeopleDesk>().SetGrantsAsync(ada, olivia.PersonId, [new(Role.Officer, office.MinistryId)], grants, Office.Stop))?.Code.ShouldBe(refused);
        (await office.Get<PeopleDesk>().InviteAsync(ada, "Nora New", "nora@office.example", grants, Office.Stop)).Refusal?.Code.ShouldBe(refused);
    }

    [Fact]
    public async Task An_auditor_sees_all_senders_or_is_none()
    {
        await using var office = await Office.OpenAsync();
        var answer = await office.Get<PeopleDesk>().InviteAsync(
            await office.AdministratorAsync(), "Aude", "aude@office.example", [new(Role.Auditor, office.MinistryId)], Office.Stop);
        answer.Refusal!.Code.ShouldBe("grants.for.all");
    }

    [Fact]
    public async Task Changed_roles_hold_from_the_next_step_on_and_the_log_knows_both()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, office.MinistryId));

        (await office.Get<PeopleDesk>().SetGrantsAsync(ada, olivia.PersonId, [new(Role.Officer, office.MinistryId)], [new(Role.Manager, office.AgencyId), new(Role.Officer, null)], Office.Stop)).ShouldBeNull();

        await using var db = await office.ReadAsync();
        var rights = (await Rights.LoadAsync(db, olivia, office.Time.Now, Office.Stop))!;
        rights.Can(Act.Draft, office.MinistryId).ShouldBeTrue();
        rights.Can(Act.Approve, office.AgencyId).ShouldBeTrue();
        rights.Can(Act.Approve, office.MinistryId).ShouldBeFalse();
        (await office.LogAsync()).ShouldContain(("person.roles", $"Officer:{office.MinistryId} > Officer:all,Manager:{office.AgencyId}"));
    }

    [Fact]
    public async Task The_last_administrator_can_be_neither_changed_nor_switched_off()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var desk = office.Get<PeopleDesk>();
        // Invited but never came: can't sign in, so does not count.
        await desk.InviteAsync(ada, "Nora New", "nora@office.example", [new(Role.Administrator, null)], Office.Stop);

        (await desk.SetGrantsAsync(ada, ada.PersonId, [new(Role.Administrator, null)], [new(Role.Officer, null)], Office.Stop))!.Code.ShouldBe("administrator.last");
        (await desk.SwitchOffAsync(ada, ada.PersonId, Office.Stop))!.Code.ShouldBe("administrator.last");
    }

    [Fact]
    public async Task Two_administrators_who_remove_each_other_at_once_leave_one()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var alan = await office.AdministratorAsync("Alan");
        var desk = office.Get<PeopleDesk>();

        var answers = await Task.WhenAll(desk.SwitchOffAsync(ada, alan.PersonId, Office.Stop), desk.SwitchOffAsync(alan, ada.PersonId, Office.Stop));

        answers.Count(refusal => refusal is null).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_changes_their_own_roles()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        await office.AdministratorAsync("Alan");

        (await office.Get<PeopleDesk>().SetGrantsAsync(ada, ada.PersonId, [new(Role.Administrator, null)], [new(Role.Manager, null)], Office.Stop))!.Code.ShouldBe("own.roles");
    }

    [Fact]
    public async Task An_address_belongs_to_one_person()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        await InviteAsync(office, ada);

        (await office.Get<PeopleDesk>().InviteAsync(ada, "Other", "NORA@office.example", [new(Role.Officer, null)], Office.Stop)).Refusal!.Code.ShouldBe("email.taken");
        (await office.Get<PeopleDesk>().InviteAsync(ada, "Other", "no address", [new(Role.Officer, null)], Office.Stop)).Refusal!.Code.ShouldBe("email.wrong");
    }

    [Fact]
    public async Task A_name_is_changed_and_the_log_keeps_the_old_one_beside_the_entry()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));

        (await office.Get<PeopleDesk>().RenameAsync(ada, olivia.PersonId, "Olivia", "Olivia Married", Office.Stop)).ShouldBeNull();

        await using var db = await office.ReadAsync();
        (await db.Users.SingleAsync(row => row.Id == olivia.PersonId, Office.Stop)).DisplayName.ShouldBe("Olivia Married");
        (await db.LogTexts.SingleAsync(Office.Stop)).Text.ShouldBe("Olivia > Olivia Married");
    }

    private static Task<Answer<NewLink>> InviteAsync(Office office, Actor administrator) =>
        office.Get<PeopleDesk>().InviteAsync(administrator, "Nora New", "nora@office.example", [new(Role.Officer, null)], Office.Stop);
}
