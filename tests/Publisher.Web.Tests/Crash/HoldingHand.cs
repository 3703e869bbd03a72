using System.Text.RegularExpressions;

namespace Publisher.Web.Tests.Crash;

/// <summary>A manager at a browser, who pulls the brake and lets go of it, on whichever machine still answers.</summary>
internal sealed partial class HoldingHand : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = true });
    private bool _isIn;

    /// <summary>Between the answer that told of a hold and the press that lifted it.</summary>
    public List<(DateTimeOffset From, DateTimeOffset To)> Held { get; } = [];

    public bool IsHolding => Held.Count > 0 && Held[^1].To == DateTimeOffset.MaxValue;

    public async Task HoldAsync(Uri at, CancellationToken cancellationToken)
    {
        await SignInAsync(at, cancellationToken);
        var page = await _http.GetStringAsync(new Uri(at, "holds"), cancellationToken);
        await SendAsync(new Uri(at, "holds"), page, "set", [new("Wanted.Scope", "all"), new("Wanted.Reason", "Wrong figures")], cancellationToken);
        Held.Add((DateTimeOffset.UtcNow, DateTimeOffset.MaxValue));
    }

    public async Task LiftAsync(Uri at, CancellationToken cancellationToken)
    {
        var page = await _http.GetStringAsync(new Uri(at, "holds"), cancellationToken);
        var id = LiftButton().Match(page).Groups[1].Value;
        var before = DateTimeOffset.UtcNow;
        await SendAsync(new Uri(at, "holds"), page, "lift", [new("LiftId", id), new($"LiftReasons[{id}]", "Right after all")], cancellationToken);
        Held[^1] = (Held[^1].From, before);
    }

    public void Dispose() => _http.Dispose();

    private async Task SignInAsync(Uri at, CancellationToken cancellationToken)
    {
        if (_isIn)
        {
            return;
        }

        var page = await _http.GetStringAsync(new Uri(at, "account/sign-in"), cancellationToken);
        var person = Mara().Match(page).Groups[1].Value;
        await SendAsync(new Uri(at, "account/sign-in"), page, "demo", [new("PersonId", person)], cancellationToken);
        _isIn = true;
    }

    private async Task SendAsync(Uri to, string page, string form, KeyValuePair<string, string>[] fields, CancellationToken cancellationToken)
    {
        using var content = new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", Antiforgery().Match(page).Groups[1].Value), .. fields]);
        using var answer = await _http.PostAsync(to, content, cancellationToken);
        var said = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode || said.Contains("note bad", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{form} at {to} was answered with {answer.StatusCode} {Note().Match(said).Groups[1].Value}");
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();

    [GeneratedRegex("name=\"PersonId\" value=\"(\\d+)\"(?:(?!PersonId).)*<strong[^>]*>Mara", RegexOptions.Singleline)]
    private static partial Regex Mara();

    [GeneratedRegex("class=\"note bad\".*?<div>([^<]+)", RegexOptions.Singleline)]
    private static partial Regex Note();

    [GeneratedRegex("name=\"LiftId\" value=\"(\\d+)\"")]
    private static partial Regex LiftButton();
}
