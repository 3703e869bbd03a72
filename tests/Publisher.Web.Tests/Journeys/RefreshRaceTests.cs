using System.Globalization;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Npgsql;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Tests.Crash;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;
using PlatformList = Publisher.Platforms.PlatformList;

namespace Publisher.Web.Tests.Journeys;

/// <summary>
/// Two machines on one PostgreSQL, each with due posts of the same channels, whose tokens have expired. Most platforms take a refresh token once,
/// so one machine refreshes and the other goes on with what it got. A platform that is new walks along by itself.
/// </summary>
public sealed class RefreshRaceTests(PostgresServer postgres, Browsers browsers) : IClassFixture<PostgresServer>, IAsyncDisposable
{
    private const string Database = "refresh_race";

    // Only what they say of themselves is asked for: nothing of theirs leaves from here.
    private static readonly List<IPlatform> Refreshing =
        [.. new PlatformList(new HttpClient(), TimeProvider.System, null!).All.Where(platform => platform is IRefreshTokens)];

    private static readonly List<SandboxAccount> Accounts =
        [.. SandboxAccounts.All.Where(account => account.Sender == SandboxAccounts.Environment && Refreshing.Exists(platform => platform.Info.Name == account.Platform))];

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-race-").FullName;
    private readonly List<IAsyncDisposable> _open = [];
    private StartedSandbox? _sandbox;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_open))
        {
            await one.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Two_machines_whose_tokens_expired_refresh_each_once_and_send_every_post_once()
    {
        var browser = await browsers.OpenAsync();
        _ = postgres.Database(Database);
        _sandbox = await StartedSandbox.OpenAsync(Path.Combine(_folder, "sandbox.json"), Cancel);
        _open.Add(_sandbox);
        var first = await StartAsync();
        await UntilAsync("SELECT COUNT(*) FROM \"Settings\" WHERE \"Name\" = 'demo.told'", 1);
        var second = await StartAsync();
        var written = await Task.WhenAll(WriteAsync(browser, first, "The dyke at Elster holds.", 1), WriteAsync(browser, second, "The dyke at Mulde holds.", 2));
        List<long> messages = [.. written[0], .. written[1]];

        // Nobody here knows of this expiry: the platforms' answers tell both machines at about the same time, while they bring the files.
        await _sandbox.SlowAsync("*", 700, Cancel, on: "token");
        var before = (await _sandbox.CallsAsync(Cancel)).Count;
        await Task.WhenAll(Accounts.Where(account => account.RefreshToken is not null).Select(account => _sandbox.ChangeTokensAsync(account, "expire", Cancel)));
        var due = Steps.SecondsFromNow(35);
        await Task.WhenAll(ApproveAsync(browser, first, written[0], due), ApproveAsync(browser, second, written[1], due));

        // This one they know of: both want a new token at the second when the posts are due. Who brings nothing beforehand has not noticed the first.
        await Task.Delay(due.AddSeconds(-3) - DateTimeOffset.UtcNow is { Ticks: > 0 } left ? left : TimeSpan.Zero, Cancel);
        var early = await RefreshesAsync(before);
        early.Values.ShouldAllBe(times => times == 1);
        early.ShouldNotBeEmpty();
        await Task.WhenAll(Accounts.Where(account => account.RefreshToken is not null).Select(account => _sandbox.ChangeTokensAsync(account, "expire", Cancel)));
        await NumberAsync($"WITH expired AS (UPDATE \"Channels\" SET \"TokenExpires\" = {DateTime.UtcNow.Ticks} WHERE \"AccountId\" IN ({string.Join(", ", Accounts.Select(account => $"'{account.Id}'"))}) RETURNING 1) SELECT COUNT(*) FROM expired");

        var theirs = $"FROM \"Deliveries\" JOIN \"Channels\" ON \"Channels\".\"Id\" = \"ChannelId\" WHERE \"MessageId\" IN ({string.Join(", ", messages)}) AND \"State\"";
        await UntilAsync(
            $"SELECT COUNT(*) {theirs} = 'Published'",
            2 * Accounts.Count,
            $"SELECT string_agg(concat_ws(' ', \"Platform\", \"State\", \"Code\", \"Answer\"), '; ') {theirs} <> 'Published'");

        (await RefreshesAsync(before)).OrderBy(times => times.Key).ShouldBe(
            Accounts.ToDictionary(account => account.Platform, account => early.GetValueOrDefault(account.Platform) + 1).OrderBy(times => times.Key));
        foreach (var text in new[] { "Elster", "Mulde" })
        {
            (await _sandbox.PostsAsync(Cancel)).Where(post => post.Text.Contains(text, StringComparison.Ordinal)).Select(post => post.Platform).Order()
                .ShouldBe(Accounts.Select(account => account.Platform).Order(), text);
        }

        (await _sandbox.ObjectionsAsync(Cancel)).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();
        await Task.WhenAll(ShowsAllWorkingAsync(browser, first, "race-first"), ShowsAllWorkingAsync(browser, second, "race-second"));
    }

    /// <summary>How often each platform was asked for a new token since then; none may have refused.</summary>
    private async Task<Dictionary<string, int>> RefreshesAsync(int before)
    {
        var asked = (await _sandbox!.CallsAsync(Cancel)).Skip(before).Where(call => call.Kind == "token").ToList();
        asked.ShouldAllBe(call => call.Status == 200);
        return asked.GroupBy(call => call.Platform).ToDictionary(calls => calls.Key, calls => calls.Count());
    }

    /// <summary>A machine with an address of its own; the folder is the same for all.</summary>
    private async Task<StartedProduct> StartAsync()
    {
        var product = await StartedProduct.OpenAsync(
            Path.Combine(_folder, "data"),
            "--demo",
            ("ASPNETCORE_URLS", StartedProduct.FreeAddress()),
            ("Publisher__Database", postgres.Database(Database).Replace("Pooling=false", "Maximum Pool Size=20", StringComparison.Ordinal)),
            ("Publisher__Sandbox", _sandbox!.Address.ToString()));
        _open.Add(product);
        return product;
    }

    private async Task<Seat> SeatAsync(IBrowser browser, StartedProduct machine, string person, int width = 1280)
    {
        var seat = await Seat.OpenAsync(browser, machine.Address, width, "en-GB", "light");
        _open.Add(seat);
        await seat.SignInAsync(person);
        return seat;
    }

    /// <summary>A picture for every platform that shows pictures, and a film for the others.</summary>
    private async Task<List<long>> WriteAsync(IBrowser browser, StartedProduct machine, string text, int number)
    {
        var picture = Path.Combine(_folder, $"{number}.png");
        var film = Path.Combine(_folder, $"{number}.mp4");
        await File.WriteAllBytesAsync(picture, TestPicture.Png(number), Cancel);
        await TestFilm.WriteAsync(film, number);
        var olivia = await SeatAsync(browser, machine, "Olivia Officer");
        var messages = new List<long>();
        foreach (var group in Refreshing.GroupBy(platform => platform.Info.Limits.Images > 0))
        {
            await olivia.WriteAsync("Dyke", text, [group.Key ? picture : film], ["A dyke, green and dry"]);
            await olivia.ChooseChannelsAsync(group.Select(platform => platform.Info.Name));
            await olivia.SubmitAsync(group.Count());
            messages.Add(await olivia.SubmittedAsync());
        }

        olivia.Complaints.ShouldBeEmpty();
        return messages;
    }

    private async Task ApproveAsync(IBrowser browser, StartedProduct machine, List<long> messages, DateTimeOffset due)
    {
        var mara = await SeatAsync(browser, machine, "Mara Manager", width: 390);
        foreach (var message in messages)
        {
            await mara.GoAsync($"review/{message}");
            await mara.ApproveForAsync(due);
        }
    }

    private async Task ShowsAllWorkingAsync(IBrowser browser, StartedProduct machine, string name)
    {
        var ada = await SeatAsync(browser, machine, "Ada Administrator");
        await ada.GoAsync("channels");
        foreach (var account in Accounts)
        {
            var title = Refreshing.Single(platform => platform.Info.Name == account.Platform).Info.Title;
            var manage = ada.Page.GetByRole(AriaRole.Button, new() { Name = $"Manage: {title} @{account.Handle}", Exact = true });
            await ada.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = manage }).Locator(".state.good").GetByText("works").WaitForAsync();
        }

        await ada.LooksAsync(name);
        ada.Complaints.ShouldBeEmpty();
    }

    /// <param name="otherwise">Tells what is missing.</param>
    private async Task UntilAsync(string sql, long wanted, string otherwise = "SELECT ''")
    {
        var until = DateTime.UtcNow.AddMinutes(2);
        while (await NumberAsync(sql) is var found && found < wanted)
        {
            Assert.True(DateTime.UtcNow < until, $"{found} and not {wanted}: {sql}. {await ValueAsync(otherwise)}");
            await Task.Delay(200, Cancel);
        }
    }

    private async Task<long> NumberAsync(string sql) => Convert.ToInt64(await ValueAsync(sql), CultureInfo.InvariantCulture);

    private async Task<object?> ValueAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.Database(Database));
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
