using Microsoft.Extensions.Localization;

namespace Publisher.Web.Messages;

internal static class Plural
{
    /// <summary>The sentence for one ("KEY.one") or for several, with all its values.</summary>
    public static string Many(this IStringLocalizer words, string key, int count, params object[] values)
    {
        var one = words[$"{key}.one", values];
        return count == 1 && !one.ResourceNotFound ? one : words[key, values];
    }
}
