using Microsoft.EntityFrameworkCore;
using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

public sealed class FirstStartTests
{
    private static readonly Uri Address = new("http://localhost:5080");
    private static readonly FirstPerson Ada = new("Ada", "ada@office.example", Office.Password);
    private static readonly FirstPerson Mara = new("Mara", "mara@office.example", Office.Password);

    [Fact]
    public async Task The_link_stands_in_a_file_that_only_its_owner_reads()
    {
        await using var office = await Office.OpenAsync();

        var file = (await FirstStart.PrepareAsync(office.Services, Address, Office.Stop))!;

        File.ReadAllText(file).ShouldStartWith("http://localhost:5080/account/first-start/");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task It_lets_two_people_in_once_and_the_file_goes()
    {
        await using var office = await Office.OpenAsync();
        var (file, token) = await PrepareAsync(office);
        var desk = office.Get<FirstStartDesk>();

        (await desk.BeginAsync(token, Ada, Mara, Office.Stop)).Refusal.ShouldBeNull();

        File.Exists(file).ShouldBeFalse();
        foreach (var email in new[] { Ada.Email, Mara.Email })
        {
            (await office.Get<SignInDesk>().WithPasswordAsync(email, Office.Password, "10.0.0.1", Office.Stop)).Refusal.ShouldBeNull();
        }

        (await desk.BeginAsync(token, Ada with { Email = "x@office.example" }, Mara with { Email = "y@office.example" }, Office.Stop)).Refusal!.Code.ShouldBe("link.not.valid");
        (await office.LogAsync()).Take(2).ShouldBe([("person.first", "Administrator:all"), ("person.first", "Manager:all")], ignoreOrder: true);
        (await FirstStart.PrepareAsync(office.Services, Address, Office.Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task The_manager_may_choose_their_own_password_by_a_link()
    {
        await using var office = await Office.OpenAsync();
        var (_, token) = await PrepareAsync(office);

        var link = (await office.Get<FirstStartDesk>().BeginAsync(token, Ada, Mara with { Password = null }, Office.Stop)).Value!;

        (await office.Get<PeopleDesk>().AcceptAsync(link.Token, "her own password", Office.Stop)).ShouldBeNull();
        (await office.Get<SignInDesk>().WithPasswordAsync(Mara.Email, "her own password", "10.0.0.1", Office.Stop)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task One_person_can_not_be_both()
    {
        await using var office = await Office.OpenAsync();
        var (_, token) = await PrepareAsync(office);

        (await office.Get<FirstStartDesk>().BeginAsync(token, Ada, Mara with { Email = "ADA@office.example" }, Office.Stop)).Refusal!.Code.ShouldBe("first.start.two.people");
    }

    [Fact]
    public async Task After_thirty_minutes_the_next_start_writes_a_new_link()
    {
        await using var office = await Office.OpenAsync();
        var (_, old) = await PrepareAsync(office);
        office.Time.Now += TimeSpan.FromMinutes(30);

        (await office.Get<FirstStartDesk>().BeginAsync(old, Ada, Mara, Office.Stop)).Refusal!.Code.ShouldBe("link.not.valid");
        var (_, fresh) = await PrepareAsync(office);
        fresh.ShouldNotBe(old);
        (await office.Get<FirstStartDesk>().BeginAsync(fresh, Ada, Mara, Office.Stop)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task The_link_of_the_first_start_is_no_link_for_a_password()
    {
        await using var office = await Office.OpenAsync();
        var (_, token) = await PrepareAsync(office);

        (await office.Get<PeopleDesk>().AcceptAsync(token, Office.Password, Office.Stop))!.Code.ShouldBe("link.not.valid");
    }

    [Fact]
    public async Task A_demo_has_no_first_start()
    {
        await using var office = await Office.OpenAsync(demo: true);

        (await FirstStart.PrepareAsync(office.Services, Address, Office.Stop)).ShouldBeNull();
        await using var db = await office.ReadAsync();
        (await db.Invitations.AnyAsync(Office.Stop)).ShouldBeFalse();
    }

    private static async Task<(string File, string Token)> PrepareAsync(Office office)
    {
        var file = (await FirstStart.PrepareAsync(office.Services, Address, Office.Stop))!;
        return (file, File.ReadAllText(file).Trim().Split('/')[^1]);
    }
}
