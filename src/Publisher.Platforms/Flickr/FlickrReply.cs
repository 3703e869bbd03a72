using System.Globalization;
using System.Text.Json;
using System.Web;
using System.Xml;
using System.Xml.Linq;

namespace Publisher.Platforms.Flickr;

/// <summary>What Flickr said. Failures arrive with status 200; uploads answer XML, everything else JSON, and the sign-in a form.</summary>
internal sealed record FlickrReply
{
    /// <summary>Whether the answer is Flickr's and says that it was done.</summary>
    public bool IsOk { get; private init; }

    /// <summary>Set where the answer is Flickr's and says that it failed.</summary>
    public int? Code { get; private init; }

    /// <summary>What is wrong with the signature, in the words of the OAuth problem reporting extension.</summary>
    public string? OAuthProblem { get; private init; }

    public string? PhotoId { get; private init; }

    /// <summary>What a refused upload said about waiting.</summary>
    public TimeSpan? Wait { get; private init; }

    public static FlickrReply Read(Answer answer)
    {
        if (HttpUtility.ParseQueryString(answer.Body.Trim())["oauth_problem"] is { Length: > 0 } problem)
        {
            return new FlickrReply { OAuthProblem = problem };
        }

        return answer.Json() is { } json ? Of(json) : Xml(answer.Body) is { } xml ? Of(xml) : new FlickrReply();
    }

    /// <summary>A whole number, whichever way it is written: Flickr uses both, for the same field.</summary>
    public static long? Number(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var whole) => whole,
        { ValueKind: JsonValueKind.String } text when long.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var whole) => whole,
        _ => null,
    };

    private static FlickrReply Of(JsonElement json) => new()
    {
        IsOk = json.Text("stat") == "ok",
        Code = json.Text("stat") == "fail" ? (int?)Number(json.Get("code")) : null,
        PhotoId = json.Get("photoid").Text("_content"),
    };

    private static FlickrReply Of(XElement rsp)
    {
        var error = rsp.Element("err");
        return new FlickrReply
        {
            IsOk = (string?)rsp.Attribute("stat") == "ok",
            Code = (string?)rsp.Attribute("stat") == "fail" && Whole(error, "code") is { } code ? code : null,
            PhotoId = rsp.Element("photoid")?.Value.Trim(),
            Wait = (Whole(error, "non_pro_desktop_upload_wait_time") ?? Whole(rsp, "non_pro_desktop_upload_wait_time")) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    /// <summary>Where the number of seconds to wait stands is not documented: as an attribute or as an element.</summary>
    private static int? Whole(XElement? element, string name) =>
        int.TryParse((string?)element?.Attribute(name) ?? (string?)element?.Element(name), NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : null;

    private static XElement? Xml(string body)
    {
        try
        {
            using var text = new StringReader(body);
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XElement.Load(reader) is { Name.LocalName: "rsp" } rsp ? rsp : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
