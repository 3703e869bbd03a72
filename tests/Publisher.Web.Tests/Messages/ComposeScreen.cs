using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.RenderTree;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using Publisher.Platforms;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;

// What is drawn can be read nowhere else; a version of Blazor that changes these types changes this file.
#pragma warning disable BL0006

namespace Publisher.Web.Tests.Messages;

/// <summary>The compose page as its circuit draws it. The browser is the test: it presses, types, and answers scripts.</summary>
internal sealed class ComposeScreen : Renderer
{
    private readonly ServiceProvider _services;
    private int _page;

    private ComposeScreen(ServiceProvider services)
        : base(services, NullLoggerFactory.Instance)
    {
        _services = services;
        UnhandledSynchronizationException += (_, broken) => Failures.Add((Exception)broken.ExceptionObject);
    }

    public override Dispatcher Dispatcher { get; } = Dispatcher.CreateDefault();

    /// <summary>What would have ended the circuit, or be shown instead of the page.</summary>
    public List<Exception> Failures { get; } = [];

    public Scripts Script => (Scripts)_services.GetRequiredService<IJSRuntime>();

    /// <summary>Where it led the person last.</summary>
    public string Address => _services.GetRequiredService<NavigationManager>().Uri;

    protected override RendererInfo RendererInfo { get; } = new("Server", isInteractive: true);

    public static async Task<ComposeScreen> OpenAsync(WritingRoom room, Actor actor, long message)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLocalization();
        services.AddSingleton(room.Room);
        services.AddSingleton(room.Get<Writer>());
        services.AddSingleton(room.Get<PlatformList>());
        services.AddSingleton<AuthenticationStateProvider>(new SignedIn(actor));
        services.AddSingleton<CurrentPerson>();
        services.AddSingleton<NavigationManager, Addresses>();
        services.AddSingleton<IJSRuntime, Scripts>();
        var screen = new ComposeScreen(services.BuildServiceProvider());
        screen._page = await screen.Dispatcher.InvokeAsync(() => screen.AssignRootComponentId(screen.InstantiateComponent(typeof(ComposePage))));
        await screen.ShowAsync(message);
        return screen;
    }

    /// <summary>As the router does it, also where the page is open already.</summary>
    public Task ShowAsync(long message) =>
        Dispatcher.InvokeAsync(() => RenderRootComponentAsync(_page, ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ComposePage.Id)] = message })));

    public Task LeaveAsync() => Dispatcher.InvokeAsync(() => RemoveRootComponent(_page));

    /// <summary>The one element that is so; null where there is none.</summary>
    public Task<Element?> FindAsync(Func<Element, bool> isIt) => Dispatcher.InvokeAsync(() =>
    {
        var all = new Element("page");
        Read(_page, all);
        return all.WithAll().SingleOrDefault(isIt);
    });

    public async Task PressAsync(string text) => await RaiseAsync((await FindAsync(element => element.Name == "button" && element.Text.Trim() == text)).ShouldNotBeNull(text), "onclick", new EventArgs());

    public async Task ChangeAsync(string id, string value) => await RaiseAsync((await FieldAsync(id)).ShouldNotBeNull(id), "onchange", new ChangeEventArgs { Value = value });

    public async Task TypeAsync(string id, string value) => await RaiseAsync((await FieldAsync(id)).ShouldNotBeNull(id), "oninput", new ChangeEventArgs { Value = value });

    public Task<Element?> FieldAsync(string id) => FindAsync(element => (string?)element.Attributes.GetValueOrDefault("id") == id);

    /// <summary>Waits for what is drawn late.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var until = DateTime.UtcNow.AddSeconds(20); !await isSo(); await Task.Delay(20, WritingRoom.Stop))
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
        }
    }

    protected override void HandleException(Exception exception) => Failures.Add(exception);

    protected override Task UpdateDisplayAsync(in RenderBatch renderBatch) => Task.CompletedTask;

    private Task RaiseAsync(Element element, string name, EventArgs happened) =>
        Dispatcher.InvokeAsync(() => DispatchEventAsync(element.Handlers[name], fieldInfo: null, happened));

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
                    var child = new Element(frame.ElementName);
                    Read(frames, at + 1, at + frame.ElementSubtreeLength, child);
                    into.Children.Add(child);
                    at += frame.ElementSubtreeLength - 1;
                    break;
                case RenderTreeFrameType.Component:
                    Read(frame.ComponentId, into);
                    at += frame.ComponentSubtreeLength - 1;
                    break;
                case RenderTreeFrameType.Attribute:
                    into.Attributes[frame.AttributeName] = frame.AttributeValue;
                    into.Handlers[frame.AttributeName] = frame.AttributeEventHandlerId;
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

    internal sealed class Element(string name)
    {
        public string Name => name;

        public Dictionary<string, object?> Attributes { get; } = [];

        public Dictionary<string, ulong> Handlers { get; } = [];

        public List<Element> Children { get; } = [];

        public StringBuilder Own { get; } = new();

        public string Text => $"{Own}{string.Concat(Children.Select(child => child.Text))}";

        public IEnumerable<Element> WithAll() => Children.SelectMany(child => child.WithAll()).Prepend(this);
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

    private sealed class SignedIn(Actor actor) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, actor.PersonId.ToString(CultureInfo.InvariantCulture)), new Claim(CurrentPerson.SessionClaim, actor.SessionId.ToString())], "test"))));
    }

    private sealed class Addresses : NavigationManager
    {
        public Addresses() => Initialize("http://localhost/", "http://localhost/");

        protected override void NavigateToCore(string uri, NavigationOptions options) => Uri = ToAbsoluteUri(uri).ToString();
    }
}
