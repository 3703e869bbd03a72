using System.Text.Json;
using System.Text.Json.Serialization;

namespace Publisher.Platforms;

/// <summary>One account on one platform, as an adapter needs it for a call.</summary>
public sealed record Account
{
    public required string Platform { get; init; }

    /// <summary>Base address with a trailing slash; every call is relative to it.</summary>
    public required Uri Server { get; init; }

    /// <summary>The platform's own, unchanging id.</summary>
    public required string Id { get; init; }

    /// <summary>As people write it, without a leading @.</summary>
    public required string Handle { get; init; }

    public required string DisplayName { get; init; }

    public required Credentials Credentials { get; init; }

    /// <summary>What this server allows.</summary>
    public required Limits Limits { get; init; }

    /// <summary>How long after its first try the same request may be repeated without a second post; null where it never may.</summary>
    public TimeSpan? RepeatSafeFor { get; init; }
}

/// <summary>What opens an account. Stored only encrypted.</summary>
public sealed record Credentials
{
    public required Secret Token { get; init; }

    public Secret? RefreshToken { get; init; }

    /// <summary>Null where the token does not lapse.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When a person must sign in again; null where unknown or never.</summary>
    public DateTimeOffset? RefreshExpires { get; init; }

    public string? ClientId { get; init; }

    public Secret? ClientSecret { get; init; }
}

/// <summary>A value that prints as dots, so that no log, exception or debugger view carries it by accident.</summary>
[JsonConverter(typeof(SecretConverter))]
public readonly record struct Secret(string Value)
{
    public override string ToString() => "•••";

    private sealed class SecretConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
