using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Channels;
using Shouldly;
using Xunit;
using PlatformList = Publisher.Platforms.PlatformList;

namespace Publisher.Web.Tests.Journeys;

/// <summary>
/// Every way through a platform's consent page and back, on every platform that has one; and consent by the person an administrator names.
/// A platform that is new walks along by itself.
/// </summary>
public sealed class ConnectJourneyTests(Demo demo) : IClassFixture<Demo>
{
    private const string Ada = "Ada Administrator";
    private const string Olivia = "Olivia Officer";

    // Only what they say of themselves is asked for: nothing of theirs leaves from here.
    private static readonly PlatformList All = new(new HttpClient(), TimeProvider.System, null!);

    public static TheoryData<string> Platforms => [.. All.All.Where(platform => platform is IConnectByOAuth).Select(platform => platform.Info.Name)];

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task A_platform_is_connected_by_its_consent_page_and_by_nothing_else(string name)
    {
        var ada = await OpenAsync(Ada);
        var platform = All[name];
        await FreeAsync(name);
        await KeepAppAsync(ada, platform);

        // No at the platform.
        await BeginAsync(ada, platform);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await SaysAsync(ada, "access was not granted");

        // A state nobody here gave out, with a code that would have been good.
        await BeginAsync(ada, platform);
        var back = await AllowAsync(ada);
        await ada.GoAsync(With(back, "state", "made-up"));
        await SaysAsync(ada, "This connection took too long");
        (await ChannelsAsync(name)).ShouldBe(0);

        // The way it is meant; and once more with the same address.
        await ada.GoAsync(back);
        await ada.ConfirmAccountAsync();
        (await ChannelsAsync(name)).ShouldBe(1);
        await ada.GoAsync(back);
        await SaysAsync(ada, "This connection took too long");

        // A code that was used, in a connection that is good.
        await BeginAsync(ada, platform);
        var code = CodeOf(back);
        await ada.GoAsync(With(await AllowAsync(ada), code.Name, code.Value));
        await SaysAsync(ada, "The platform refused the sign-in");

        // A code that came too late. Whoever hears that begins again where they stand.
        await BeginAsync(ada, platform);
        back = await AllowAsync(ada);
        await demo.LapseCodesAsync();
        await ada.GoAsync(back);
        await SaysAsync(ada, "The platform refused the sign-in");
        (await ada.Page.Locator("#connect-platform").InputValueAsync()).ShouldBe(name);
        (await ChannelsAsync(name)).ShouldBe(1);

        // Again: with the same account, and with another one.
        await BeginAgainAsync(ada, platform);
        await ada.GoAsync(await AllowAsync(ada));
        await ada.ConfirmAccountAsync();
        (await demo.NumberAsync("SELECT COUNT(*) FROM Log WHERE Action = 'channel.reconnected' AND Code = $name", ("$name", name))).ShouldBe(1);
        await BeginAgainAsync(ada, platform);
        await ada.GoAsync(await AllowAsync(ada, account: 1));
        await ada.ChooseAccountAsync();
        await SaysAsync(ada, "another account than");
        (await ChannelsAsync(name)).ShouldBe(1);
        ada.Complaints.ShouldBeEmpty();
        (await demo.ObjectionsAsync()).Select(objection => $"{objection.Platform}: {objection.What}").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_typed_before_the_page_knows_of_the_platform_chosen_is_kept()
    {
        var ada = await OpenAsync(Ada);
        var page = ada.Page;
        var held = new Held("pixels.example.org", isFromPage: false);
        await page.RouteWebSocketAsync("**/_blazor*", held.Between);
        await ada.GoAsync("channels/connect");

        await page.Locator("#connect-platform").SelectOptionAsync("pixelfed");
        await held.Word.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await page.Locator("#connect-server").FillAsync("social.example.org");
        held.LetGo();

        await page.GetByText("Such as pixels.example.org").WaitForAsync();
        await Assertions.Expect(page.Locator("#connect-server")).ToBeFocusedAsync();
        await page.Locator("#connect-who").SelectOptionAsync(new SelectOptionValue { Label = Olivia });
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the link" }).ClickAsync();
        await page.GetByLabel("One-time link").WaitForAsync();
        ada.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public async Task The_officer_who_is_named_connects_on_a_phone_once_and_nobody_else_does(string name)
    {
        var ada = await OpenAsync(Ada);
        var platform = All[name];
        await FreeAsync(name);
        await demo.SqlAsync("DELETE FROM AppRegistrations WHERE Platform = $name", ("$name", name));
        var link = await AskAsync(ada, platform);
        await ada.GoAsync("channels");
        await ada.Page.GetByText($"{Olivia}, asked by {Ada}, until").First.WaitForAsync();
        await ada.LooksAsync("channels-links");

        var mara = await OpenAsync("Mara Manager");
        await mara.GoAsync(link);
        await mara.Page.GetByRole(AriaRole.Heading, new() { Name = "This link is for somebody else" }).WaitForAsync();

        // Nobody is signed in yet on this phone: signing in leads back to the link.
        var olivia = await demo.SeatAsync(390, theme: "dark");
        olivia.Sandbox = demo.Sandbox;
        await olivia.Page.GotoAsync(link);
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = Olivia }).TapAsync();
        await olivia.Page.GetByText($"{Ada} asks you to connect an account on {platform.Info.Title} in the name of {SandboxAccounts.Environment}").WaitForAsync();
        await olivia.LooksAsync("consent");
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = $"Continue to {platform.Info.Title}" }).TapAsync();
        await olivia.AtPlatformAsync();
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).TapAsync();
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = "Connect this account" }).WaitForAsync();
        await olivia.LooksAsync("consent-found");
        await olivia.ChooseAccountAsync();
        await olivia.Page.GetByRole(AriaRole.Heading, new() { Name = "Connected" }).WaitForAsync();

        (await ChannelsAsync(name)).ShouldBe(1);
        (await demo.NumberAsync(
            """
            SELECT COUNT(*) FROM Log WHERE Action = 'channel.connected' AND Code = $name
              AND PersonId = (SELECT Id FROM AspNetUsers WHERE DisplayName = $olivia) AND SubjectId = (SELECT Id FROM AspNetUsers WHERE DisplayName = $ada)
            """,
            ("$name", name), ("$olivia", Olivia), ("$ada", Ada))).ShouldBe(1);
        await olivia.GoAsync(link);
        await olivia.Page.GetByRole(AriaRole.Heading, new() { Name = "This link is over" }).WaitForAsync();
        ada.Complaints.Concat(mara.Complaints).Concat(olivia.Complaints).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_there_is_no_consent_page_the_officer_enters_what_opens_the_account()
    {
        var ada = await OpenAsync(Ada);
        var known = SandboxAccounts.All.First(account => account.AppPassword is not null && account.Sender == SandboxAccounts.Environment);
        await FreeAsync(known.Platform);
        var link = await AskAsync(ada, All[known.Platform]);

        var olivia = await OpenAsync(Olivia, width: 390);
        await olivia.GoAsync(link);
        await olivia.LooksAsync("consent-form");
        await olivia.Page.GetByLabel("Handle").FillAsync(known.Handle);
        await olivia.Page.GetByLabel("App password").FillAsync(known.AppPassword!);
        await olivia.Page.GetByRole(AriaRole.Button, new() { Name = "Look up the account" }).TapAsync();
        await olivia.ChooseAccountAsync();

        await olivia.Page.GetByRole(AriaRole.Heading, new() { Name = "Connected" }).WaitForAsync();
        (await ChannelsAsync(known.Platform)).ShouldBe(1);
    }

    [Fact]
    public async Task A_link_that_is_withdrawn_is_over()
    {
        var ada = await OpenAsync(Ada);
        await demo.SqlAsync("DELETE FROM ConsentLinks");
        var link = await AskAsync(ada, All.All.First(platform => platform is IConnectByOAuth && AppKeys.FieldsOf(platform).Count == 0));

        await ada.GoAsync("channels");
        var withdraw = ada.Page.GetByRole(AriaRole.Button, new() { Name = "Withdraw the link" });
        await withdraw.First.ClickAsync();
        await Assertions.Expect(withdraw).ToHaveCountAsync(0);

        var olivia = await OpenAsync(Olivia);
        await olivia.GoAsync(link);
        await olivia.Page.GetByRole(AriaRole.Heading, new() { Name = "This link is over" }).WaitForAsync();
    }

    [Fact]
    public async Task A_channel_that_soon_wants_a_new_sign_in_stands_on_the_first_page_of_administrators()
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        await demo.SqlAsync("UPDATE Channels SET SignInExpires = $soon WHERE Id = (SELECT MIN(Id) FROM Channels)", ("$soon", DateTime.UtcNow.AddDays(9.5).Ticks));

        var ada = await OpenAsync(Ada);

        await ada.Page.GetByText("sign in again within 9 days").WaitForAsync();
        await ada.Page.Locator("nav.rail").GetByText("1 waiting").WaitForAsync();
        await ada.LooksAsync("today-sign-in");
        await ada.Page.Locator("section.channels").GetByRole(AriaRole.Link, new() { Name = "Connect again" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Heading, new() { Name = "Connect again" }).WaitForAsync();
        await demo.SqlAsync("UPDATE Channels SET SignInExpires = NULL");
    }

    private async Task<Seat> OpenAsync(string person, int width = 1280)
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        var seat = await demo.SeatOfAsync(person, width);
        seat.Sandbox = demo.Sandbox;
        return seat;
    }

    /// <summary>The demo has connected everything: as if those channels had been other accounts.</summary>
    private Task FreeAsync(string platform) =>
        demo.SqlAsync("UPDATE Channels SET AccountId = AccountId || '-' || hex(randomblob(4)) WHERE Platform = $name", ("$name", platform));

    private Task<long> ChannelsAsync(string platform) =>
        demo.NumberAsync("SELECT COUNT(*) FROM Channels WHERE Platform = $name AND AccountId IN (SELECT value FROM json_each($ids))", ("$name", platform), ("$ids", Ids(platform)));

    private static string Ids(string platform) => JsonSerializer.Serialize(SandboxAccounts.All.Where(account => account.Platform == platform).Select(account => account.Id));

    /// <summary>Enters what the sandbox knows of the app, where the platform wants one.</summary>
    private static async Task KeepAppAsync(Seat ada, IPlatform platform)
    {
        if (AppKeys.FieldsOf(platform).Count == 0)
        {
            return;
        }

        await ada.GoAsync("channels/apps");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = $"app registration for {platform.Info.Title}" }).First.ClickAsync();
        var dialog = ada.Page.GetByRole(AriaRole.Dialog);
        // The dialog gives its first field the keyboard half a second after it is drawn, wherever somebody types by then.
        await dialog.Locator(":focus").WaitForAsync();
        await FillAppAsync(dialog, platform);
        await dialog.Locator("[data-main-action]").ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = $"Replace the app registration for {platform.Info.Title}" }).WaitForAsync();
    }

    private static async Task FillAppAsync(ILocator form, IPlatform platform)
    {
        var known = SandboxAccounts.All.First(account => account.Platform == platform.Info.Name);
        foreach (var field in AppKeys.FieldsOf(platform))
        {
            await form.Locator($"#connect-{field.Name}").FillAsync((field.IsSecret ? known.ClientSecret : known.ClientId) ?? "");
        }
    }

    private static async Task ChoosePlatformAsync(Seat ada, IPlatform platform)
    {
        await ada.GoAsync("channels/connect");
        await ada.Page.Locator("#connect-platform").SelectOptionAsync(platform.Info.Name);
        if (AppKeys.HasServers(platform))
        {
            await ada.Page.Locator("#connect-server").FillAsync("social.example.org");
        }
    }

    private static async Task BeginAsync(Seat ada, IPlatform platform)
    {
        await ChoosePlatformAsync(ada, platform);
        // Nothing that is kept is asked for; the page says who keeps it.
        if (AppKeys.FieldsOf(platform).Count > 0)
        {
            await ada.Page.GetByText("The app registration is kept since").WaitForAsync();
            (await ada.Page.Locator("input[type=password]").CountAsync()).ShouldBe(0);
        }

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Continue to the platform" }).ClickAsync();
        await ada.AtPlatformAsync();
    }

    private static async Task BeginAgainAsync(Seat ada, IPlatform platform)
    {
        var handle = SandboxAccounts.All.First(account => account.Platform == platform.Info.Name).Handle;
        await ada.GoAsync("channels");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = $"Manage: {platform.Info.Title} @{handle}" }).Last.ClickAsync();
        await ada.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = "Connect again" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Continue to the platform" }).ClickAsync();
        await ada.AtPlatformAsync();
    }

    /// <summary>The address of the link that was made for Olivia. What was not kept of the app is entered on the way.</summary>
    private static async Task<string> AskAsync(Seat ada, IPlatform platform)
    {
        await ChoosePlatformAsync(ada, platform);
        await ada.Page.Locator("#connect-who").SelectOptionAsync(new SelectOptionValue { Label = Olivia });
        if (AppKeys.FieldsOf(platform).Count > 0)
        {
            await FillAppAsync(ada.Page.Locator("form.card"), platform);
        }

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Create the link" }).ClickAsync();
        var link = await ada.Page.GetByLabel("One-time link").InputValueAsync();
        await ada.LooksAsync("consent-made");
        return link;
    }

    /// <summary>Says yes on the consent page that is open, and where that would lead.</summary>
    private static async Task<string> AllowAsync(Seat seat, int account = 0)
    {
        await seat.Page.Locator("input[name=account]").Nth(account).CheckAsync();
        var fields = await seat.Page.EvaluateAsync<string[][]>("() => [...new FormData(document.querySelector('form')).entries()]");
        var form = seat.Page.Context.APIRequest.CreateFormData();
        foreach (var field in fields)
        {
            form.Append(field[0], field[1]);
        }

        form.Append("decision", "allow");
        var action = await seat.Page.EvaluateAsync<string>("() => document.querySelector('form').action");
        var answer = await seat.Page.Context.APIRequest.PostAsync(action, new() { Form = form, MaxRedirects = 0 });
        return answer.Headers["location"];
    }

    private static Task SaysAsync(Seat seat, string text) => seat.Page.Locator(".note.bad").GetByText(text).WaitForAsync();

    /// <summary>What the platform calls its code.</summary>
    private static (string Name, string Value) CodeOf(string address) =>
        QueryHelpers.ParseQuery(new Uri(address).Query).Where(pair => pair.Key is "code" or "oauth_verifier").Select(pair => (pair.Key, pair.Value.ToString())).Single();

    private static string With(string address, string name, string value)
    {
        var query = QueryHelpers.ParseQuery(new Uri(address).Query).ToDictionary(pair => pair.Key, pair => (string?)pair.Value.ToString());
        query[name] = value;
        return QueryHelpers.AddQueryString(new Uri(address).GetLeftPart(UriPartial.Path), query);
    }
}
