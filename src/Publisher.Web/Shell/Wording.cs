using Microsoft.Extensions.Localization;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

internal static class Wording
{
    /// <summary>The sentence for a refusal: from the feature's own words, else from the shell's.</summary>
    public static string Say(this IStringLocalizer words, IStringLocalizer<Words> shell, Refusal refusal)
    {
        var key = $"refusal.{refusal.Code}";
        var own = words[key, [.. refusal.Values]];
        return own.ResourceNotFound ? shell[key, [.. refusal.Values]] : own;
    }
}
