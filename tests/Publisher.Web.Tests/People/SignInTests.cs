using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

public sealed class SignInTests
{
    [Fact]
    public async Task The_right_password_starts_a_session_and_signing_out_ends_it()
    {
        await using var office = await Office.OpenAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));

        var actor = (await SignInAsync(office, "OLIVIA@office.example", Office.Password)).Value;
        actor.PersonId.ShouldBe(olivia.PersonId);
        (await office.Get<Publisher.Web.People.Sessions>().IsOpenAsync(actor, Office.Stop)).ShouldBeTrue();

        await office.Get<SignInDesk>().OutAsync(actor, Office.Stop);
        (await office.Get<Publisher.Web.People.Sessions>().IsOpenAsync(actor, Office.Stop)).ShouldBeFalse();
        (await office.LogAsync()).Select(entry => entry.Action).ShouldBe(["sign.in", "sign.out"]);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_no()
    {
        await using var office = await Office.OpenAsync();
        await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));

        var wrong = await SignInAsync(office, "olivia@office.example", "wrong password 1");
        var unknown = await SignInAsync(office, "nobody@office.example", "wrong password 1");

        wrong.Refusal!.Code.ShouldBe("sign.in.wrong");
        unknown.Refusal!.Code.ShouldBe("sign.in.wrong");
        (await office.LogAsync()).ShouldBe([("sign.in.failed", "password"), ("sign.in.failed", "unknown")]);
    }

    [Fact]
    public async Task The_name_somebody_typed_stands_in_no_column_of_the_entry()
    {
        await using var office = await Office.OpenAsync();
        await SignInAsync(office, "my-password-by-mistake@office.example", "x");

        await using var db = await office.ReadAsync();
        var entry = await db.Log.SingleAsync(Office.Stop);
        System.Text.Json.JsonSerializer.Serialize(entry).ShouldNotContain("by-mistake");
        (await db.LogTexts.SingleAsync(Office.Stop)).Text.ShouldContain("by-mistake");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_fifteen_minutes_even_for_the_right_one()
    {
        await using var office = await Office.OpenAsync();
        await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await SignInAsync(office, "olivia@office.example", "wrong password 1");
        }

        (await SignInAsync(office, "olivia@office.example", Office.Password)).Refusal!.Code.ShouldBe("sign.in.wrong");
        office.Time.Now += TimeSpan.FromMinutes(14.9);
        (await SignInAsync(office, "olivia@office.example", Office.Password)).Refusal.ShouldNotBeNull();
        office.Time.Now += TimeSpan.FromMinutes(0.2);
        (await SignInAsync(office, "olivia@office.example", Office.Password)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Guessing_one_name_is_stopped_before_the_password_is_looked_at()
    {
        await using var office = await Office.OpenAsync();
        var answers = new List<string>();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            answers.Add((await office.Get<SignInDesk>().WithPasswordAsync("nobody@office.example", "x", $"10.0.0.{attempt}", Office.Stop)).Refusal!.Code);
        }

        answers[..10].ShouldAllBe(code => code == "sign.in.wrong");
        answers[10..].ShouldAllBe(code => code == "sign.in.too.often");
    }

    [Fact]
    public void What_is_refused_for_its_address_takes_no_try_of_the_name()
    {
        using var limit = new SignInLimit();
        for (var attempt = 0; attempt < 30; attempt++)
        {
            limit.Allows("203.0.113.7", $"NAME{attempt}").ShouldBeTrue();
        }

        for (var attempt = 0; attempt < 10; attempt++)
        {
            limit.Allows("203.0.113.7", "OLIVIA").ShouldBeFalse();
        }

        limit.Allows("203.0.113.8", "OLIVIA").ShouldBeTrue();
    }

    [Fact]
    public async Task A_person_who_is_off_can_not_sign_in()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        var olivia = await office.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        await office.Get<PeopleDesk>().SwitchOffAsync(ada, olivia.PersonId, Office.Stop);

        (await SignInAsync(office, "olivia@office.example", Office.Password)).Refusal!.Code.ShouldBe("sign.in.wrong");

        await office.Get<PeopleDesk>().SwitchOnAsync(ada, olivia.PersonId, Office.Stop);
        (await SignInAsync(office, "olivia@office.example", Office.Password)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task A_person_without_a_password_can_not_sign_in_with_an_empty_one()
    {
        await using var office = await Office.OpenAsync();
        var ada = await office.AdministratorAsync();
        await office.Get<PeopleDesk>().InviteAsync(ada, "Nora New", "nora@office.example", [new(Role.Officer, null)], Office.Stop);

        (await SignInAsync(office, "nora@office.example", "")).Refusal!.Code.ShouldBe("sign.in.wrong");
    }

    [Fact]
    public async Task One_click_opens_a_demo_folder_and_never_a_real_one()
    {
        await using var demo = await Office.OpenAsync(demo: true);
        var people = await DemoPeople.CreateAsync(demo.Get<Writer>(), demo.Folder, demo.Get<Microsoft.AspNetCore.Identity.ILookupNormalizer>(), demo.AgencyId, Office.Stop);
        (await demo.Get<SignInDesk>().AsDemoPersonAsync(people["mara"], Office.Stop)).Refusal.ShouldBeNull();

        await using var real = await Office.OpenAsync();
        var olivia = await real.PersonAsync("Olivia", new NewGrant(Role.Officer, null));
        (await real.Get<SignInDesk>().AsDemoPersonAsync(olivia.PersonId, Office.Stop)).Refusal.ShouldNotBeNull();
        await Should.ThrowAsync<InvalidOperationException>(
            () => DemoPeople.CreateAsync(real.Get<Writer>(), real.Folder, real.Get<Microsoft.AspNetCore.Identity.ILookupNormalizer>(), real.AgencyId, Office.Stop));
    }

    [Theory]
    [InlineData("/messages/7?tab=log", "/messages/7?tab=log")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("evil.example", "/")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    public void After_signing_in_nobody_is_sent_to_another_site(string? wanted, string goes) => ReturnPath.Of(wanted).ShouldBe(goes);

    private static Task<Answer<Actor>> SignInAsync(Office office, string email, string password) =>
        office.Get<SignInDesk>().WithPasswordAsync(email, password, "10.0.0.1", Office.Stop);
}
