using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>One message: what became of it on every channel, and its history. Changes show at once, also those of other machines.</summary>
public sealed partial class MessagePage
{
    private readonly Glances _glances = new();
    private MessageStory? _story;
    private Refusal? _refusal;
    private DateTimeOffset _now;
    private bool _busy;
    private bool _asksCancel;

    [Parameter]
    public long Id { get; set; }

    [Inject]
    public required MessageReader Reader { get; set; }

    [Inject]
    public required MessageActions Actions { get; set; }

    [Inject]
    public required Writer Writer { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IStringLocalizer<Shell.Words> Frame { get; set; }

    private MessageState State => _story!.Message.State;

    private string Zone => _story!.Message.TimeZone;

    private IEnumerable<ChannelStory> Cancellable =>
        _story!.Channels.Where(line => line.Delivery is { State: DeliveryState.Waiting or DeliveryState.SignInNeeded or DeliveryState.HandedOver } delivery && delivery.Parts.TrueForAll(part => part.PublishedAt is null));

    private IEnumerable<ChannelStory> Out => _story!.Channels.Where(line => line.Delivery?.State is DeliveryState.Published or DeliveryState.PartlyOut);

    private string Facts
    {
        get
        {
            var due = _story!.Channels.Select(line => line.Delivery?.Due).Where(time => time is not null).Min() ?? _story.Message.ProposedDue;
            var when = due is { } time ? Clock.Full(time, Zone) : M["when.soon"].Value;
            var facts = _story.Message.Revision > 0 ? $"{when} · {M["version", _story.Message.Revision]}" : when;
            return _story.Message.IsEmbargoed ? $"{facts} · {M["embargoed"]}" : facts;
        }
    }

    public void Dispose() => Writer.Committed -= Look;

    protected override void OnInitialized() => Writer.Committed += Look;

    protected override Task OnParametersSetAsync() => ReadAsync();

    private void Look(IReadOnlyCollection<long> messages)
    {
        if (messages.Contains(Id) || messages.Contains(PublisherDb.EveryPage) || _story?.Corrections.Any(row => messages.Contains(row.Id)) == true)
        {
            _glances.Again(() => InvokeAsync(ReadAsync));
        }
    }

    private async Task ReadAsync()
    {
        _now = Time.GetUtcNow();
        var (story, refusal) = await Actions.AsPersonAsync(actor => Reader.ReadAsync(actor, Id, CancellationToken.None));
        _story = story;
        _refusal = refusal ?? (_story is null ? Refusal.NotFound : _refusal);
        StateHasChanged();
    }

    private Task WithdrawAsync() => DoAsync(() => Actions.WithdrawAsync(_story!.Message));

    private Task DuplicateAsync() => WriteAsync(() => Actions.DuplicateAsync(Id));

    private Task CorrectAsync() => WriteAsync(() => Actions.CorrectAsync(Id));

    private async Task WriteAsync(Func<Task<Answer<long>>> begin)
    {
        _busy = true;
        var (begun, refusal) = await begin();
        _busy = false;
        _refusal = refusal;
        if (refusal is null)
        {
            Navigation.NavigateTo($"messages/{begun}/edit");
        }
    }

    private async Task CancelAsync()
    {
        await DoAsync(() => Actions.CancelAsync(_story!.Message));
        _asksCancel = false;
    }

    private async Task DoAsync(Func<Task<Refusal?>> act)
    {
        _busy = true;
        try
        {
            _refusal = await act();
        }
        finally
        {
            _busy = false;
        }

        await ReadAsync();
    }
}
