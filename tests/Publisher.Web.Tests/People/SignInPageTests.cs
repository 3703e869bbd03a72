using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.People;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

/// <summary>The forms as a browser posts them.</summary>
public sealed partial class SignInPageTests(Walk walk) : IClassFixture<Walk>, IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
    {
        BaseAddress = walk.BrowserOf(walk.Walkers[^1]).BaseAddress,
        DefaultRequestHeaders = { { "Accept", "text/html" }, { "Accept-Language", "en" } },
    };

    [Fact]
    public async Task A_person_signs_in_sees_their_account_and_signs_out()
    {
        var email = await walk.NewPersonAsync();

        var entered = await PostAsync("account/sign-in?returnUrl=%2Faccount", "sign-in", ("Input.Email", email), ("Input.Password", Office.Password));
        entered.StatusCode.ShouldBe(HttpStatusCode.Found);
        entered.Headers.Location!.OriginalString.ShouldEndWith("/account");
        var cookie = entered.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("publisher=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        cookie.ShouldNotContain("expires", Case.Insensitive);
        // Nobody said that people come by https, and over http the browser would throw it away.
        cookie.ShouldNotContain("; secure", Case.Insensitive);

        var account = await GetAsync("account");
        account.ShouldContain("this browser");

        (await PostAsync("account/sign-out", "sign-out")).StatusCode.ShouldBe(HttpStatusCode.Found);
        (await _browser.GetAsync(new Uri("account", UriKind.Relative), Office.Stop)).Headers.Location!.OriginalString.ShouldContain("/account/sign-in");
    }

    [Fact]
    public async Task A_wrong_password_stays_on_the_page_and_says_so()
    {
        var email = await walk.NewPersonAsync();

        var answer = await PostAsync("account/sign-in", "sign-in", ("Input.Email", email), ("Input.Password", "not the password"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(Office.Stop)).ShouldContain("did not open an account");
    }

    [Fact]
    public async Task The_way_back_leads_to_no_other_site()
    {
        var email = await walk.NewPersonAsync();

        var answer = await PostAsync("account/sign-in?returnUrl=%2F%2Fevil.example", "sign-in", ("Input.Email", email), ("Input.Password", Office.Password));

        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        answer.Headers.Location!.OriginalString.ShouldNotContain("evil");
    }

    [Fact]
    public async Task A_form_that_did_not_come_from_the_page_is_refused()
    {
        using var form = new FormUrlEncodedContent([new("_handler", "sign-in"), new("Input.Email", "x@office.example"), new("Input.Password", "x")]);
        (await _browser.PostAsync(new Uri("account/sign-in", UriKind.Relative), form, Office.Stop)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_real_folder_shows_nobody_to_sign_in_as() => (await GetAsync("account/sign-in")).ShouldNotContain("PersonId");

    [Fact]
    public async Task A_link_lets_its_person_choose_a_password_once()
    {
        var administrator = walk.Walkers.Single(walker => walker.Name == "administrator").Actor;
        var link = (await walk.Services.GetRequiredService<PeopleDesk>().InviteAsync(
            administrator, "Nora New", $"{Guid.NewGuid():N}@office.example", [new(Role.Officer, null)], Office.Stop)).Value!;

        var chosen = await PostAsync(link.Path[1..], "link", ("Input.Chosen", "a password of mine"), ("Input.Again", "a password of mine"));

        chosen.StatusCode.ShouldBe(HttpStatusCode.Found);
        (await GetAsync(link.Path[1..])).ShouldContain("This link is over");
    }

    public void Dispose() => _browser.Dispose();

    private Task<string> GetAsync(string path) => _browser.GetStringAsync(new Uri(path, UriKind.Relative), Office.Stop);

    private async Task<HttpResponseMessage> PostAsync(string path, string form, params (string Name, string Value)[] fields)
    {
        var token = Token().Match(await GetAsync(path)).Groups[1].Value;
        using var content = new FormUrlEncodedContent(
            [new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await _browser.PostAsync(new Uri(path, UriKind.Relative), content, Office.Stop);
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
