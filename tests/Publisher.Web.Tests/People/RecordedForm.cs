using System.Text.RegularExpressions;

namespace Publisher.Web.Tests.People;

/// <summary>What a browser has once it has opened a page with forms: the page's token and the cookie that belongs to it. It can be sent again and again, also by others.</summary>
internal sealed partial record RecordedForm(Uri Address, string Token, string Cookie)
{
    public static async Task<RecordedForm> OpenAsync(HttpClient browser, Uri address)
    {
        using var page = await browser.GetAsync(address, Office.Stop);
        return new RecordedForm(
            address,
            TokenOf().Match(await page.Content.ReadAsStringAsync(Office.Stop)).Groups[1].Value,
            page.Headers.GetValues("Set-Cookie").Single(value => value.Contains("Antiforgery", StringComparison.Ordinal)).Split(';')[0]);
    }

    public async Task<HttpResponseMessage> PostAsync(HttpClient browser, string form, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address);
        request.Headers.Add("Cookie", $"{browser.DefaultRequestHeaders.GetValues("Cookie").Single()}; {Cookie}");
        request.Content = new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", Token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await browser.SendAsync(request, Office.Stop);
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenOf();
}
