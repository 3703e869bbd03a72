using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

public sealed partial class FirstStartPage(
    FirstStartDesk desk, IDbContextFactory<PublisherDb> databases, LinkAddress addresses, TimeProvider time)
{
    private bool _isOpen;
    private bool _isDone;
    private string? _managerLink;
    private Refusal? _refusal;

    [Parameter]
    [EditorRequired]
    public required string Token { get; set; }

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    [SupplyParameterFromForm(FormName = "first-start")]
    public Two? Input { get; set; }

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        _isOpen = await OneTimeLink.FindOpenAsync(db, Token, time.GetUtcNow(), Context.RequestAborted) is { FirstRole: not null };
    }

    private async Task BeginAsync()
    {
        var managerChooses = Input!.Manager is { Chosen: "", Again: "" };
        _refusal = Input.Administrator.Check() ?? (managerChooses ? null : Input.Manager.Check());
        if (_refusal is not null)
        {
            return;
        }

        var answer = await desk.BeginAsync(
            Token,
            new FirstPerson(Input.AdministratorName, Input.AdministratorEmail, Input.Administrator.Chosen),
            new FirstPerson(Input.ManagerName, Input.ManagerEmail, managerChooses ? null : Input.Manager.Chosen),
            Context.RequestAborted);
        _refusal = answer.Refusal;
        _isDone = answer.Refusal is null;
        _managerLink = answer.Value is { } link ? addresses.Of(link) : null;
    }

    public sealed class Two
    {
        public string AdministratorName { get; set; } = "";

        public string AdministratorEmail { get; set; } = "";

        public NewPassword Administrator { get; set; } = new();

        public string ManagerName { get; set; } = "";

        public string ManagerEmail { get; set; } = "";

        public NewPassword Manager { get; set; } = new();
    }
}
