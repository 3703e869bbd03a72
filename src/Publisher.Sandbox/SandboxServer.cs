using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Publisher.Sandbox;

/// <summary>
/// Stand-ins for every platform on one loopback port, each below its own path, such as <c>mastodon/</c>.
/// They answer as the platforms' documentation says, note what it does not allow (objections) and fail on demand (faults).
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly World _world;
    private readonly PlatformServer[] _platforms;
    private readonly StateFile? _state;

    private SandboxServer(WebApplication app, World world, PlatformServer[] platforms, StateFile? state)
    {
        _app = app;
        _world = world;
        _platforms = platforms;
        _state = state;
    }

    /// <summary>http://localhost:PORT/. A platform's server address is this plus its key and a slash.</summary>
    public Uri Address => _world.Address;

    /// <summary>What clients did that the documentation does not allow, oldest first.</summary>
    public IReadOnlyList<SandboxObjection> Objections => [.. _world.Journal.Objections];

    /// <summary>Starts listening.</summary>
    /// <exception cref="IOException">The port is taken, or the state file cannot be read; the message is one sentence for the operator.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var world = new World(options);
        var platforms = PlatformList.Create(world);
        var state = options.StateFile is null ? null : new StateFile(options.StateFile, platforms);
        foreach (var platform in platforms)
        {
            platform.Seed();
        }

        var app = Build(options.Port, new FrontDoor(world, platforms));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new IOException($"The sandbox cannot start: port {options.Port} is already in use.", e);
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        world.Address = new UriBuilder(bound) { Host = "localhost" }.Uri;
        return new SandboxServer(app, world, platforms, state);
    }

    /// <summary>Every visible (also every deleted) post of a platform, oldest first.</summary>
    public IReadOnlyList<SandboxPost> Posts(string platform) => _platforms.Single(p => p.Key == platform).PublicPosts();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        if (_state is not null)
        {
            await _state.DisposeAsync();
        }
    }

    // The empty builder: no configuration files, no console logging, started in tens of milliseconds.
    private static WebApplication Build(int port, FrontDoor door)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        var app = builder.Build();
        app.Run(door.HandleAsync);
        return app;
    }

    // Whoever started the sandbox stops it: inside the demo it must outlive the calls that are still on their way.
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
