using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Publisher.Web.Messages;

/// <summary>
/// Takes files once the script behind it listens, and is shown as not ready until then: a file that is chosen or dropped in the moment
/// before would be lost without a word. So it is while earlier ones are still being sent: the browser forgets those at the next choice.
/// </summary>
public sealed class FileField : InputFile
{
    private bool _isListening;

    [Parameter] public bool IsBusy { get; set; }

    /// <summary>How reading a chosen file ends where the browser went away with it, forgot it, or stands still.</summary>
    public static bool IsLost(Exception failure) => failure is IOException or JSException or JSDisconnectedException or TimeoutException or OperationCanceledException;

    protected override void OnParametersSet() => AdditionalAttributes = new Dictionary<string, object>(AdditionalAttributes ?? new Dictionary<string, object>()) { ["disabled"] = IsBusy || !_isListening };

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (firstRender)
        {
            _isListening = true;
            OnParametersSet();
            StateHasChanged();
        }
    }
}
