using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Publisher.Sandbox;

/// <summary>Sends each request to its platform, or to the sandbox's own pages and calls.</summary>
internal sealed class FrontDoor
{
    private readonly World _world;
    private readonly Dictionary<string, PlatformServer> _platforms;
    private readonly OwnPages _pages;
    private readonly OwnCalls _calls;

    public FrontDoor(World world, PlatformServer[] platforms)
    {
        _world = world;
        _platforms = platforms.ToDictionary(p => p.Key);
        _pages = new OwnPages(world, platforms);
        _calls = new OwnCalls(world, platforms);
    }

    public async Task HandleAsync(HttpContext context)
    {
        var at = _world.Now;
        // The world's clock, not the machine's: a caller may compare it with its own.
        context.Response.Headers.Date = at.ToString("R", CultureInfo.InvariantCulture);
        var path = context.Request.Path.Value ?? "/";
        var parts = path.TrimStart('/').Split('/', 2);
        try
        {
            if (_platforms.TryGetValue(parts[0], out var platform) && parts.Length == 2)
            {
                await platform.HandleAsync(context, parts[1], at);
                return;
            }

            // Another site's page must not switch faults on or wipe what was posted.
            var isForeign = context.Request.Headers["Sec-Fetch-Site"] == "cross-site" && context.Request.Method != "GET";
            var call = await Call.ReadAsync(context, path.TrimStart('/'), at, _world.Time);
            var answer = isForeign ? Answer.Text("Not from another site.", 403) : _calls.Answer(call) ?? _pages.Answer(call);
            await PlatformServer.SendAsync(context, answer);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up; nobody is left to answer.
        }
    }
}
