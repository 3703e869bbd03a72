using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Publisher.Web.Storage;

/// <summary>A time as UTC ticks: SQLite can't compare <see cref="DateTimeOffset"/>.</summary>
public sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

public sealed class Ticks() : ValueConverter<TimeSpan, long>(span => span.Ticks, ticks => new TimeSpan(ticks));

public sealed class Json<T>() : ValueConverter<T, string>(
    value => JsonSerializer.Serialize(value, JsonSerializerOptions.Default),
    text => JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Default)!);

/// <summary>Compares by content, so that a changed list is seen as a change.</summary>
public sealed class JsonCompare<T>() : ValueComparer<T>(
    (one, other) => JsonSerializer.Serialize(one, JsonSerializerOptions.Default) == JsonSerializer.Serialize(other, JsonSerializerOptions.Default),
    value => JsonSerializer.Serialize(value, JsonSerializerOptions.Default).GetHashCode(StringComparison.Ordinal),
    value => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, JsonSerializerOptions.Default), JsonSerializerOptions.Default)!);
