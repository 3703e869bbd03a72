using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

public sealed partial class AccountPage(AccountDesk desk, PeopleDesk people, IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    private Actor _actor;
    private string _name = "";
    private string _zone = "UTC";
    private string _theme = "";
    private bool _hasPassword;
    private List<Session> _sessions = [];
    private Refusal? _refusal;
    private string? _done;

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    public Change? Passwords { get; set; }

    [SupplyParameterFromForm(FormName = "end-session")]
    public Guid? SessionId { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Passwords ??= new();
        _actor = CurrentPerson.Read(Context.User)!.Value;
        _theme = Preferences.Theme(Context);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        var person = await db.Users.AsNoTracking().SingleAsync(row => row.Id == _actor.PersonId, Context.RequestAborted);
        (_name, _hasPassword) = (person.DisplayName, person.PasswordHash is not null);
        _zone = await db.Senders.OrderBy(sender => sender.Id).Select(sender => sender.TimeZone).FirstOrDefaultAsync(Context.RequestAborted) ?? "UTC";
        var rows = await db.Sessions.AsNoTracking().Where(row => row.PersonId == _actor.PersonId && row.EndedAt == null).ToListAsync(Context.RequestAborted);
        _sessions = [.. rows.Where(row => row.IsOpen(time.GetUtcNow())).OrderByDescending(row => row.Id == _actor.SessionId).ThenByDescending(row => row.SeenAt)];
    }

    private async Task EndAsync() => await ShowAsync(await people.EndSessionAsync(_actor, SessionId ?? Guid.Empty, Context.RequestAborted), "sessions.ended");

    private async Task ChangePasswordAsync() =>
        await ShowAsync(
            Passwords!.New.Check() ?? await desk.ChangePasswordAsync(_actor, Passwords.Current, Passwords.New.Chosen, Context.RequestAborted),
            "account.password.done");

    private async Task ShowAsync(Refusal? refusal, string done)
    {
        (_refusal, _done) = (refusal, done);
        await LoadAsync();
    }

    public sealed class Change
    {
        public string Current { get; set; } = "";

        public NewPassword New { get; set; } = new();
    }
}
