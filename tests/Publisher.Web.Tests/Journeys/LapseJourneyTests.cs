using Microsoft.Playwright;
using Publisher.Platforms;
using Publisher.Sandbox;
using Shouldly;
using Xunit;
using PlatformList = Publisher.Platforms.PlatformList;

namespace Publisher.Web.Tests.Journeys;

/// <summary>
/// What becomes of a message when a platform no longer takes what opens the account, on every platform at once: renewed in silence where that
/// can be done, and waiting for a person where it can't. A platform that is new walks along by itself.
/// </summary>
public sealed class LapseJourneyTests(Demo demo) : IClassFixture<Demo>, IDisposable
{
    // Only what they say of themselves is asked for: nothing of theirs leaves from here.
    private static readonly PlatformList All = new(new HttpClient(), TimeProvider.System, null!);

    private readonly string _folder = Directory.CreateTempSubdirectory("publisher-lapse-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // In this order: a platform that renews a token only while it works refuses one that was made just now.
    [Fact]
    public async Task What_expires_is_renewed_in_silence_and_what_has_ended_waits_for_a_person()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        await RenewedAsync();
        await EndedAsync();
    }

    private async Task RenewedAsync()
    {
        var renewing = All.All.Where(platform => platform is IRefreshTokens).ToList();
        foreach (var account in renewing.Select(AccountOf))
        {
            await ExpireAsync(account);
        }

        const string Text = "The gauges of the Elbe report again.";
        var before = (await demo.CallsAsync()).Count;
        var messages = await SubmitAsync("Gauges", Text, 1, renewing);
        await ApproveAsync(messages);
        await UntilAsync(messages, "Published");

        await OutOnceAsync(Text, renewing);
        foreach (var name in renewing.Select(platform => platform.Info.Name))
        {
            (await demo.NumberAsync(
                "SELECT COUNT(*) FROM Log JOIN Channels ON Channels.Id = Log.ChannelId WHERE Action = 'channel.token.refreshed' AND Platform = $name", ("$name", name))).ShouldBe(1, name);
        }

        (await demo.CallsAsync()).Skip(before).Where(call => call.Kind == "token" && call.Status is >= 400).ShouldBeEmpty();
        (await demo.NumberAsync("SELECT COUNT(*) FROM Channels WHERE Health <> 'Working'")).ShouldBe(0);
        (await demo.NumberAsync("SELECT COUNT(*) FROM Log WHERE Action = 'channel.sign.in.needed'")).ShouldBe(0);
    }

    private async Task EndedAsync()
    {
        var connected = All.All.Where(platform => platform is IConnectByOAuth).ToList();
        foreach (var platform in connected)
        {
            // What is never renewed has no end but the one that somebody at the platform makes.
            await demo.ChangeTokensAsync(AccountOf(platform), platform is IRefreshTokens ? "lapse" : "revoke");
        }

        const string Text = "The ferry across the Saale runs again.";
        var messages = await SubmitAsync("Ferry", Text, 2, connected);
        await ApproveAsync(messages);
        await UntilAsync(messages, "SignInNeeded");

        // Nothing is visible, and nothing is given up before its deadline.
        (await demo.PostsAsync()).ShouldNotContain(post => post.Text.Contains(Text));
        (await demo.NumberAsync($"SELECT COUNT(*) FROM Deliveries WHERE MessageId IN ({List(messages)}) AND NextAt > Deadline AND Deadline > {DateTime.UtcNow.Ticks}")).ShouldBe(connected.Count);

        // Said where the author looks, where the administrator begins, and on the list of channels.
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var told = 0;
        foreach (var message in messages)
        {
            await olivia.GoAsync($"messages/{message}");
            var said = olivia.Page.Locator("table.deliveries .state").GetByText("Channel needs sign-in");
            await said.First.WaitForAsync();
            told += await said.CountAsync();
        }

        told.ShouldBe(connected.Count);
        await olivia.LooksAsync("lapse-message");
        var ada = await demo.SeatOfAsync("Ada Administrator");
        ada.Sandbox = demo.Sandbox;
        await ada.LooksAsync("lapse-today");
        foreach (var platform in connected)
        {
            await AgainOf(ada, platform).WaitForAsync();
        }

        await ada.GoAsync("channels");
        foreach (var platform in connected)
        {
            await ada.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = ManageOf(ada, platform) }).GetByText("sign-in needed").WaitForAsync();
        }

        await ada.LooksAsync("lapse-channels");
        foreach (var platform in connected)
        {
            await ada.GoAsync("");
            await AgainOf(ada, platform).ClickAsync();
            await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Continue to the platform" }).ClickAsync();
            await ada.AtPlatformAsync();
            await ada.Page.Locator($"input[name=account][value='{AccountOf(platform).Id}']").CheckAsync();
            await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
            await ada.ConfirmAccountAsync();
        }

        await UntilAsync(messages, "Published");
        await OutOnceAsync(Text, connected);
        (await demo.NumberAsync($"SELECT COUNT(*) FROM Deliveries WHERE MessageId IN ({List(messages)}) AND PublishedAt <= Deadline")).ShouldBe(connected.Count);
        (await demo.NumberAsync("SELECT COUNT(*) FROM Channels WHERE Health <> 'Working'")).ShouldBe(0);
        await ada.GoAsync("");
        await ada.StillAsync();
        (await ada.Page.Locator("section.channels").CountAsync()).ShouldBe(0);
        ada.Complaints.Concat(olivia.Complaints).ShouldBeEmpty();
    }

    /// <summary>By its time; a token that can be renewed only while it still works has reached the time when that is done.</summary>
    private async Task ExpireAsync(SandboxAccount account)
    {
        if (account.RefreshToken is not null)
        {
            await demo.ChangeTokensAsync(account, "expire");
        }
        else
        {
            await demo.SqlAsync(
                "UPDATE Channels SET TokenExpires = $now WHERE Platform = $platform AND AccountId = $id", ("$now", DateTime.UtcNow.Ticks), ("$platform", account.Platform), ("$id", account.Id));
        }
    }

    /// <summary>A picture for every platform that shows pictures, and a film for the others.</summary>
    private async Task<List<long>> SubmitAsync(string title, string text, int number, IReadOnlyCollection<IPlatform> platforms)
    {
        var picture = Path.Combine(_folder, "picture.png");
        var film = Path.Combine(_folder, "film.mp4");
        await File.WriteAllBytesAsync(picture, TestPicture.Png(number), TestContext.Current.CancellationToken);
        await TestFilm.WriteAsync(film, number);
        var olivia = await demo.SeatOfAsync("Olivia Officer");
        var messages = new List<long>();
        foreach (var group in platforms.GroupBy(platform => platform.Info.Limits.Images > 0))
        {
            await olivia.WriteAsync(title, text, [group.Key ? picture : film], ["A white board beside the river"]);
            await olivia.ChooseChannelsAsync(group.Select(platform => platform.Info.Name));
            await olivia.SubmitAsync(group.Count());
            messages.Add(await olivia.SubmittedAsync());
        }

        olivia.Complaints.ShouldBeEmpty();
        return messages;
    }

    private async Task ApproveAsync(IEnumerable<long> messages)
    {
        var mara = await demo.SeatOfAsync("Mara Manager", width: 390);
        foreach (var message in messages)
        {
            await mara.ApproveAsync(message);
        }
    }

    private async Task UntilAsync(IEnumerable<long> messages, string state)
    {
        var theirs = $"FROM Deliveries JOIN Channels ON Channels.Id = ChannelId WHERE MessageId IN ({List(messages)}) AND State <> '{state}'";
        var until = DateTime.UtcNow.AddMinutes(2);
        while (await demo.NumberAsync($"SELECT COUNT(*) {theirs}") > 0)
        {
            Assert.True(DateTime.UtcNow < until, $"Not {state}: {await demo.ValueAsync($"SELECT group_concat(Platform || ' ' || State || ' ' || Code || ' ' || Answer, '; ') {theirs}")}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Counted where readers look.</summary>
    private async Task OutOnceAsync(string text, IReadOnlyCollection<IPlatform> platforms)
    {
        var seen = (await demo.PostsAsync()).Where(post => post.Text.Contains(text, StringComparison.Ordinal)).Select(post => post.Platform).Order();
        seen.ShouldBe(platforms.Select(platform => platform.Info.Name).Order());
        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();
    }

    private static ILocator AgainOf(Seat ada, IPlatform platform) =>
        ada.Page.Locator("section.channels").GetByRole(AriaRole.Link, new() { Name = $"Connect again: {platform.Info.Title} @{AccountOf(platform).Handle}", Exact = true });

    private static ILocator ManageOf(Seat ada, IPlatform platform) =>
        ada.Page.GetByRole(AriaRole.Button, new() { Name = $"Manage: {platform.Info.Title} @{AccountOf(platform).Handle}", Exact = true });

    private static SandboxAccount AccountOf(IPlatform platform) =>
        SandboxAccounts.All.Single(account => account.Platform == platform.Info.Name && account.Sender == SandboxAccounts.Environment);

    private static string List(IEnumerable<long> numbers) => string.Join(", ", numbers);
}
