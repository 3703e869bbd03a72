using System.Globalization;
using Microsoft.Extensions.Localization;
using Publisher.Web.Shell;

namespace Publisher.Web.Messages;

/// <summary>Times in a few letters, for buttons and chips. The zone stands beside them in full.</summary>
internal static class Clock
{
    /// <summary>"09:00" for today, "24 Nov, 09:00" for another day; seconds only where there are some, or everywhere in a column that is read downwards.</summary>
    public static string Label(DateTimeOffset time, string zone, DateTimeOffset now, bool withSeconds = false)
    {
        var local = Zoned.In(time, zone);
        var clock = local.Second == 0 && !withSeconds ? "HH:mm" : "HH:mm:ss";
        return local.ToString(local.Date == Zoned.In(now, zone).Date ? clock : "d MMM, " + clock, CultureInfo.CurrentCulture);
    }

    /// <summary>"Tue 24 Nov, 09:00 Berlin (UTC+1)".</summary>
    public static string Full(DateTimeOffset time, string zone)
    {
        var local = Zoned.In(time, zone);
        return $"{local.ToString(local.Second == 0 ? "ddd d MMM, HH:mm" : "ddd d MMM, HH:mm:ss", CultureInfo.CurrentCulture)} {Zoned.Place(time, zone)}";
    }

    /// <summary>"due in 18 min", "9 min late".</summary>
    public static string Until(this IStringLocalizer<MessageWords> words, DateTimeOffset due, DateTimeOffset now)
    {
        var left = due - now;
        var (key, span) = left < TimeSpan.Zero ? ("late", -left) : ("due", left);
        var (unit, value) = span.TotalSeconds < 90 ? ("seconds", span.TotalSeconds)
            : span.TotalMinutes < 90 ? ("minutes", span.TotalMinutes)
            : span.TotalHours < 36 ? ("hours", span.TotalHours)
            : ("days", span.TotalDays);
        return words[$"{key}.{unit}", (int)value];
    }

    /// <summary>"10 min", "12 h".</summary>
    public static string Span(this IStringLocalizer<MessageWords> words, TimeSpan span) =>
        span >= TimeSpan.FromHours(1) && span.Minutes == 0 ? words["span.hours", (int)span.TotalHours] : words["span.minutes", (int)span.TotalMinutes];
}
