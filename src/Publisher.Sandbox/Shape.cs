using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>What a JSON value may look like. Finds unknown, missing and mistyped fields, each named by its path.</summary>
internal sealed class Shape
{
    private readonly Func<JsonElement, string, IEnumerable<string>> _check;

    private Shape(Func<JsonElement, string, IEnumerable<string>> check) => _check = check;

    public static Shape Any { get; } = new((_, _) => []);

    public static Shape Text { get; } = Kind("a string", JsonValueKind.String);

    public static Shape Flag { get; } = Kind("true or false", JsonValueKind.True, JsonValueKind.False);

    public static Shape Whole { get; } = new((value, path) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? [] : [$"{path} must be a whole number"]);

    public static Shape OneOf(params string[] words)
        => new((value, path) => value.ValueKind == JsonValueKind.String && words.Contains(value.GetString()) ? [] : [$"{path} must be one of {string.Join(", ", words)}"]);

    public static Shape List(Shape item, int max = int.MaxValue, int min = 0) => new((value, path) =>
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return [$"{path} must be an array"];
        }

        var count = value.GetArrayLength();
        return count > max || count < min
            ? [$"{path} must have {min} to {max} items, has {count}"]
            : value.EnumerateArray().SelectMany((v, i) => item._check(v, $"{path}/{i}"));
    });

    public static Shape OrNull(Shape shape) => new((value, path) => value.ValueKind == JsonValueKind.Null ? [] : shape._check(value, path));

    /// <summary>One of several; where none fits, what the last finds is said.</summary>
    public static Shape Either(params Shape[] shapes) => new((value, path) => shapes.Any(shape => !shape._check(value, path).Any()) ? [] : shapes[^1]._check(value, path));

    /// <summary>An object. A field name ending in ! must be there.</summary>
    public static Shape Object(params (string Name, Shape Shape)[] fields)
    {
        var known = fields.ToDictionary(f => f.Name.TrimEnd('!'), f => f.Shape);
        var required = fields.Where(f => f.Name.EndsWith('!')).Select(f => f.Name.TrimEnd('!')).ToArray();
        return new((value, path) => CheckObject(value, path, known, required));
    }

    public IEnumerable<string> Check(JsonElement value) => _check(value, "");

    private static IEnumerable<string> CheckObject(JsonElement value, string path, Dictionary<string, Shape> known, string[] required)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            yield return $"{(path.Length == 0 ? "/" : path)} must be an object";
            yield break;
        }

        foreach (var name in required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                yield return $"{path}/{name} is missing";
            }
        }

        foreach (var property in value.EnumerateObject())
        {
            if (!known.TryGetValue(property.Name, out var shape))
            {
                yield return $"{path}/{property.Name} is not a known field";
                continue;
            }

            foreach (var problem in shape._check(property.Value, $"{path}/{property.Name}"))
            {
                yield return problem;
            }
        }
    }

    private static Shape Kind(string what, params JsonValueKind[] kinds)
        => new((value, path) => kinds.Contains(value.ValueKind) ? [] : [$"{path} must be {what}"]);
}
