using Microsoft.AspNetCore.Components;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>Why nothing leaves, and the word that lets it: works on a phone, without a circuit.</summary>
public sealed partial class CopyPage(CopyDesk desk, CopyReader reader, NavigationManager navigation)
{
    private Actor _actor;
    private CopyBoard? _board;
    private Refusal? _refusal;

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    [SupplyParameterFromQuery(Name = "done")]
    public bool IsDone { get; set; }

    [SupplyParameterFromForm(FormName = "end")]
    public bool IsOff { get; set; }

    [SupplyParameterFromForm(FormName = "end")]
    public string? Reason { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _actor = CurrentPerson.Read(Context.User)!.Value;
        _board = await reader.ReadAsync(_actor, Context.RequestAborted);
    }

    // Anew, so that the banner of the frame is right and a reload repeats nothing.
    private async Task EndAsync()
    {
        _refusal = await desk.EndAsync(_actor, IsOff, Reason ?? "", Context.RequestAborted);
        if (_refusal is null)
        {
            navigation.NavigateTo("copy?done=true");
        }
    }
}
