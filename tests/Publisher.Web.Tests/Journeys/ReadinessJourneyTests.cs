using Microsoft.Playwright;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What is still to be obtained before a platform can be used, how far the office is, and the way until then.</summary>
public sealed class ReadinessJourneyTests(Demo demo) : IClassFixture<Demo>
{
    private const string Ada = "Ada Administrator";

    // Only what they say of themselves is asked for: nothing of theirs leaves from here.
    private static readonly PlatformList All = new(new HttpClient(), TimeProvider.System, null!);

    [Fact]
    public async Task The_page_says_how_far_the_office_has_come_on_a_platform()
    {
        var info = All.All.First(platform => AppKeys.FieldsOf(platform).Count > 0).Info;
        var ada = await OpenAsync(Ada);
        await SqlAsync("UPDATE Channels SET Health = 'Disconnected' WHERE Platform = $name");
        await SqlAsync("DELETE FROM AppRegistrations WHERE Platform = $name");
        await SaysAsync("nothing yet");

        await SqlAsync("INSERT INTO AppRegistrations (Platform, Server, Fields, KeptAt, KeptBy) VALUES ($name, '', '', 0, 0)");
        await SaysAsync("app registration kept");

        await SqlAsync("UPDATE Channels SET Health = 'Working' WHERE Id = (SELECT MIN(Id) FROM Channels WHERE Platform = $name)");
        await SaysAsync("connected: 1");

        await SqlAsync("UPDATE Channels SET Health = 'SignInNeeded' WHERE Id = (SELECT MIN(Id) FROM Channels WHERE Platform = $name)");
        await SaysAsync("needs a person: 1");

        Task SqlAsync(string sql) => demo.SqlAsync(sql, ("$name", info.Name));

        async Task SaysAsync(string state)
        {
            await ada.GoAsync("channels");
            await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Readiness" }).ClickAsync();
            var row = ada.Page.Locator("tr").Filter(new() { Has = ada.Page.GetByText(info.Title, new() { Exact = true }) });
            await row.GetByText(state).WaitForAsync();
        }
    }

    [Fact]
    public async Task Until_then_an_administrator_connects_the_place_by_hand_and_nobody_else_is_offered_that()
    {
        var byHand = All.All.Single(platform => platform.Info.IsByHand).Info.Name;
        var ada = await OpenAsync(Ada);
        await ada.GoAsync("channels/readiness");
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Connect a place by hand" }).ClickAsync();
        await Assertions.Expect(ada.Page.Locator("#connect-platform")).ToHaveValueAsync(byHand);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Check and continue" }).WaitForAsync();

        var mara = await OpenAsync("Mara Manager");
        await mara.GoAsync("channels/readiness");
        await mara.Page.GetByText("An administrator connects it.").WaitForAsync();
        await Assertions.Expect(mara.Page.GetByRole(AriaRole.Link, new() { Name = "Connect a place by hand" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_button_that_copies_says_whether_it_did()
    {
        var ada = await OpenAsync(Ada);
        await ada.GoAsync("channels/apps");
        var copy = ada.Page.Locator("[data-copy]").First;
        var told = ada.Page.Locator("[data-copy] + [role=status]").First;
        var address = await copy.GetAttributeAsync("data-copy");

        await ada.Page.EvaluateAsync("() => { navigator.clipboard.writeText = async text => { window.taken = text; }; }");
        await copy.ClickAsync();
        await Assertions.Expect(told).ToHaveTextAsync("Copied");
        await Assertions.Expect(copy).ToHaveAttributeAsync("data-said", "Copied");
        (await ada.Page.EvaluateAsync<string>("() => window.taken")).ShouldBe(address);
        await Assertions.Expect(told).ToHaveTextAsync("");

        await ada.Page.EvaluateAsync("() => { navigator.clipboard.writeText = () => Promise.reject(); }");
        await copy.ClickAsync();
        await Assertions.Expect(told).ToHaveTextAsync("Copy it by hand: Ctrl+C");
        (await ada.Page.EvaluateAsync<string>("() => document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)")).ShouldBe(address);
        ada.Complaints.ShouldBeEmpty();
    }

    private async Task<Seat> OpenAsync(string person)
    {
        await demo.OpenAsync();
        await demo.WaitForStoriesAsync();
        return await demo.SeatOfAsync(person);
    }
}
