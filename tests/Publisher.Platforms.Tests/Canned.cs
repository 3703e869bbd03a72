using System.Net;
using System.Text;

namespace Publisher.Platforms.Tests;

/// <summary>Answers given word for word in order, the last one again and again, and the requests that came: for answers no well-behaved server gives.</summary>
internal sealed class Canned : HttpMessageHandler
{
    private readonly Queue<(int Status, string Body, string Type, (string, string)[] Headers)> _answers = new();

    public List<(string Method, Uri Address, string Body)> Requests { get; } = [];

    public static Canned Saying(int status, string body, params (string Name, string Value)[] headers) => new Canned().Then(status, body, headers);

    public Canned Then(int status, string body, params (string Name, string Value)[] headers)
    {
        _answers.Enqueue((status, body, body.StartsWith('<') ? "text/html" : "application/json", headers));
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((request.Method.Method, request.RequestUri!, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        var (status, body, type, headers) = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}
