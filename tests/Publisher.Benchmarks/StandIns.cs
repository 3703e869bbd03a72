using System.Net.Http.Json;
using Publisher.Sandbox;
using Publisher.Web.Channels;

namespace Publisher.Benchmarks;

/// <summary>The platforms' stand-ins in a process of their own, and what they saw.</summary>
internal sealed class StandIns : IAsyncDisposable
{
    private readonly StartedProgram _program;
    private readonly HttpClient _http;

    private StandIns(StartedProgram program)
    {
        _program = program;
        _http = new HttpClient { BaseAddress = program.Address };
    }

    public Uri Address => _program.Address;

    public static async Task<StandIns> OpenAsync() => new(await Published.OpenStandInsAsync());

    public async Task<List<SandboxPost>> PostsAsync() => (await _http.GetFromJsonAsync<List<SandboxPost>>("_sandbox/posts"))!;

    public async Task<List<SandboxCall>> CallsAsync() => (await _http.GetFromJsonAsync<List<SandboxCall>>("_sandbox/calls"))!;

    public async Task<int> ObjectionsAsync() => (await _http.GetFromJsonAsync<List<SandboxObjection>>("_sandbox/objections"))!.Count;

    /// <summary>Every visible call to the platform takes that much longer.</summary>
    public async Task SlowAsync(string platform, TimeSpan delay)
    {
        using var answer = await _http.PostAsJsonAsync("_sandbox/faults", new { platform, kind = "delay", delayMs = (int)delay.TotalMilliseconds });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>As new: no posts, no calls, no faults.</summary>
    public async Task ForgetAsync()
    {
        using var answer = await _http.PostAsync("_sandbox/reset", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>When the first byte of each channel's call for that second arrived; null where none did. One that came before its second is found too.</summary>
    public static List<DateTimeOffset?> Arrivals(IEnumerable<SandboxCall> calls, IReadOnlyList<Channel> channels, DateTimeOffset due, TimeSpan within)
    {
        var near = calls.Where(call => call.At > due - TimeSpan.FromMilliseconds(100) && call.At < due + within && call.Method != "GET" && call.Kind != "token").ToList();
        // The piece of a film that makes it visible carries no token on some platforms, and nobody's name.
        return [.. channels.Select(channel => near.Where(call => call.Platform == channel.Platform && (call.Account ?? channel.Handle) == channel.Handle).Select(call => (DateTimeOffset?)call.At).Min())];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
    }
}
