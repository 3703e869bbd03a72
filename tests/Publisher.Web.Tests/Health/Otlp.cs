using System.Buffers.Binary;
using System.Text;

namespace Publisher.Web.Tests.Health;

internal sealed record ReceivedSpan(string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Tags);

/// <param name="Value">Of a histogram: how many measurements.</param>
/// <param name="Sum">Of a histogram only.</param>
internal sealed record ReceivedPoint(string Metric, IReadOnlyDictionary<string, string> Tags, double Value, double Sum);

/// <summary>
/// What one export of the OpenTelemetry protocol says, read by the field numbers of opentelemetry/proto 1.x. Apart from the addresses of its schema, which are fields
/// of their own, everything is also kept as it came: <see cref="Said"/>.
/// </summary>
internal sealed class Otlp
{
    private const int Resources = 1;
    private const int Inner = 2;
    private const int SchemaAddress = 3;

    private Otlp(byte[] body, bool isTraces)
    {
        foreach (var all in Fields(body).Select(field => Fields(field.Bytes)))
        {
            Said.AddRange(all.Where(field => field.Number is not (Inner or SchemaAddress)).Select(field => field.Bytes));
            foreach (var tag in all.Where(field => field.Number == Resources).SelectMany(resource => TagsOf(Fields(resource.Bytes), 1)))
            {
                Resource[tag.Key] = tag.Value;
            }

            foreach (var field in all.Where(field => field.Number == Inner).SelectMany(scope => Fields(scope.Bytes)).Where(field => field.Number != SchemaAddress))
            {
                Said.Add(field.Bytes);
                if (field.Number == Inner && isTraces)
                {
                    Spans.Add(SpanOf(Fields(field.Bytes)));
                }
                else if (field.Number == Inner)
                {
                    Points.AddRange(PointsOf(Fields(field.Bytes)));
                }
            }
        }
    }

    public List<ReceivedSpan> Spans { get; } = [];

    public List<ReceivedPoint> Points { get; } = [];

    public Dictionary<string, string> Resource { get; } = [];

    public List<byte[]> Said { get; } = [];

    public static Otlp Read(byte[] body, bool isTraces) => new(body, isTraces);

    private static ReceivedSpan SpanOf(List<Field> span) =>
        new(Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4), TagsOf(span, 9));

    private static IEnumerable<ReceivedPoint> PointsOf(List<Field> metric)
    {
        var name = Text(metric, 1);
        foreach (var data in metric.Where(field => field.Number is 5 or 7 or 9))
        {
            foreach (var point in Fields(data.Bytes).Where(field => field.Number == 1).Select(field => Fields(field.Bytes)))
            {
                yield return data.Number == 9
                    ? new(name, TagsOf(point, 9), Number(point, 4), Double(point, 5))
                    : new(name, TagsOf(point, 7), point.Exists(field => field.Number == 4) ? Double(point, 4) : Number(point, 6), 0);
            }
        }
    }

    private static Dictionary<string, string> TagsOf(List<Field> fields, int number) =>
        fields.Where(field => field.Number == number).Select(field => Fields(field.Bytes)).ToDictionary(pair => Text(pair, 1), pair => Value(Fields(pair.Single(field => field.Number == 2).Bytes)));

    private static string Value(List<Field> value) => value.SingleOrDefault() switch
    {
        { Number: 1 } text => Encoding.UTF8.GetString(text.Bytes),
        { Number: 3 } whole => $"{(long)whole.Value}",
        var other => $"{other}",
    };

    private static string Text(List<Field> fields, int number) => Encoding.UTF8.GetString(fields.Find(field => field.Number == number)?.Bytes ?? []);

    private static string Hex(List<Field> fields, int number) => Convert.ToHexStringLower(fields.Find(field => field.Number == number)?.Bytes ?? []);

    private static double Double(List<Field> fields, int number) => BitConverter.UInt64BitsToDouble(fields.Find(field => field.Number == number)?.Value ?? 0);

    private static long Number(List<Field> fields, int number) => (long)(fields.Find(field => field.Number == number)?.Value ?? 0);

    private static List<Field> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<Field>();
        while (message.Length > 0)
        {
            var key = Varint(ref message);
            fields.Add((key & 7) switch
            {
                0 => new((int)(key >> 3), Varint(ref message), []),
                1 => new((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8)), []),
                2 => new((int)(key >> 3), 0, Take(ref message, (int)Varint(ref message)).ToArray()),
                5 => new((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4)), []),
                var other => throw new InvalidDataException($"No wire type of this protocol: {other}"),
            });
        }

        return fields;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref message, 1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message, int length)
    {
        var taken = message[..length];
        message = message[length..];
        return taken;
    }

    private sealed record Field(int Number, ulong Value, byte[] Bytes);
}
