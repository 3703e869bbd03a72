using System.Text;
using System.Text.Json;
using System.Web;

namespace Publisher.Platforms.Tests.Meta;

/// <summary>An exchange with a Graph interface, taken apart: "POST v26.0/123/media" is the edge "media" of the object "123".</summary>
internal sealed record GraphExchange(string Method, string Id, string Edge, IReadOnlyList<(string Name, string Value)> Parameters, JsonElement Answer)
{
    /// <summary>Null for calls outside the versioned interface: sign-in and tokens.</summary>
    public static GraphExchange? Of(Exchange exchange, string version)
    {
        var path = exchange.Address.AbsolutePath;
        var start = path.IndexOf($"/{version}/", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var segments = path[(start + version.Length + 2)..].Split('/');
        using var answer = JsonDocument.Parse(exchange.Answer);
        return new GraphExchange(exchange.Method, segments[0], segments.ElementAtOrDefault(1) ?? "", [.. Query(exchange.Address.Query), .. Body(exchange)], answer.RootElement.Clone());
    }

    private static IEnumerable<(string, string)> Body(Exchange exchange)
    {
        switch (exchange.RequestType)
        {
            case "application/x-www-form-urlencoded":
                return Query(Encoding.UTF8.GetString(exchange.Request));
            case "application/json":
                using (var body = JsonDocument.Parse(exchange.Request))
                {
                    return [.. body.RootElement.EnumerateObject().Select(field => (field.Name, field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText()))];
                }

            case "multipart/form-data":
                return Parts(Encoding.Latin1.GetString(exchange.Request));
            default:
                return [];
        }
    }

    private static IEnumerable<(string, string)> Query(string text)
    {
        var query = HttpUtility.ParseQueryString(text);
        return query.AllKeys.OfType<string>().Select(name => (name, query[name] ?? ""));
    }

    private static IEnumerable<(string, string)> Parts(string body)
    {
        var boundary = body.Split("\r\n")[0];
        foreach (var part in body.Split(boundary).Where(part => part.Contains("name=", StringComparison.Ordinal)))
        {
            var end = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var head = part[..end];
            var name = head[(head.IndexOf("name=", StringComparison.Ordinal) + 5)..].Split(';', '\r')[0].Trim('"');
            yield return (name, head.Contains("filename", StringComparison.Ordinal) ? "(bytes)" : part[(end + 4)..].TrimEnd('\r', '\n'));
        }
    }
}
