using System.Globalization;
using System.Text.Json;

namespace Publisher.Platforms.Tests.Meta;

/// <summary>
/// One kind of object as Meta describes it for its own client libraries: its calls with their parameters, its fields, and their types. What
/// every object takes beside that (fields, pages, tokens) is added here.
/// </summary>
internal sealed class GraphNode
{
    private static readonly string[] Everywhere = ["fields", "limit", "before", "after", "access_token", "appsecret_proof"];

    private readonly JsonElement _node;
    private readonly Dictionary<string, string[]> _enums;

    private GraphNode(string name, JsonElement node, Dictionary<string, string[]> enums)
    {
        Name = name;
        _node = node;
        _enums = enums;
    }

    public string Name { get; }

    /// <summary>Skips the test where the descriptions are not there.</summary>
    public static GraphNode Load(string platform, string name)
    {
        using var node = JsonDocument.Parse(File.ReadAllText(Specs.Find($"{platform}/specs/{name}.json")));
        using var types = JsonDocument.Parse(File.ReadAllText(Specs.Find($"{platform}/specs/enum_types.json")));
        var enums = types.RootElement.EnumerateArray().Where(type => type.TryGetProperty("name", out _)).GroupBy(type => type.GetProperty("name").GetString()!)
            .ToDictionary(type => type.Key, type => type.First().GetProperty("values").EnumerateArray().Select(value => value.ToString()).ToArray());
        return new GraphNode(name, node.RootElement.Clone(), enums);
    }

    /// <summary>What is wrong with a call's parameters. An edge is the last part of its path; "" the object itself.</summary>
    public IEnumerable<string> Sent(string method, string edge, IEnumerable<(string Name, string Value)> parameters)
    {
        var call = _node.GetProperty("apis").EnumerateArray().FirstOrDefault(api => api.GetProperty("method").GetString() == method
            && (edge.Length > 0 ? api.TryGetProperty("endpoint", out var endpoint) && endpoint.GetString()!.Trim('/') == edge : !api.TryGetProperty("endpoint", out _)));
        if (call.ValueKind == JsonValueKind.Undefined)
        {
            return [$"{Name} has no {method} {edge}"];
        }

        var known = call.GetProperty("params").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("type").GetString()!);
        return parameters.Where(parameter => !Everywhere.Contains(parameter.Name))
            .Select(parameter => !known.TryGetValue(parameter.Name, out var type) ? $"{method} {edge} of {Name} takes no {parameter.Name}"
                : Fits(type, parameter.Value) ? null : $"{method} {edge} of {Name}: {parameter.Name} is no {type}: {parameter.Value}")
            .OfType<string>();
    }

    /// <summary>What is wrong with an object the sandbox answered.</summary>
    public IEnumerable<string> Answered(JsonElement json)
    {
        var known = _node.GetProperty("fields").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!, one => one.GetProperty("type").GetString()!);
        return json.EnumerateObject()
            .Select(field => !known.TryGetValue(field.Name, out var type) ? $"{Name} has no field {field.Name}" : Fits(type, field.Value) ? null : $"{Name}: {field.Name} is no {type}: {field.Value}")
            .OfType<string>();
    }

    private bool Fits(string type, string value) => type switch
    {
        "bool" => value is "true" or "false",
        "int" or "unsigned int" => long.TryParse(value, CultureInfo.InvariantCulture, out _),
        // A list travels as JSON or, of plain values, with commas between.
        _ when type.StartsWith("list", StringComparison.Ordinal) => value.Length > 0,
        "map" or "Object" => value.StartsWith('{'),
        _ when _enums.TryGetValue(type, out var values) => values.Contains(value),
        _ => true,
    };

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        // Large numbers are answered as text.
        "int" or "unsigned int" => value.ValueKind is JsonValueKind.Number || long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _),
        "string" => value.ValueKind == JsonValueKind.String,
        "datetime" => value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _),
        _ when type.StartsWith("list", StringComparison.Ordinal) => value.ValueKind == JsonValueKind.Array,
        _ => value.ValueKind is JsonValueKind.Object or JsonValueKind.String,
    };
}
