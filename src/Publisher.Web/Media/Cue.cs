using System.Net;

namespace Publisher.Web.Media;

/// <summary>One caption: from when to when it is shown.</summary>
/// <param name="Text">As WebVTT writes it.</param>
/// <param name="Settings">Where it stands on the picture, as WebVTT writes it; "" for the usual place.</param>
public sealed record Cue(TimeSpan From, TimeSpan To, string Text, string Settings)
{
    /// <summary>The words, with the marks that are sent along.</summary>
    public string Words => WebUtility.HtmlDecode(Text);
}
