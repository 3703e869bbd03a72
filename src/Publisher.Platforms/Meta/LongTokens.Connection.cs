using System.Text.Json;

namespace Publisher.Platforms.Meta;

/// <summary>
/// A sign-in whose short token is exchanged for one of 60 days. That one is renewed while it still works and never after: it is called
/// lapsing at half its time, so that whoever posts once a month never has to sign in again.
/// </summary>
/// <param name="prefix">Of the grants' names: "th" or "ig".</param>
/// <param name="api">The platform's own address.</param>
/// <param name="codes">Where codes are exchanged.</param>
internal sealed class LongTokens(HttpClient http, TimeProvider time, string prefix, Uri api, Uri codes)
{
    /// <summary>The credentials a code opens, or why it opens none.</summary>
    public async Task<(Credentials? Credentials, ConnectResult? Refusal)> RedeemAsync(App app, string code, Uri redirect, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(app.Server == api ? codes : app.Server, "oauth/access_token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = app.Id,
                ["client_secret"] = app.Secret,
                ["grant_type"] = "authorization_code",
                ["redirect_uri"] = redirect.AbsoluteUri,
                ["code"] = App.Bare(code),
            }),
        };
        var first = await http.AskAsync(request, cancellationToken);
        if (!first.IsSuccess || Short(first.Json()) is not { } token)
        {
            return (null, App.Refused(first));
        }

        var answer = await GetAsync(app.Server, $"access_token?grant_type={prefix}_exchange_token&client_secret={Uri.EscapeDataString(app.Secret)}", token, cancellationToken);
        return answer.IsSuccess && Granted(answer.Json(), app.Id, new Secret(app.Secret)) is { } credentials ? (credentials, null) : (null, App.Refused(answer));
    }

    public async Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken)
    {
        var old = account.Credentials;
        var answer = await GetAsync(account.Server, $"refresh_access_token?grant_type={prefix}_refresh_token", old.Token.Value, cancellationToken);
        if (answer.IsSuccess)
        {
            // The answer holds a token: it is not shown, whatever is wrong with it.
            return Granted(answer.Json(), old.ClientId, old.ClientSecret) is { } credentials
                ? new RefreshResult(credentials, null)
                : new RefreshResult(null, PublishResult.NotNow(Codes.AnswerUnreadable) with { Status = (int)answer.Status });
        }

        var failure = GraphErrors.ReadOfLooking(answer);
        return new RefreshResult(null, failure.Code == PublishResult.TokenExpired ? answer.As(PublishResult.SignInNeeded(Codes.AccessRevoked)) : failure);
    }

    /// <summary>Here the token has to stand in the address; what the platform echoes of it is blotted out as elsewhere.</summary>
    private async Task<Answer> GetAsync(Uri server, string path, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, $"{path}&access_token={Uri.EscapeDataString(token)}"));
        return await http.AskAsync(request, cancellationToken) with { Secret = token };
    }

    private Credentials? Granted(JsonElement? answer, string? clientId, Secret? clientSecret)
    {
        if (answer.Text("access_token") is not { Length: > 0 } token || answer.Get("expires_in") is not { ValueKind: JsonValueKind.Number } seconds)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var life = TimeSpan.FromSeconds(seconds.GetDouble());
        return new Credentials
        {
            Token = new Secret(token),
            Expires = now + (life / 2),
            RefreshExpires = now + life,
            ClientId = clientId,
            ClientSecret = clientSecret,
        };
    }

    /// <summary>The token alone, or in a list of one.</summary>
    private static string? Short(JsonElement? answer) =>
        answer.Text("access_token") ?? (answer.Get("data") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(one => one.Text("access_token")).FirstOrDefault() : null);
}
