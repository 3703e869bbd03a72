using System.Text.Json;

namespace Publisher.Platforms.Meta;

/// <summary>The app an administrator registered at Meta; the ticket while a person is away to sign in.</summary>
internal sealed record App(string Id, string Secret, Uri Server)
{
    /// <summary>Where the sandbox stands, given beside the app fields; each platform itself has one address.</summary>
    private const string ServerField = "server";

    public static IReadOnlyList<FormField> Fields { get; } =
    [
        new("clientId", new Words("App ID", "App-ID"), new Words(
            "From the app's dashboard in Meta's developer portal, settings of this product", "Vom Dashboard der App in Metas Entwicklerportal, Einstellungen dieses Produkts")),
        new("clientSecret", new Words("App secret", "App-Geheimnis"), new Words("From the same page", "Von derselben Seite")) { IsSecret = true },
    ];

    /// <param name="api">The platform's own address.</param>
    /// <param name="dialog">The address of the sign-in page, for the real platform or for what stands in its place.</param>
    /// <param name="scopes">Separated by commas, as all of Meta's sign-ins want them.</param>
    public static OAuthStart Start(
        IReadOnlyDictionary<string, string> fields, Uri api, Func<Uri, Uri> dialog, string scopes, Uri redirect, string state)
    {
        var app = new App(
            fields.GetValueOrDefault("clientId", "").Trim(),
            fields.GetValueOrDefault("clientSecret", "").Trim(),
            Uri.TryCreate(fields.GetValueOrDefault(ServerField), UriKind.Absolute, out var server) ? server : api);
        if (app.Id.Length == 0 || app.Secret.Length == 0)
        {
            return new OAuthStart(null, default, new Problem("app.fields.missing"));
        }

        var query = $"client_id={Uri.EscapeDataString(app.Id)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&scope={Uri.EscapeDataString(scopes)}&response_type=code&state={Uri.EscapeDataString(state)}";
        return new OAuthStart(new UriBuilder(dialog(app.Server)) { Query = query }.Uri, new Secret(JsonSerializer.Serialize(app)));
    }

    public static App Open(Secret ticket) => JsonSerializer.Deserialize<App>(ticket.Value) ?? throw new JsonException("The ticket is empty.");

    /// <summary>Why signing in did not come to a token. The answer itself may hold secrets and is not shown.</summary>
    public static ConnectResult Refused(Answer answer) => ConnectResult.Refused(
        answer.IsServerError ? Codes.ServerError
        : answer.IsSuccess ? Codes.AnswerUnreadable
        : GraphErrors.Read(answer, visible: false).Code == Codes.RateLimited ? Codes.RateLimited
        : "sign.in.refused");

    /// <summary>The code of a redirect, without the "#_" Meta leaves at its end.</summary>
    public static string Bare(string code) => code.Split('#')[0];
}
