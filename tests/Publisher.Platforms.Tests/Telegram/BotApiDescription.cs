using System.Text.Json;

namespace Publisher.Platforms.Tests.Telegram;

/// <summary>The Bot API's methods and types as its documentation lists them, and what of a call or an answer does not fit them.</summary>
internal sealed class BotApiDescription(string file)
{
    private readonly JsonElement _all = JsonDocument.Parse(File.ReadAllText(file)).RootElement;

    public IEnumerable<string> Check(Exchange exchange)
    {
        var name = exchange.Address.Segments[^1];
        if (!_all.GetProperty("methods").TryGetProperty(name, out var method))
        {
            return [$"{name} is no method"];
        }

        var answer = JsonDocument.Parse(exchange.Answer).RootElement;
        return CheckRequest(method, exchange)
            .Concat(CheckAny(answer.GetProperty("result"), method.GetProperty("returns"), "result"))
            .Select(problem => $"{name}: {problem}");
    }

    private IEnumerable<string> CheckRequest(JsonElement method, Exchange exchange)
    {
        if (exchange.RequestType == "application/json")
        {
            return CheckFields(JsonDocument.Parse(exchange.Request).RootElement, method, "");
        }

        if (exchange.Request.Length == 0)
        {
            return Missing(method, [], "");
        }

        var form = FormParts.Read(exchange.Request);
        var fields = Fields(method).Select(field => field.GetProperty("name").GetString()!).ToHashSet();
        // A file has the name of its field, or one that a field's JSON says.
        var attached = form.Where(part => part.IsFile && !fields.Contains(part.Name)).Select(part => part.Name).ToList();
        var text = string.Concat(form.Where(part => !part.IsFile).Select(part => part.Text));
        return Missing(method, form.Select(part => part.Name).ToHashSet(), "")
            .Concat(attached.Where(file => !text.Contains($"\"attach://{file}\"", StringComparison.Ordinal)).Select(file => $"nothing names the file {file}"))
            .Concat(form.Where(part => !attached.Contains(part.Name)).SelectMany(part => fields.Contains(part.Name)
                ? part.IsFile ? [] : CheckAny(Value(part.Text, Field(method, part.Name)), Field(method, part.Name).GetProperty("types"), part.Name)
                : [$"{part.Name} is no field"]));
    }

    private IEnumerable<string> CheckFields(JsonElement value, JsonElement described, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [$"{path} is no object"];
        }

        return Missing(described, value.EnumerateObject().Select(property => property.Name).ToHashSet(), path)
            .Concat(value.EnumerateObject().SelectMany(property => Fields(described).Any(field => field.GetProperty("name").GetString() == property.Name)
                ? CheckAny(property.Value, Field(described, property.Name).GetProperty("types"), $"{path}/{property.Name}")
                : [$"{path}/{property.Name} is no field"]));
    }

    /// <summary>One of the types must fit; of several, the one that fits best says what does not.</summary>
    private IEnumerable<string> CheckAny(JsonElement value, JsonElement types, string path) =>
        types.EnumerateArray().Select(type => Check(value, type.GetString()!, path).ToList()).MinBy(problems => problems.Count) ?? [];

    private IEnumerable<string> Check(JsonElement value, string type, string path)
    {
        const string List = "Array of ";
        if (type.StartsWith(List, StringComparison.Ordinal))
        {
            // Photos and videos may stand in one list; the description has a list of each.
            return value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, place) => Check(item, type[List.Length..], $"{path}/{place}"))
                : [$"{path} is no list"];
        }

        var fits = type switch
        {
            "Integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "Float" => value.ValueKind == JsonValueKind.Number,
            "String" => value.ValueKind == JsonValueKind.String,
            "Boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            _ => (bool?)null,
        };
        if (fits is { } simple)
        {
            return simple ? [] : [$"{path} is no {type}"];
        }

        var described = _all.GetProperty("types").GetProperty(type);
        return described.TryGetProperty("subtypes", out var subtypes) ? CheckAny(value, subtypes, path) : CheckFields(value, described, path);
    }

    private static IEnumerable<string> Missing(JsonElement described, HashSet<string> names, string path) => Fields(described)
        .Where(field => field.GetProperty("required").GetBoolean() && !names.Contains(field.GetProperty("name").GetString()!))
        .Select(field => $"{path}/{field.GetProperty("name").GetString()} is missing");

    private static IEnumerable<JsonElement> Fields(JsonElement described) =>
        described.TryGetProperty("fields", out var fields) ? fields.EnumerateArray() : [];

    private static JsonElement Field(JsonElement described, string name) => Fields(described).First(field => field.GetProperty("name").GetString() == name);

    /// <summary>In a form a text stands as it is, everything else as JSON.</summary>
    private static JsonElement Value(string text, JsonElement field) => field.GetProperty("types").EnumerateArray().Any(type => type.GetString() == "String")
        ? JsonSerializer.SerializeToElement(text)
        : JsonDocument.Parse(text).RootElement;
}
