using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Platforms;
using Publisher.Web.Channels;
using Publisher.Web.Deliveries;
using Publisher.Web.People;
using Publisher.Web.Shell;

namespace Publisher.Web.Messages;

public sealed partial class DeliveryLine
{
    [Parameter, EditorRequired]
    public required ChannelStory Line { get; set; }

    [Parameter, EditorRequired]
    public required MessageStory Story { get; set; }

    [Parameter]
    public DateTimeOffset Now { get; set; }

    [Parameter]
    public EventCallback OnChange { get; set; }

    private Delivery? Delivery => Line.Delivery;

    // Whatever the database says, only a web address becomes a link.
    private string? Permalink => Uri.TryCreate(Delivery?.Permalink, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? Delivery!.Permalink : null;

    private string Said
    {
        get
        {
            if (Delivery is not { } delivery)
            {
                return Story.Message.State == MessageState.Approved ? M["said.left.out"] : "";
            }

            var last = delivery.Attempts.MaxBy(attempt => attempt.StartedAt);
            switch (delivery.State)
            {
                case DeliveryState.Published when last is not null:
                    var id = delivery.Parts.Count > 1 ? M["said.parts", delivery.Parts.Count].Value : M["said.post", Short(delivery.Parts.FirstOrDefault()?.RemoteId ?? "")].Value;
                    var tries = delivery.Attempts.Max(attempt => attempt.Number);
                    var status = last.Status is { } code ? $"{code.ToString(CultureInfo.InvariantCulture)} · " : "";
                    var how = delivery.Code == "recall.found" ? $" · {Code("recall.found")}" : tries > 1 ? $" · {M["said.tries", tries]}" : "";
                    return status + id + how;
                case DeliveryState.Waiting when delivery.Code.Length == 0:
                    return delivery.Attempts.Count == 0 && delivery.Parts.Exists(part => part.PreparedAt is not null) ? M["said.prepared"] : M["said.planned", Clock.Full(delivery.Due, Story.Message.TimeZone)];
                case DeliveryState.Waiting when delivery.NextAt is { } next:
                    return $"{Code(delivery.Code)} {M["said.next", Clock.Label(next, Story.Message.TimeZone, Now), Clock.Label(delivery.Deadline, Story.Message.TimeZone, Now)]}";
                case DeliveryState.HandedOver:
                    return M["said.handed.over", Clock.Label(delivery.Deadline, Story.Message.TimeZone, Now)];
                case DeliveryState.CannotTell:
                    return $"{M["said.cannot.tell", last is null ? "" : Exact(last.StartedAt)]} {Code(delivery.Code)}";
                case DeliveryState.Missed:
                    return $"{M["said.missed", Clock.Label(delivery.Deadline, Story.Message.TimeZone, Now)]} {Code(delivery.Code)}";
                case DeliveryState.PartlyOut:
                    return $"{M["said.partly", delivery.Parts.Count(part => part.PublishedAt is not null), delivery.Parts.Count]} {Code(delivery.Code)}";
                default:
                    return Code(delivery.Code);
            }
        }
    }

    /// <summary>What somebody does now; "" where there is nothing to do, or a button says it.</summary>
    private string Next => Delivery switch
    {
        { State: DeliveryState.CannotTell } => M[Story.Can(Act.DecideDelivery) ? "next.CannotTell" : "next.CannotTell.other"],
        { State: DeliveryState.SignInNeeded } waiting => M["next.SignInNeeded", Clock.Label(waiting.Deadline, Story.Message.TimeZone, Now)],
        // A correction that is duplicated would be a post of its own.
        { Way: not null } => "",
        { State: DeliveryState.Rejected } when Story.Can(Act.Draft) => M["next.Rejected"],
        { State: DeliveryState.Refused } when Story.Can(Act.Draft) => M[Line.Channel.Health is ChannelHealth.Alarmed ? "next.Refused" : "next.Refused.looked"],
        _ => "",
    };

    private string Code(string code)
    {
        if (code.Length == 0)
        {
            return "";
        }

        var words = M[$"code.{code}"];
        return words.ResourceNotFound ? M["code.other", code] : words;
    }

    private string Exact(DateTimeOffset time) => Zoned.Exact(time, Story.Message.TimeZone);

    private static string Short(string id) => id.Length > 18 ? id[..17] + "…" : id;
}
