using System.Text;
using System.Text.RegularExpressions;

namespace Publisher.Platforms.Tests.Flickr;

/// <summary>An upload's fields, read from the bytes that went over the wire.</summary>
internal static partial class UploadForm
{
    public static Dictionary<string, string> Read(Exchange exchange) =>
        Field().Matches(Encoding.UTF8.GetString(exchange.Request)).ToDictionary(field => field.Groups[1].Value, field => field.Groups[2].Value);

    /// <summary>Name and value of each; of the file only that it is there.</summary>
    [GeneratedRegex("name=\"?([a-z_]+)\"?[^\r\n]*\r\n(?:[A-Z][^\r\n]*\r\n)*\r\n(.*?)\r\n--", RegexOptions.Singleline)]
    private static partial Regex Field();
}
