using System.Diagnostics;
using System.Net.Http.Json;
using Publisher.Sandbox;
using Publisher.Web.Tests.Start;

namespace Publisher.Web.Tests.Crash;

/// <summary>The platforms' stand-ins in a process of their own, so that they see what happens when the product is killed.</summary>
internal sealed class StartedSandbox : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private StartedSandbox(Process process, Uri address)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address };
    }

    public Uri Address => _http.BaseAddress!;

    public static async Task<StartedSandbox> OpenAsync(string stateFile, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(await PublishedProduct.FolderAsync(), "Publisher.Sandbox.dll"), "--port", "0", "--state", stateFile },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        const string Opening = "The platforms' stand-ins listen at ";
        var said = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (said?.StartsWith(Opening, StringComparison.Ordinal) != true)
        {
            process.Kill();
            throw new InvalidOperationException($"The sandbox did not start: {said}");
        }

        return new StartedSandbox(process, new Uri(said[Opening.Length..]));
    }

    /// <summary>What readers of all platforms see.</summary>
    public async Task<List<SandboxPost>> PostsAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<List<SandboxPost>>("_sandbox/posts", cancellationToken))!.Where(post => post.DeletedAt is null).ToList();

    /// <summary>How many posts there are; cheap enough to be asked again and again.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) => await _http.GetFromJsonAsync<int>("_sandbox/count", cancellationToken);

    public async Task<List<SandboxObjection>> ObjectionsAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<List<SandboxObjection>>("_sandbox/objections", cancellationToken))!;

    public async Task<List<SandboxCall>> CallsAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<List<SandboxCall>>("_sandbox/calls", cancellationToken))!;

    /// <summary>Does to an account's tokens what the passing of time or somebody at the platform would.</summary>
    public async Task ChangeTokensAsync(SandboxAccount account, string action, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync("_sandbox/tokens", new { platform = account.Platform, account = account.Id, action }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Makes every call of a kind to the platform take that much longer, every visible one unless said.</summary>
    public async Task SlowAsync(string platform, int milliseconds, CancellationToken cancellationToken, string? on = null)
    {
        using var answer = await _http.PostAsJsonAsync("_sandbox/faults", new { platform, kind = "delay", on, delayMs = milliseconds }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Every platform's visible calls, each by a time of its own.</summary>
    public async Task SlowAllAsync(Func<int> milliseconds, CancellationToken cancellationToken)
    {
        foreach (var platform in SandboxAccounts.All.Select(account => account.Platform).Distinct())
        {
            await SlowAsync(platform, milliseconds(), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
