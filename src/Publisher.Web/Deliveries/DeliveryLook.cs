namespace Publisher.Web.Deliveries;

/// <summary>How a state is shown: a tone, a sign, and a word by "state.NAME". Never by colour alone.</summary>
internal static class DeliveryLook
{
    /// <summary>Somebody has to look or decide before anything more happens.</summary>
    public static readonly DeliveryState[] NeedsPerson =
    [
        DeliveryState.CannotTell, DeliveryState.SignInNeeded, DeliveryState.PartlyOut, DeliveryState.Rejected, DeliveryState.Missed, DeliveryState.Refused,
    ];

    public static readonly DeliveryState[] Out = [DeliveryState.Published, DeliveryState.OutByHand];

    /// <summary>It will still move by itself.</summary>
    public static readonly DeliveryState[] Moving =
    [
        DeliveryState.Waiting, DeliveryState.Sending, DeliveryState.Processing, DeliveryState.Unclear, DeliveryState.Retracting,
    ];

    public static (string Tone, string Icon) Of(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => ("", "schedule"),
        DeliveryState.Sending => ("", "send"),
        DeliveryState.Processing => ("", "hourglass_top"),
        DeliveryState.Unclear => ("warn", "help"),
        DeliveryState.CannotTell => ("warn", "help"),
        DeliveryState.SignInNeeded => ("warn", "key"),
        DeliveryState.Published => ("good", "check"),
        DeliveryState.PartlyOut => ("warn", "timelapse"),
        DeliveryState.Rejected => ("bad", "block"),
        DeliveryState.Missed => ("bad", "event_busy"),
        DeliveryState.Refused => ("bad", "gpp_bad"),
        DeliveryState.OutByHand => ("good", "pan_tool_alt"),
        DeliveryState.HandedOver => ("warn", "pan_tool_alt"),
        DeliveryState.Retracting => ("", "hourglass_top"),
        DeliveryState.Retracted => ("", "undo"),
        _ => ("", "cancel"),
    };
}
