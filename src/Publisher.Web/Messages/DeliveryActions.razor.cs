using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

public sealed partial class DeliveryActions
{
    private readonly string _id = $"ask-{Guid.NewGuid():N}";
    private Ask _asks;
    private string _address = "";
    private DateTime? _time;
    private Refusal? _refusal;
    private bool _busy;

    private enum Ask
    {
        Nothing,
        There,
        NotThere,
        ByHand,
        AfterAll,
    }

    [Parameter, EditorRequired]
    public required Delivery Delivery { get; set; }

    [Parameter, EditorRequired]
    public required MessageStory Story { get; set; }

    [Parameter]
    public DateTimeOffset Now { get; set; }

    [Parameter]
    public EventCallback OnChange { get; set; }

    // Nothing is sent any more, whatever is decided.
    private bool IsLate => Now > Delivery.Deadline;

    // Before its time it is cancelled instead; while it is being sent nobody interferes.
    private bool CanCloseByHand =>
        !Delivery.IsClosed
        && Delivery.State is not (DeliveryState.Sending or DeliveryState.Retracting)
        && (Delivery.State is not DeliveryState.Waiting || Delivery.Due <= Now);

    private void Open(Ask what)
    {
        _asks = _asks == what ? Ask.Nothing : what;
        _refusal = null;
    }

    private void Close() => Open(Ask.Nothing);

    private Task SendAddressAsync() => DoAsync(() => _asks == Ask.There ? Actions.ThereAsync(Delivery, _address.Trim()) : Actions.ByHandAsync(Delivery, _address.Trim()));

    private Task SendNotThereAsync() => DoAsync(() => Actions.NotThereAsync(Delivery));

    private Task SendAfterAllAsync() => DoAsync(() => _time is not { } typed
        ? Actions.AfterAllAsync(Delivery, null)
        : DueTime.Read(typed.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), Story.Message.TimeZone) switch
        {
            DueTime.Once once => Actions.AfterAllAsync(Delivery, once.At),
            _ => Task.FromResult<Refusal?>(new Refusal("time.ambiguous")),
        });

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

        if (_refusal is null)
        {
            _asks = Ask.Nothing;
            _address = "";
            await OnChange.InvokeAsync();
        }
    }
}
