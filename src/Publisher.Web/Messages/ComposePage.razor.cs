using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

public sealed partial class ComposePage
{
    private Composition? _model;
    private Refusal? _refusal;
    private string _said = "";
    private int? _place;
    private bool _isSubmitting;
    private bool _isDrawing;
    private bool _isFailed;
    private IJSObjectReference? _script;
    private Kept? _left;

    /// <summary>The message whose keys the browser keeps; null before the first.</summary>
    private long? _keptFor;

    [Parameter]
    public long Id { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (_model is { } model)
        {
            Mute(model);
            // Leaving the page saves what the last pause has not; where that broke, it would only break once more.
            if (!_isFailed)
            {
                await model.SaveAsync();
            }

            model.Dispose();
        }

        if (_script is not null)
        {
            try
            {
                await _script.DisposeAsync();
            }
            catch (Exception failure) when (failure is JSDisconnectedException or TaskCanceledException)
            {
                // The browser went first, or its line is down.
            }
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_model?.Draft.Id == Id || !RendererInfo.IsInteractive || await Current.ActorAsync() is not { } actor)
        {
            return;
        }

        var opened = await Room.OpenAsync(actor, Id, CancellationToken.None);
        _refusal = opened.Refusal;
        if (opened.Value is { } model)
        {
            if (_model is { } former)
            {
                Mute(former);
                former.Dispose();
            }

            _model = model;
            _left = null;
            _place = null;
            model.Edited = Draw;
            model.Moved = OnMoved;
            model.Failed = OnFailed;
            await model.LookAsync();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_model is null || _keptFor == _model.Draft.Id)
        {
            return;
        }

        var id = _model.Draft.Id;
        _keptFor = id;
        try
        {
            _script ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Messages/ComposePage.razor.js");
            // Typed while the connection was gone, and never heard here.
            var kept = await _script.InvokeAsync<Kept?>("open", id);
            if (kept is not null && _model?.Draft.Id == id && _model.IsOpen && (Differs(kept.Long, _model.Draft.LongText) || Differs(kept.Short, _model.Draft.ShortText)))
            {
                _left = kept;
                StateHasChanged();
            }
        }
        catch (Exception failure) when (failure is JSDisconnectedException or TaskCanceledException)
        {
            // The browser went first, or its line is down: asked again with the next drawing.
            _keptFor = null;
        }
    }

    private static bool Differs(string? kept, string saved) => kept is not null && kept.ReplaceLineEndings("\n") != saved;

    /// <summary>Keys that arrived together are computed and drawn once: the latest wins.</summary>
    private async void Draw()
    {
        if (_isDrawing)
        {
            return;
        }

        _isDrawing = true;
        await Task.Yield();
        _isDrawing = false;
        _model?.Rebuild();
        StateHasChanged();
    }

    /// <summary>What still runs for it may end, and has nothing to draw on any more.</summary>
    private static void Mute(Composition model)
    {
        model.Edited = model.Moved = () => { };
        model.Failed = _ => { };
    }

    private async void OnMoved()
    {
        if (_model is { Theirs: not null })
        {
            Say(W["conflict.title"]);
        }
        else if (_model is { NotSaved: { } refusal })
        {
            Say(W.Say(S, refusal));
        }

        _model!.Rebuild();
        StateHasChanged();
        if (!_model.IsDirty && _script is not null)
        {
            try
            {
                await _script.InvokeVoidAsync("saved", _model.Draft.Id);
            }
            catch (Exception failure) when (failure is JSDisconnectedException or TaskCanceledException)
            {
                // Kept in the browser until the page is opened again, where it equals what was saved.
            }
        }
    }

    private void OnFailed(Exception failure)
    {
        _isFailed = true;
        _ = DispatchExceptionAsync(failure);
    }

    private void Say(string sentence)
    {
        _said = sentence;
        StateHasChanged();
    }

    private async Task SubmitAsync()
    {
        if (_isSubmitting)
        {
            return;
        }

        _isSubmitting = true;
        _refusal = null;
        StateHasChanged();
        try
        {
            var answer = await _model!.SubmitAsync();
            if (answer.Refusal is null)
            {
                Navigation.NavigateTo($"messages/{Id}");
                return;
            }

            Refuse(answer.Refusal);
            Say(W.Say(S, answer.Refusal));
        }
        finally
        {
            _isSubmitting = false;
        }
    }

    private async Task WithdrawAsync() => Refuse(await _model!.WithdrawAsync());

    /// <summary>What keeps it from being saved stands there already, as long as it does.</summary>
    private void Refuse(Refusal? refusal) => _refusal = refusal == _model!.NotSaved ? null : refusal;

    private async Task DuplicateAsync()
    {
        var answer = await _model!.DuplicateAsync();
        _refusal = answer.Refusal;
        if (answer.Refusal is null)
        {
            Navigation.NavigateTo($"messages/{answer.Value}/edit");
        }
    }

    private async Task DiscardAsync()
    {
        _refusal = await _model!.DiscardAsync();
        if (_refusal is null)
        {
            Mute(_model);
            _model.Dispose();
            _model = null;
            Navigation.NavigateTo("messages");
        }
    }

    private Task StepAsync(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Differ:
                var chosen = _model!.Draft.Channels.FirstOrDefault(channel => channel.ChannelId == step.ChannelId);
                _place = chosen?.Variant + TextBox.FirstVariant ?? _model.Differ([step.ChannelId]) + TextBox.FirstVariant;
                Say(W["variant.opened"]);
                break;
            case StepKind.ReadLink:
                return _model!.ReadLinkAgainAsync();
            case StepKind.DrawText:
                Say(W["textcard.made"]);
                break;
        }

        return Task.CompletedTask;
    }

    private void TakeLeft()
    {
        var left = _left!;
        _left = null;
        _model!.Edit(draft => draft with { LongText = left.Long ?? draft.LongText, ShortText = left.Short ?? draft.ShortText });
    }

    private async Task DropLeftAsync()
    {
        _left = null;
        await _script!.InvokeVoidAsync("saved", Id);
    }

    private sealed record Kept(string? Long, string? Short);
}
