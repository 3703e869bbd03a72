using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Publisher.Platforms.Tests.Telegram;

/// <summary>A part of a form as it went over the wire.</summary>
internal sealed record FormPart(string Name, bool IsFile, string Text);

/// <summary>Reads a form back, by the boundary it begins with.</summary>
internal static class FormParts
{
    public static IReadOnlyList<FormPart> Read(byte[] body)
    {
        var line = Encoding.ASCII.GetString(body, 0, Array.IndexOf(body, (byte)'\r'));
        var reader = new MultipartReader(line[2..], new MemoryStream(body));
        var parts = new List<FormPart>();
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } section)
        {
            var disposition = section.GetContentDispositionHeader()!;
            using var text = new StreamReader(section.Body, Encoding.Latin1);
            var isFile = disposition.FileName.HasValue;
            var content = text.ReadToEnd();
            parts.Add(new FormPart(disposition.Name.ToString().Trim('"'), isFile, isFile ? "" : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(content))));
        }

        return parts;
    }
}
