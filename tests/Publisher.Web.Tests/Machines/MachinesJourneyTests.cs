using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Publisher.Web.Tests.Journeys;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

/// <summary>People on two machines, the sending on a third: nobody should notice that there are several.</summary>
[Collection(nameof(OneAtATime))]
public sealed partial class MachinesJourneyTests(SeveralMachines machines, ITestOutputHelper output) : IClassFixture<SeveralMachines>, IDisposable
{
    private const int Pages = 0;
    private const int Other = 1;
    private const int Worker = 2;

    private readonly string _picture = Path.Combine(Path.GetTempPath(), $"publisher-machines-{Guid.NewGuid():N}.png");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_picture);

    [Fact]
    public async Task A_page_that_is_open_on_one_machine_shows_what_another_approves_and_a_third_sends()
    {
        await OpenAsync();
        await File.WriteAllBytesAsync(_picture, TestPicture.Png(8), Stop);
        var olivia = await machines.SeatOfAsync(Pages, "Olivia Officer");
        var message = await olivia.ComposeAsync("From two machines", "Written on one machine, approved on another and sent by a third.", _picture, "Green and grey");
        await olivia.Page.GetByText("In review").First.WaitForAsync();
        await olivia.Page.EvaluateAsync("() => { window.neverReloaded = true; }");

        var mara = await machines.SeatOfAsync(Other, "Mara Manager", width: 390);
        await mara.GoAsync($"review/{message}");
        var due = Steps.SecondsFromNow(8);
        await mara.ApproveForAsync(due);
        var clock = Stopwatch.StartNew();
        await olivia.Page.GetByText("4 planned").First.WaitForAsync(new() { Timeout = 5_000 });
        output.WriteLine($"The approval showed on the other machine's page within {clock.ElapsedMilliseconds} ms.");

        // Neither of them sends, so what the page shows was done by the third.
        await olivia.Page.GetByText("All 4 out").First.WaitForAsync();
        output.WriteLine($"All out on the page {(DateTimeOffset.UtcNow - due).TotalMilliseconds:F0} ms after the due second.");
        (await olivia.Page.EvaluateAsync<bool>("() => window.neverReloaded === true")).ShouldBeTrue("the open page was loaded again");
        (await machines.PostsAsync()).Count(post => post.Text.StartsWith("Written on one machine", StringComparison.Ordinal)).ShouldBe(4);
        olivia.Complaints.ShouldBeEmpty();
        mara.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_session_that_is_ended_on_one_machine_empties_the_open_page_on_the_other_within_five_seconds()
    {
        await OpenAsync();
        var oscar = await machines.SeatOfAsync(Pages, "Oscar Officer");
        await oscar.GoAsync("messages");
        var ada = await machines.SeatOfAsync(Other, "Ada Administrator");
        await ada.GoAsync("people");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Change Oscar Officer" }).ClickAsync();

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await ada.Page.GetByText("Oscar Officer is switched off").WaitForAsync();
        var clock = Stopwatch.StartNew();
        await oscar.Page.Locator("nav.rail").WaitForAsync(new() { State = WaitForSelectorState.Detached, Timeout = 5_000 });

        output.WriteLine($"Emptied after {clock.ElapsedMilliseconds} ms.");
        (await oscar.Page.Locator("main").InnerTextAsync()).ShouldNotContain("Badegewässer");
    }

    [Fact]
    public async Task A_form_of_one_machine_is_taken_by_the_other_and_the_sign_in_holds_on_both()
    {
        await OpenAsync();
        using var handler = new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        var signIn = await http.GetStringAsync(new Uri(machines.Address(Pages), "account/sign-in"), Stop);

        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "demo",
            ["__RequestVerificationToken"] = Token().Match(signIn).Groups["value"].Value,
            ["PersonId"] = Mara().Match(signIn).Groups["id"].Value,
        });
        using var signedIn = await http.PostAsync(new Uri(machines.Address(Other), "account/sign-in"), form, Stop);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);

        foreach (var machine in new[] { Pages, Other })
        {
            using var page = await http.GetAsync(new Uri(machines.Address(machine), "holds"), Stop);
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await page.Content.ReadAsStringAsync(Stop)).ShouldContain("Mara Manager");
        }
    }

    [Fact]
    public async Task A_worker_has_no_pages()
    {
        await OpenAsync();
        using var http = new HttpClient();
        foreach (var path in new[] { "", "account/sign-in", "messages", "_framework/blazor.web.js" })
        {
            using var answer = await http.GetAsync(new Uri(machines.Address(Worker), path), Stop);
            answer.IsSuccessStatusCode.ShouldBeFalse(path);
            (await answer.Content.ReadAsStringAsync(Stop)).ShouldBe("", path);
        }
    }

    private async Task OpenAsync()
    {
        await machines.OpenAsync("web", "web", "worker");
        await machines.WaitForStoriesAsync();
        machines.Errors.ShouldBe("");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"PersonId\" value=\"(?<id>\\d+)\"(?:(?!</button>).)*Mara Manager", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Mara();
}
