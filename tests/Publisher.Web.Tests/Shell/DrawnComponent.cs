using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.HtmlRendering.Infrastructure;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;
using Publisher.Web.People;

namespace Publisher.Web.Tests.Shell;

#pragma warning disable BL0006 // What a button calls stands nowhere but in what was drawn.

/// <summary>A component as it stands in an open page, in English: what is read there, and what a press does. Without a browser.</summary>
internal sealed class DrawnComponent : StaticHtmlRenderer
{
    // Of the only component that is begun.
    private const int RootId = 0;

    private readonly ServiceProvider _services;
    private HtmlRootComponent _root;

    private DrawnComponent(ServiceProvider services)
        : base(services, services.GetRequiredService<ILoggerFactory>()) => _services = services;

    /// <param name="reader">Who looks.</param>
    /// <param name="add">What else it asks for.</param>
    public static async Task<DrawnComponent> OpenAsync<TComponent>(Actor reader, Action<IServiceCollection> add, params (string Name, object? Value)[] parameters)
        where TComponent : IComponent
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLocalization();
        services.AddSingleton<IJSRuntime, NoScript>();
        services.AddSingleton<NavigationManager, Here>();
        services.AddSingleton(new CurrentPerson(new SignedIn(reader)));
        add(services);
        var drawn = new DrawnComponent(services.BuildServiceProvider());
        await drawn.DoAsync(async () =>
        {
            drawn._root = drawn.BeginRenderingComponent(typeof(TComponent), ParameterView.FromDictionary(parameters.ToDictionary(one => one.Name, one => one.Value)));
            await drawn._root.QuiescenceTask;
        });
        return drawn;
    }

    public Task<string> ReadAsync() => Dispatcher.InvokeAsync(() => WebUtility.HtmlDecode(_root.ToHtmlString()));

    /// <summary>The button of that name, or the form that it sends.</summary>
    public Task PressAsync(string button) => DoAsync(() => DispatchEventAsync(
        HandlerOf(button, RootId) ?? throw new InvalidOperationException($"There is no button “{button}”."), null, new MouseEventArgs()));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _services.Dispose();
    }

    private Task DoAsync(Func<Task> act)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        return Dispatcher.InvokeAsync(act);
    }

    private ulong? HandlerOf(string button, int component)
    {
        var frames = GetCurrentRenderTreeFrames(component);
        var shown = frames.Array.AsSpan(0, frames.Count);
        ulong? form = null;
        for (var at = 0; at < shown.Length; at++)
        {
            switch (shown[at])
            {
                case { FrameType: RenderTreeFrameType.Component } inner when HandlerOf(button, inner.ComponentId) is { } found:
                    return found;
                case { FrameType: RenderTreeFrameType.Element, ElementName: "form" } opened:
                    form = On(shown.Slice(at, opened.ElementSubtreeLength), "onsubmit");
                    break;
                case { FrameType: RenderTreeFrameType.Element, ElementName: "button" } pressed when Says(shown.Slice(at, pressed.ElementSubtreeLength), button):
                    return On(shown.Slice(at, pressed.ElementSubtreeLength), "onclick") ?? form;
            }
        }

        return null;
    }

    private static bool Says(ReadOnlySpan<RenderTreeFrame> element, string words)
    {
        foreach (var frame in element)
        {
            if (frame.FrameType is RenderTreeFrameType.Text && frame.TextContent == words)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong? On(ReadOnlySpan<RenderTreeFrame> element, string name)
    {
        foreach (var frame in element)
        {
            if (frame.FrameType is RenderTreeFrameType.Attribute && frame.AttributeName == name)
            {
                return frame.AttributeEventHandlerId;
            }
        }

        return null;
    }
    private sealed class SignedIn(Actor reader) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, reader.PersonId.ToString(CultureInfo.InvariantCulture)), new(CurrentPerson.SessionClaim, reader.SessionId.ToString())], "test"))));
    }

    private sealed class NoScript : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => throw new NotSupportedException();

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => throw new NotSupportedException();
    }

    private sealed class Here : NavigationManager
    {
        public Here() => Initialize("http://localhost/", "http://localhost/");
    }
}
