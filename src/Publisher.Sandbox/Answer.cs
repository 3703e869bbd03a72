using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>What a stand-in answers.</summary>
internal sealed record Answer(int Status, byte[] Body, string? ContentType)
{
    // Platforms send readable characters, not \u escapes; names are written as the platform spells them.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public static Answer Json(object body, int status = 200, string contentType = "application/json; charset=utf-8")
        => new(status, JsonSerializer.SerializeToUtf8Bytes(body, Plain), contentType);

    public static Answer Html(string page, int status = 200) => new(status, Encoding.UTF8.GetBytes(page), "text/html; charset=utf-8");

    public static Answer Text(string text, int status = 200) => new(status, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    public static Answer Empty(int status) => new(status, [], null);

    public static Answer Redirect(string address, int status = 302) => Empty(status).With("Location", address);

    public Answer With(string name, string value)
    {
        Headers.Add(new(name, value));
        return this;
    }

    /// <summary>In place of what the header said.</summary>
    public Answer Instead(string name, string value)
    {
        Headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        return With(name, value);
    }
}
