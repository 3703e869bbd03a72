using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsvHelper;
using Publisher.Web.People;

namespace Publisher.Web.Log;

/// <summary>The log as a file: CSV for spreadsheets, JSON Lines for programs. Streamed, however long it is.</summary>
internal static class LogExport
{
    private static readonly CsvWriterOptions Csv = new()
    {
        // A spreadsheet runs a cell that begins with = + - @; what people and platforms wrote must stay text.
        Injection = CsvInjection.Escape,
        NewLine = "\r\n",
    };

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly PropertyInfo[] Columns = typeof(Row).GetProperties();

    public static void MapLogExport(this WebApplication app) => app.MapGet("/log/export", SendAsync).RequireAuthorization(nameof(Act.ReadLog));

    private static async Task<IResult> SendAsync(HttpContext context, LogDesk desk, TimeProvider time, string? format, [AsParameters] LogQuery query)
    {
        if (CurrentPerson.Read(context.User) is not { } actor)
        {
            return Results.Unauthorized();
        }

        var isCsv = format != "jsonl";
        var lines = await desk.ExportAsync(actor, query.ToFilter(), isCsv ? "csv" : "jsonl", context.RequestAborted);
        if (lines.Refusal is not null)
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        var name = $"publisher-log-{time.GetUtcNow().UtcDateTime:yyyyMMdd-HHmmss}.{(isCsv ? "csv" : "jsonl")}";
        return Results.Stream(
            body => isCsv ? WriteCsvAsync(lines.Value!, body, context.RequestAborted) : WriteJsonAsync(lines.Value!, body, context.RequestAborted),
            isCsv ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8",
            name);
    }

    internal static async Task WriteCsvAsync(IAsyncEnumerable<LogLine> lines, Stream body, CancellationToken cancellationToken)
    {
        await using var csv = CsvWriter.Create(body, Csv, leaveOpen: true);
        csv.WriteHeader([.. Columns.Select(column => column.Name)]);
        await foreach (var row in Rows(lines, cancellationToken))
        {
            foreach (var column in Columns)
            {
                csv.WriteField(Convert.ToString(column.GetValue(row), CultureInfo.InvariantCulture));
            }

            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    private static async Task WriteJsonAsync(IAsyncEnumerable<LogLine> lines, Stream body, CancellationToken cancellationToken)
    {
        await foreach (var row in Rows(lines, cancellationToken))
        {
            await JsonSerializer.SerializeAsync(body, row, Json, cancellationToken);
            await body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    private static async IAsyncEnumerable<Row> Rows(IAsyncEnumerable<LogLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            var entry = line.Entry;
            yield return new Row(
                line.Position,
                entry.At.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
                entry.Action,
                entry.Code,
                entry.PersonId,
                line.Person,
                entry.SessionId,
                entry.SenderId,
                entry.MessageId,
                line.Message,
                entry.Revision,
                entry.ChannelId,
                line.Channel is { } channel ? $"{channel.Platform} {channel.Handle}" : null,
                entry.DeliveryId,
                entry.Part,
                entry.Attempt,
                entry.SubjectId,
                line.Subject,
                entry.Due?.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
                entry.Seals?.Replace('\n', ' '),
                entry.RequestDigest,
                entry.Status,
                entry.RemoteId,
                line.Text,
                entry.TextHash,
                line.IsIntact);
        }
    }

    private sealed record Row(
        long Position,
        string At,
        string Action,
        string? Code,
        long? PersonId,
        string? Person,
        Guid? Session,
        long? SenderId,
        long? MessageId,
        string? Message,
        int? Revision,
        long? ChannelId,
        string? Channel,
        long? DeliveryId,
        int? Part,
        int? Attempt,
        long? SubjectId,
        string? Subject,
        string? Due,
        string? Seals,
        string? RequestDigest,
        int? Status,
        string? RemoteId,
        string? Text,
        string? TextHash,
        bool IsIntact);
}

/// <summary>A <see cref="LogFilter"/> as it stands in an address.</summary>
internal sealed record LogQuery(DateTimeOffset? From, DateTimeOffset? To, long? Person, long? Channel, long? Message, string? Action, string? Text)
{
    public LogFilter ToFilter() => new() { From = From, To = To, Person = Person, Channel = Channel, Message = Message, Action = Action, Text = Text };
}
