using Publisher.Platforms.Meta;

namespace Publisher.Platforms.Threads;

/// <summary>Connecting a profile with the app's own Threads id and secret, which are not those of the same app at Facebook. There is no PKCE.</summary>
internal sealed partial class ThreadsPlatform
{
    /// <summary>Read the profile, post, continue a thread, look for replies, delete.</summary>
    private const string Scopes = "threads_basic,threads_content_publish,threads_manage_replies,threads_read_replies,threads_delete";

    private static readonly Uri Site = new("https://threads.net/");

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

        var answer = await _graph.GetAsync("me?fields=id,username,name", app.Server, credentials, cancellationToken);
        if (answer.Json() is not { } me || me.Text("id") is not { Length: > 0 } id || me.Text("username") is not { Length: > 0 } name)
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
}
