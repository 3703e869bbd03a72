using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.HtmlRendering.Infrastructure;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using Publisher.Web.People;
using Shouldly;

namespace Publisher.Web.Tests.Shell;

// What is drawn can be read nowhere else; a version of Blazor that changes these types changes this file.
#pragma warning disable BL0006

/// <summary>A component as it stands in an open page, in English. The browser is the test: it reads, presses, types, and answers scripts.</summary>
internal sealed class Screen : StaticHtmlRenderer
{
    // Of the only component that is begun.
    private const int RootId = 0;

    private readonly ServiceProvider _services;
    private HtmlRootComponent _root;

    private Screen(ServiceProvider services)
        : base(services, NullLoggerFactory.Instance)
    {
        _services = services;
        UnhandledSynchronizationException += (_, broken) => Failures.Add((Exception)broken.ExceptionObject);
    }

    /// <summary>What would have ended the circuit, or be shown instead of the page.</summary>
    public List<Exception> Failures { get; } = [];

    public Scripts Script => (Scripts)_services.GetRequiredService<IJSRuntime>();

    /// <summary>Where it led the person last.</summary>
    public string Address => _services.GetRequiredService<NavigationManager>().Uri;

    protected override RendererInfo RendererInfo { get; } = new("Server", isInteractive: true);

    /// <param name="reader">Who looks.</param>
    /// <param name="add">What else it asks for.</param>
    public static async Task<Screen> OpenAsync<TComponent>(Actor reader, Action<IServiceCollection> add, params (string Name, object? Value)[] parameters)
        where TComponent : IComponent
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLocalization();
        services.AddSingleton<AuthenticationStateProvider>(new SignedIn(reader));
        services.AddSingleton<CurrentPerson>();
        services.AddSingleton<NavigationManager, Addresses>();
        services.AddSingleton<IJSRuntime>(new Scripts());
        add(services);
        var screen = new Screen(services.BuildServiceProvider());
        await screen.DoAsync(async () =>
        {
            screen._root = screen.BeginRenderingComponent(typeof(TComponent), Of(parameters));
            await screen._root.QuiescenceTask;
        });
        return screen;
    }

    /// <summary>With other parameters, as the router does it where the page is open already.</summary>
    public Task ShowAsync(params (string Name, object? Value)[] parameters) => DoAsync(() => RenderRootComponentAsync(RootId, Of(parameters)));

    public Task LeaveAsync() => Dispatcher.InvokeAsync(() => RemoveRootComponent(RootId));

    /// <summary>All of it as HTML; nothing may have failed.</summary>
    public async Task<string> ReadAsync()
    {
        Failures.ShouldBeEmpty();
        return await Dispatcher.InvokeAsync(() => WebUtility.HtmlDecode(_root.ToHtmlString()));
    }

    /// <summary>The one element that is so; null where there is none.</summary>
    public Task<Element?> FindAsync(Func<Element, bool> isIt) => Dispatcher.InvokeAsync(() =>
    {
        var all = new Element("page", null);
        Read(RootId, all);
        return all.WithAll().SingleOrDefault(isIt);
    });

    public Task<Element?> FieldAsync(string id) => FindAsync(element => (string?)element.Attributes.GetValueOrDefault("id") == id);

    /// <summary>The button of that name, or the form that it sends.</summary>
    public async Task PressAsync(string text)
    {
        var button = (await FindAsync(element => element.Name == "button" && element.Text.Trim() == text)).ShouldNotBeNull(text);
        var isHandled = button.Handlers.ContainsKey("onclick");
        await (isHandled ? RaiseAsync(button, "onclick", new MouseEventArgs()) : RaiseAsync(button.Above("form").ShouldNotBeNull(text), "onsubmit", new EventArgs()));
    }

    public async Task ChangeAsync(string id, string value) => await RaiseAsync((await FieldAsync(id)).ShouldNotBeNull(id), "onchange", new ChangeEventArgs { Value = value });

    public async Task TypeAsync(string id, string value) => await RaiseAsync((await FieldAsync(id)).ShouldNotBeNull(id), "oninput", new ChangeEventArgs { Value = value });

    protected override void HandleException(Exception exception) => Failures.Add(exception);

    // Without it components would never hear that they were drawn.
    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _services.Dispose();
    }

    private static ParameterView Of((string Name, object? Value)[] parameters) => ParameterView.FromDictionary(parameters.ToDictionary(one => one.Name, one => one.Value));

    private Task RaiseAsync(Element element, string name, EventArgs happened) => DoAsync(() => DispatchEventAsync(element.Handlers[name], fieldInfo: null, happened));

    private Task DoAsync(Func<Task> act)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en-GB");
        return Dispatcher.InvokeAsync(act);
    }

    private void Read(int component, Element into)
    {
        var frames = GetCurrentRenderTreeFrames(component);
        Read(frames.Array, 0, frames.Count, into);
    }

    private void Read(RenderTreeFrame[] frames, int from, int end, Element into)
    {
        for (var at = from; at < end; at++)
        {
            var frame = frames[at];
            switch (frame.FrameType)
            {
                case RenderTreeFrameType.Element:
                    var child = new Element(frame.ElementName, into);
                    Read(frames, at + 1, at + frame.ElementSubtreeLength, child);
                    into.Children.Add(child);
                    at += frame.ElementSubtreeLength - 1;
                    break;
                case RenderTreeFrameType.Component:
                    Read(frame.ComponentId, into);
                    at += frame.ComponentSubtreeLength - 1;
                    break;
                case RenderTreeFrameType.Attribute when frame.AttributeEventHandlerId > 0:
                    into.Handlers[frame.AttributeName] = frame.AttributeEventHandlerId;
                    break;
                case RenderTreeFrameType.Attribute:
                    into.Attributes[frame.AttributeName] = frame.AttributeValue;
                    break;
                case RenderTreeFrameType.Text:
                    into.Own.Append(frame.TextContent);
                    break;
                case RenderTreeFrameType.Markup:
                    into.Own.Append(frame.MarkupContent);
                    break;
            }
        }
    }

    internal sealed class Element(string name, Element? parent)
    {
        public string Name => name;

        public Dictionary<string, object?> Attributes { get; } = [];

        public Dictionary<string, ulong> Handlers { get; } = [];

        public List<Element> Children { get; } = [];

        public StringBuilder Own { get; } = new();

        public string Text => $"{Own}{string.Concat(Children.Select(child => child.Text))}";

        public IEnumerable<Element> WithAll() => Children.SelectMany(child => child.WithAll()).Prepend(this);

        /// <summary>The nearest of that name around it.</summary>
        public Element? Above(string wanted) => parent is null || parent.Name == wanted ? parent : parent.Above(wanted);
    }

    /// <summary>Notes what was called, and answers nothing, or what the test wants to go wrong.</summary>
    internal sealed class Scripts : IJSRuntime, IJSObjectReference
    {
        public List<(string Name, object? First)> Calls { get; } = [];

        public Exception? Trouble { get; set; }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            Calls.Add((identifier, args?.FirstOrDefault()));
            return Trouble is not null ? ValueTask.FromException<TValue>(Trouble)
                : ValueTask.FromResult(typeof(TValue) == typeof(IJSObjectReference) ? (TValue)(object)this : default(TValue)!);
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync() => Trouble is null ? ValueTask.CompletedTask : ValueTask.FromException(Trouble);
    }

    private sealed class SignedIn(Actor reader) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, reader.PersonId.ToString(CultureInfo.InvariantCulture)), new(CurrentPerson.SessionClaim, reader.SessionId.ToString())], "test"))));
    }

    private sealed class Addresses : NavigationManager
    {
        public Addresses() => Initialize("http://localhost/", "http://localhost/");

        protected override void NavigateToCore(string uri, NavigationOptions options) => Uri = ToAbsoluteUri(uri).ToString();
    }
}
