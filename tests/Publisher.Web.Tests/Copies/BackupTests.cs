using Deque.AxeCore.Playwright;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Publisher.Web.Copies;
using Publisher.Web.Deliveries;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Deliveries;
using Publisher.Web.Tests.Journeys;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Copies;

/// <summary>
/// The built product, backed up while it sends and lost some posts later; what is restored elsewhere calls nobody until a manager says so,
/// and then every approved post is seen once.
/// </summary>
[Collection(nameof(OneAtATime))]
public sealed class BackupTests(PostgresServer postgres, Browsers browsers, ITestOutputHelper output) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _root = Directory.CreateTempSubdirectory("publisher-backup-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>On both databases at once: each mostly waits.</summary>
    [Fact]
    public Task What_is_restored_from_a_backup_of_a_sending_office_sends_every_post_once_and_nothing_before_it_may() => Task.WhenAll(RunAsync(onPostgres: false), RunAsync(onPostgres: true));

    private async Task RunAsync(bool onPostgres)
    {
        var root = Directory.CreateDirectory(Path.Combine(_root, onPostgres ? "postgres" : "sqlite")).FullName;
        await using var sandbox = await StartedSandbox.OpenAsync(Path.Combine(root, "sandbox.json"), Stop);
        await sandbox.SlowAllAsync(() => 1200, Stop);

        var (original, copy, backup) = (Path.Combine(root, "data"), Path.Combine(root, "restored"), Path.Combine(root, "backup"));
        var place = new CrashPlace(original, onPostgres ? postgres.Database("backed_up") : null, sandbox.Address);
        await using var office = await CrashOffice.OpenAsync(place, new Random(7), seed: 7, messages: 4, over: TimeSpan.FromSeconds(4), Stop);
        var approved = office.Approved.Sum(text => text.Parts.Count);
        var before = await SendAndLoseAsync(sandbox, original, backup, approved, place.Environment);

        var environment = (place with { Postgres = onPostgres ? postgres.Database("restored") : null }).Environment;
        output.WriteLine(await CommandAsync(copy, $"restore {backup}", environment));
        var calls = (await sandbox.CallsAsync(Stop)).Count;
        await using var restored = await StartedProduct.OpenAsync(copy, "--demo", [.. environment, ("ASPNETCORE_URLS", StartedProduct.FreeAddress())]);
        await restored.SaysAsync("This may be a copy", Stop);
        await LetGoOnAsync(restored.Address, onPostgres, async () =>
        {
            (await sandbox.CallsAsync(Stop)).Count.ShouldBe(calls);
            (await sandbox.CountAsync(Stop)).ShouldBe(before);
        });

        using var folder = DataFolder.Look(copy);
        await using var services = OpenedCopy.Of(folder, onPostgres ? postgres.Database("restored") : null);
        await using var db = await services.OpenAsync(Stop);
        var late = DateTimeOffset.UtcNow + Patience;
        while (await db.Deliveries.AnyAsync(row => row.NextAt != null, Stop) && DateTimeOffset.UtcNow < late)
        {
            await Task.Delay(200, Stop);
        }

        var deliveries = await db.Deliveries.AsNoTracking().AsSplitQuery().Include(row => row.Parts).Include(row => row.Attempts).ToListAsync(Stop);
        var count = new CrashCount(await sandbox.PostsAsync(Stop), deliveries, [], inCopy: true);
        var figures = count.Take(office.Approved);
        var looked = await db.Log.CountAsync(entry => entry.Action == "delivery.unclear" && entry.Code == Delivery.SentElsewhere, Stop);
        output.WriteLine($"{before} seen before the loss; {looked} deliveries were looked for; {figures}");
        count.Faults.ShouldBeEmpty();
        looked.ShouldBeGreaterThan(0);
        (await sandbox.ObjectionsAsync(Stop)).ShouldBeEmpty();
    }

    /// <summary>Backs up among the first posts, lets some more go out, and pulls the plug.</summary>
    private async Task<int> SendAndLoseAsync(StartedSandbox sandbox, string original, string backup, int approved, (string, string)[] environment)
    {
        await using var product = await StartedProduct.OpenAsync(original, "--demo", environment);
        await SendingRoom.UntilAsync(async () => await sandbox.CountAsync(Stop) >= 5, Patience);
        output.WriteLine(await CommandAsync(original, $"backup {backup}", environment));
        var atBackup = await sandbox.CountAsync(Stop);
        await SendingRoom.UntilAsync(async () => await sandbox.CountAsync(Stop) >= Math.Min(atBackup + 5, approved), Patience);
        await product.KillAsync();
        // Its last calls end over there, if they do.
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        return await sandbox.CountAsync(Stop);
    }

    private async Task LetGoOnAsync(Uri address, bool onPostgres, Func<Task> nothingCalled)
    {
        var browser = await browsers.OpenAsync();
        Directory.CreateDirectory(EveryPageTests.Screens);
        foreach (var (language, theme) in new[] { ("de-DE", "dark"), ("en-GB", "light") })
        {
            await using var seat = await Seat.OpenAsync(browser, address, 1280, language, theme);
            await seat.SignInAsync("Mara Manager");
            await seat.Page.GetByText(language == "en-GB" ? "nothing leaves it" : "Nichts verlässt sie").First.WaitForAsync();
            await seat.GoAsync("copy");
            foreach (var width in (int[])[1280, 390])
            {
                await seat.Page.SetViewportSizeAsync(width, 844);
                await seat.StillAsync();
                await seat.Page.ScreenshotAsync(new() { Path = Path.Combine(EveryPageTests.Screens, $"copy-{(onPostgres ? "postgres-" : "")}{theme}-{width}.png"), FullPage = true });
                (await seat.Page.RunAxe(EveryPageTests.Rules)).Violations.Select(violation => $"{width} {theme} {violation.Id} {violation.Nodes[0].Html}").ShouldBeEmpty();
            }

            await nothingCalled();
            if (language == "en-GB")
            {
                await seat.Page.GetByLabel("The other installation is off").CheckAsync();
                await seat.Page.Locator("#reason").FillAsync("The old machine lies on my desk");
                await seat.Page.GetByRole(AriaRole.Button, new() { Name = "Let this installation send" }).ClickAsync();
                await seat.Page.GetByText("This installation sends again").WaitForAsync();
                (await seat.Page.Locator(".banner.hold").CountAsync()).ShouldBe(0);
                seat.Complaints.ShouldBeEmpty();
            }
        }
    }

    private static async Task<string> CommandAsync(string folder, string arguments, (string, string)[] environment)
    {
        var (code, said, errors) = await StartedProduct.EndAsync(folder, arguments, environment);
        code.ShouldBe(0, errors);
        return said.Trim();
    }
}
