using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

public sealed partial class PersonDialog(
    PeopleDesk desk, CurrentPerson current, LinkAddress addresses, IDbContextFactory<PublisherDb> databases, TimeProvider time)
{
    private Actor _actor;
    private PersonRow? _person;
    private List<Session> _sessions = [];
    private IReadOnlyList<NewGrant> _grants = [];
    private string _name = "";
    private string _zone = "UTC";
    private string? _address;
    private string? _done;
    private Refusal? _refusal;

    [Parameter]
    [EditorRequired]
    public required long PersonId { get; set; }

    [Parameter]
    [EditorRequired]
    public required IReadOnlyDictionary<long, string> Senders { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _actor = await current.ActorAsync() ?? default;
        await LoadAsync();
        (_name, _grants) = (_person!.Name, _person.Grants);
    }

    private async Task LoadAsync()
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync();
        _person = (await PersonRow.ReadAsync(db, now, CancellationToken.None)).Single(row => row.Id == PersonId);
        _zone = await db.Senders.OrderBy(sender => sender.Id).Select(sender => sender.TimeZone).FirstOrDefaultAsync() ?? "UTC";
        var open = await db.Sessions.AsNoTracking().Where(row => row.PersonId == PersonId && row.EndedAt == null).ToListAsync();
        _sessions = [.. open.Where(row => row.IsOpen(now)).OrderByDescending(row => row.SeenAt)];
    }

    private async Task RenameAsync() => await ShowAsync(await desk.RenameAsync(_actor, PersonId, _person!.Name, _name, CancellationToken.None), "person.renamed");

    private async Task SetGrantsAsync() => await ShowAsync(await desk.SetGrantsAsync(_actor, PersonId, _person!.Grants, _grants, CancellationToken.None), "person.roles.saved");

    private async Task EndAsync(Guid session) => await ShowAsync(await desk.EndSessionAsync(_actor, session, CancellationToken.None), "sessions.ended");

    private async Task SwitchOnAsync() => await ShowAsync(await desk.SwitchOnAsync(_actor, PersonId, CancellationToken.None), "person.is.on");

    private async Task SwitchOffAsync() => await ShowAsync(await desk.SwitchOffAsync(_actor, PersonId, CancellationToken.None), "person.is.off");

    private async Task ReinviteAsync()
    {
        var answer = await desk.ReinviteAsync(_actor, PersonId, CancellationToken.None);
        await ShowAsync(answer.Refusal, "invite.done");
        _address = answer.Value is { } link ? addresses.Of(link) : null;
    }

    private async Task ShowAsync(Refusal? refusal, string done)
    {
        (_refusal, _done, _address) = (refusal, done, null);
        await LoadAsync();
        if (refusal?.Code == Refusal.LookAgain.Code)
        {
            // There is something else to look at now.
            (_name, _grants) = (_person!.Name, _person.Grants);
        }
    }
}
