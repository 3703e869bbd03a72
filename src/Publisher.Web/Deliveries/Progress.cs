using Microsoft.Extensions.Localization;
using Publisher.Web.Messages;

namespace Publisher.Web.Deliveries;

/// <summary>How far a message is, in one chip: "progress.KEY" with its values.</summary>
public sealed record Progress(string Key, string Tone, string Icon, int Done, int Total, bool NeedsPerson)
{
    /// <summary>How many of its deliveries are what the key names.</summary>
    public int Count { get; init; } = Total;

    public string In(IStringLocalizer<MessageWords> words) => words.Many($"progress.{Key}", Count, Done, Total, Count);

    /// <param name="deliveries">How many of its deliveries are in each state.</param>
    public static Progress Of(MessageState state, IReadOnlyDictionary<DeliveryState, int> deliveries)
    {
        switch (state)
        {
            case MessageState.Draft:
                return new("draft", "", "edit_note", 0, 0, false);
            case MessageState.InReview:
                return new("review", "warn", "visibility", 0, 0, false);
            case MessageState.Returned:
                return new("returned", "warn", "reply", 0, 0, true);
            case MessageState.Cancelled:
                return new("cancelled", "", "cancel", 0, 0, false);
        }

        var total = deliveries.Values.Sum();
        var isOut = Count(DeliveryLook.Out);
        var trouble = Array.FindAll(DeliveryLook.NeedsPerson, one => deliveries.GetValueOrDefault(one) > 0);
        var byHand = Count([DeliveryState.HandedOver]);
        var unclear = Count([DeliveryState.Unclear]);
        var moving = Count(DeliveryLook.Moving);
        var gone = Count([DeliveryState.Retracted]);
        var cancelled = Count([DeliveryState.Cancelled]);
        return total == 0 ? new("approved", "", "schedule", 0, 0, false)
            : trouble is [var only] ? new($"out.of.{only}", "bad", "error", isOut, total, true) { Count = Count(trouble) }
            : trouble.Length > 0 ? new("out.of", "bad", "error", isOut, total, true)
            : byHand > 0 ? new("by.hand", "warn", "pan_tool_alt", isOut, total, true) { Count = byHand }
            : unclear > 0 ? new("out.of", "warn", "help", isOut, total, false)
            : isOut == total ? new("out", "good", "check", isOut, total, false)
            : isOut > 0 && moving == 0 ? new("out.of", "good", "check", isOut, total, false)
            : isOut > 0 ? new("out.of", "", "send", isOut, total, false)
            : Count([DeliveryState.Sending, DeliveryState.Processing]) > 0 ? new("going", "", "send", 0, total, false)
            : moving > 0 ? new("planned", "", "schedule", 0, total, false)
            : gone > 0 ? new("retracted", "", "undo", gone, total, false)
            : new(cancelled == total ? "cancelled" : "out.of", "", "cancel", isOut, total, false);

        int Count(DeliveryState[] states) => states.Sum(one => deliveries.GetValueOrDefault(one));
    }
}
