using Microsoft.Playwright;
using Publisher.Web.Tests.Journeys;
using Xunit;

[assembly: AssemblyFixture(typeof(Browsers))]

namespace Publisher.Web.Tests.Journeys;

/// <summary>Chromium as the system has it, started by the first journey that asks for it and shared by all.</summary>
public sealed class Browsers : IAsyncDisposable
{
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly SemaphoreSlim _one = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task<IBrowser> OpenAsync()
    {
        await _one.WaitAsync();
        try
        {
            if (_browser is null)
            {
                var program = Find();
                _playwright = await Playwright.CreateAsync();
                _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Flags });
            }

            return _browser;
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _one.Dispose();
    }

    private static string Find()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "chromium-headless-shell"))
            .FirstOrDefault(File.Exists);
        if (program is not null)
        {
            return program;
        }

        const string Missing = "Chromium is not installed: run install_browser of tests/tools.sh.";
        if (Environment.GetEnvironmentVariable("PUBLISHER_REQUIRE_SERVERS") == "1")
        {
            Assert.Fail(Missing);
        }

        Assert.Skip(Missing);
        return "";
    }
}
