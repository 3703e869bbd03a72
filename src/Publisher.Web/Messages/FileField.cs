using Microsoft.AspNetCore.Components.Forms;

namespace Publisher.Web.Messages;

/// <summary>
/// Takes files once the script behind it listens, and is shown as not ready until then: a file that is chosen or dropped in the moment
/// before would be lost without a word.
/// </summary>
public sealed class FileField : InputFile
{
    private bool _isListening;

    protected override void OnParametersSet() => AdditionalAttributes = new Dictionary<string, object>(AdditionalAttributes ?? new Dictionary<string, object>()) { ["disabled"] = !_isListening };

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
