using Microsoft.Extensions.Localization;

namespace Publisher.Web.Schedule;

internal static class HoldNames
{
    /// <summary>What a hold stops, in words.</summary>
    public static string Of(IStringLocalizer<Words> words, HoldView hold) => hold.Scope switch
    {
        "all" => words["holds.all"],
        "sender" => words["holds.sender", hold.Name],
        "channel" => words["holds.channel", hold.Name],
        _ => words["holds.label.name", hold.Name],
    };
}
