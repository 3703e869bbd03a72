using System.Text.Json;
using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Instagram;

/// <summary>Connecting a professional account with the app's own Instagram id and secret. There is no PKCE.</summary>
internal sealed partial class InstagramPlatform
{
    private const string Scopes = "instagram_business_basic,instagram_business_content_publish";

    private static readonly Uri Site = new("https://www.instagram.com/");

    private static readonly Uri Door = new("https://api.instagram.com/");

    public IReadOnlyList<FormField> AppFields => App.Fields;

    public Task<OAuthStart> StartAsync(IReadOnlyDictionary<string, string> app, Uri redirect, string state, CancellationToken cancellationToken) =>
        Task.FromResult(App.Start(app, Api, server => new Uri(server == Api ? Site : server, "oauth/authorize"), Scopes, redirect, state));

    public async Task<ConnectResult> FinishAsync(Secret ticket, string code, Uri redirect, CancellationToken cancellationToken)
    {
        var app = App.Open(ticket);
        var (credentials, refusal) = await _tokens.RedeemAsync(app, code, redirect, cancellationToken);
        if (credentials is null)
        {
            return refusal!;
        }

        // The field "id" is another number for each app; posts are made under this one.
        var answer = await _graph.GetAsync("me?fields=user_id,username,name", app.Server, credentials, cancellationToken);
        if (answer.Json() is not { } me || Number(me.Get("user_id")) is not { Length: > 0 } id || me.Text("username") is not { Length: > 0 } name)
        {
            return answer.IsSuccess ? ConnectResult.Refused(Codes.AnswerUnreadable) : App.Refused(answer);
        }

        return ConnectResult.Found(new Account
        {
            Platform = Info.Name,
            Server = app.Server,
            Id = id,
            Handle = name,
            DisplayName = me.Text("name") is { Length: > 0 } display ? display : name,
            Credentials = credentials,
            Limits = Info.Limits,
        });
    }

    public Task<RefreshResult> RefreshAsync(Account account, CancellationToken cancellationToken) => _tokens.RefreshAsync(account, cancellationToken);

    /// <summary>Described as a number, shown in examples as a text.</summary>
    private static string? Number(JsonElement? id) => id switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };
}
