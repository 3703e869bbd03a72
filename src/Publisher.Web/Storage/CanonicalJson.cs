using System.Globalization;
using System.Text;

namespace Publisher.Web.Storage;

/// <summary>
/// JSON in the canonical form of RFC 8785: sorted names, no space, shortest escapes. What is hashed here holds strings,
/// whole numbers, lists and objects only, so the rules for fractions are not needed.
/// </summary>
internal static class CanonicalJson
{
    /// <param name="value">Strings, int, long, null, arrays of these, and dictionaries sorted ordinally.</param>
    public static byte[] Bytes(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string words:
                WriteString(text, words);
                break;
            case int or long:
                text.Append(Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
                break;
            case SortedDictionary<string, object?> members:
                WriteAll(text, '{', members, '}', member =>
                {
                    WriteString(text, member.Key);
                    text.Append(':');
                    Write(text, member.Value);
                });
                break;
            case object?[] items:
                WriteAll(text, '[', items, ']', item => Write(text, item));
                break;
            default:
                throw new InvalidOperationException($"{value.GetType()} has no canonical form.");
        }
    }

    private static void WriteAll<T>(StringBuilder text, char open, IEnumerable<T> items, char close, Action<T> write)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                text.Append(',');
            }

            isFirst = false;
            write(item);
        }

        text.Append(close);
    }

    // RFC 8785, 3.2.2.2: two-character escapes where JSON has them, \u00xx for other controls, everything else as it is.
    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }
}
