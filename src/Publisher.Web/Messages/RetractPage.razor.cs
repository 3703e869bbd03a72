using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>Has posts deleted where they stand, with a reason. A plain page: it works on a phone without a circuit.</summary>
public sealed partial class RetractPage
{
    private MessageStory? _story;
    private Refusal? _refusal;
    private List<ChannelStory> _outs = [];
    private HashSet<long> _chosen = [];
    private string _reason = "";

    [Parameter]
    public long Id { get; set; }

    [Inject]
    public required MessageReader Reader { get; set; }

    [Inject]
    public required DeliveryDesk Desk { get; set; }

    [Inject]
    public required CurrentPerson Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [CascadingParameter]
    public required HttpContext Context { get; set; }

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        if (await Current.ActorAsync() is not { } actor)
        {
            _refusal = Refusal.SignInAgain;
            return;
        }

        var (story, refusal) = await Reader.ReadAsync(actor, Id, Context.RequestAborted);
        _refusal ??= refusal ?? (story is not null && !story.Can(Act.Retract) ? Refusal.NotAllowed : null);
        _story = story is not null && story.Can(Act.Retract) ? story : null;
        _outs = _story?.Channels.Where(line => line.Delivery?.State is DeliveryState.Published or DeliveryState.PartlyOut).ToList() ?? [];
    }

    private async Task RetractAsync()
    {
        var form = Context.Request.Form;
        if (_story is null || await Current.ActorAsync() is not { } actor)
        {
            return;
        }

        _reason = form["reason"].ToString();
        _chosen = [.. form["delivery"].Select(value => long.Parse(value!, CultureInfo.InvariantCulture))];
        if (_chosen.Count == 0)
        {
            _refusal = new Refusal("no.channels");
            return;
        }

        // What somebody is having deleted already is on its way, as was asked; whatever else is not out any more has to be looked at.
        if (_chosen.Any(id => !_story.Channels.Any(line => line.Delivery?.Id == id && IsOrWasOut(line.Delivery.State))))
        {
            _refusal = Refusal.LookAgain;
        }

        // Only what this page showed: the number of another message's delivery is not taken.
        foreach (var line in _outs.Where(line => _chosen.Contains(line.Delivery!.Id)))
        {
            _refusal = (await Desk.RetractAsync(actor, line.Delivery!.Id, _reason, Context.RequestAborted)).Refusal ?? _refusal;
        }

        if (_refusal is null)
        {
            Navigation.NavigateTo($"messages/{Id}");
        }
        else
        {
            await ReadAsync();
        }
    }

    private static bool IsOrWasOut(DeliveryState state) =>
        state is DeliveryState.Published or DeliveryState.PartlyOut or DeliveryState.Retracting or DeliveryState.Retracted;
}
