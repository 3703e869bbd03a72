using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

public sealed partial class SignInPage(
    SignInDesk desk, SignInManager<Person> signIn, IDbContextFactory<PublisherDb> databases, DataFolder folder, NavigationManager navigation)
{
    private Refusal? _refusal;
    private List<DemoPerson> _demoPeople = [];

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    [SupplyParameterFromQuery(Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery(Name = "done")]
    public string? Done { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    public Credentials? Input { get; set; }

    [SupplyParameterFromForm(FormName = "demo")]
    public long? PersonId { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        if (!folder.IsDemo)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        var senders = await db.Senders.AsNoTracking().ToDictionaryAsync(sender => sender.Id, sender => sender.Name, Context.RequestAborted);
        var people = await db.Users.AsNoTracking().Where(person => !person.IsOff).Include(person => person.Grants).OrderBy(person => person.Id).ToListAsync(Context.RequestAborted);
        _demoPeople = [.. people.Where(DemoPeople.Is).Select(person => new DemoPerson(
            person.Id,
            person.DisplayName,
            [.. person.Grants.Select(grant => (grant.Role, grant.SenderId is { } sender ? senders.GetValueOrDefault(sender) : null))]))];
    }

    private async Task WithPasswordAsync() =>
        await EnterAsync(await desk.WithPasswordAsync(Input!.Email, Input.Password, Context.Connection.RemoteIpAddress?.ToString() ?? "", Context.RequestAborted));

    private async Task AsDemoPersonAsync() => await EnterAsync(await desk.AsDemoPersonAsync(PersonId ?? 0, Context.RequestAborted));

    private async Task EnterAsync(Answer<Actor> answer)
    {
        if (answer.Refusal is { } refusal)
        {
            _refusal = refusal;
            return;
        }

        if (CurrentPerson.Read(Context.User) is { } former)
        {
            await desk.OutAsync(former, Context.RequestAborted);
        }

        await SessionCookie.GiveAsync(signIn, answer.Value);
        navigation.NavigateTo(ReturnPath.Of(ReturnUrl));
    }

    private string RoleWord((Role Role, string? Sender) grant) => grant.Sender is null ? W[$"role.{grant.Role}"] : W["role.for", W[$"role.{grant.Role}"], grant.Sender];

    public sealed class Credentials
    {
        public string Email { get; set; } = "";

        public string Password { get; set; } = "";
    }

    private sealed record DemoPerson(long Id, string Name, IReadOnlyList<(Role Role, string? Sender)> Roles);
}
