using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Publisher.Platforms.Meta;

/// <summary>How Meta's Graph interfaces are asked. The token travels in a header, never in an address, wherever Meta allows it.</summary>
/// <param name="version">The first segment of every path, such as "v1.0".</param>
internal sealed class Graph(HttpClient http, string version)
{
    /// <summary>
    /// Whether each call proves that it knows the app's secret, which an app may make mandatory
    /// (developers.facebook.com/docs/graph-api/guides/secure-requests).
    /// </summary>
    public bool SendsProof { get; init; }

    public Task<Answer> GetAsync(string path, Account account, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, account.Server, account.Credentials, cancellationToken);

    /// <summary>While an account is being connected there is none yet.</summary>
    public Task<Answer> GetAsync(string path, Uri server, Credentials credentials, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, server, credentials, cancellationToken);

    public Task<Answer> PostAsync(string path, HttpContent content, Account account, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, path, content, account.Server, account.Credentials, cancellationToken);

    public Task<Answer> DeleteAsync(string path, Account account, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Delete, path, null, account.Server, account.Credentials, cancellationToken);

    /// <summary>Takes a post back. One that is not there any more counts as gone.</summary>
    public async Task<RetractResult> RetractAsync(string id, Account account, CancellationToken cancellationToken)
    {
        var answer = await DeleteAsync(Uri.EscapeDataString(id), account, cancellationToken);
        return (answer.IsSuccess && answer.Json().Get("success") is { ValueKind: JsonValueKind.True }) || GraphErrors.IsMissing(answer)
            ? RetractResult.Gone
            : new RetractResult(GraphErrors.Read(answer, visible: false));
    }

    private async Task<Answer> AskAsync(HttpMethod method, string path, HttpContent? content, Uri server, Credentials credentials, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(server, $"{version}/{Proven(path, credentials)}")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credentials.Token.Value);
        return await http.AskAsync(request, cancellationToken);
    }

    private string Proven(string path, Credentials credentials)
    {
        if (!SendsProof || credentials.ClientSecret is not { } secret)
        {
            return path;
        }

        var proof = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Value), Encoding.UTF8.GetBytes(credentials.Token.Value));
        return $"{path}{(path.Contains('?') ? '&' : '?')}appsecret_proof={Convert.ToHexStringLower(proof)}";
    }
}
