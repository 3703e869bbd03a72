namespace Publisher.Sandbox;

/// <summary>What the methods for Telegram's channels take: everything of the documentation that concerns channels and files that come along.</summary>
internal sealed partial class Telegram
{
    // In one file and in this order, for each is made of those before it.
    private static readonly Shape ChatId = Shape.Either(Shape.Whole, Shape.Text);

    private static readonly Shape Entities = Shape.List(Shape.Object(("type!", Shape.Text), ("offset!", Shape.Whole), ("length!", Shape.Whole), ("url", Shape.Text), ("language", Shape.Text)));

    private static readonly (string Name, Shape Shape)[] Sending =
    [
        ("chat_id!", ChatId), ("disable_notification", Shape.Flag), ("protect_content", Shape.Flag), ("allow_paid_broadcast", Shape.Flag),
        ("reply_parameters", Shape.Object(("message_id!", Shape.Whole), ("chat_id", ChatId), ("allow_sending_without_reply", Shape.Flag))),
    ];

    private static readonly (string Name, Shape Shape)[] Captioned =
        [("caption", Shape.Text), ("caption_entities", Entities), ("show_caption_above_media", Shape.Flag), ("has_spoiler", Shape.Flag)];

    private static readonly (string Name, Shape Shape)[] Moving =
        [("duration", Shape.Whole), ("width", Shape.Whole), ("height", Shape.Whole), ("supports_streaming", Shape.Flag), ("start_timestamp", Shape.Whole)];

    private static readonly (string Name, Shape Shape)[] Saying =
    [
        ("text!", Shape.Text), ("entities", Entities),
        ("link_preview_options", Shape.Object(("is_disabled", Shape.Flag), ("url", Shape.Text), ("prefer_small_media", Shape.Flag), ("prefer_large_media", Shape.Flag), ("show_above_text", Shape.Flag))),
    ];

    private static readonly (string Name, Shape Shape)[] Named = [("chat_id!", ChatId), ("message_id!", Shape.Whole)];

    private static readonly Shape Message = Shape.Object([.. Sending, .. Saying]);

    private static readonly Shape TextEdit = Shape.Object([.. Named, .. Saying]);

    private static readonly Shape CaptionEdit = Shape.Object([.. Named, ("caption", Shape.Text), ("caption_entities", Entities), ("show_caption_above_media", Shape.Flag)]);

    private static readonly Shape Photo = Shape.Object([.. Sending, .. Captioned, ("photo!", Shape.Text)]);

    private static readonly Shape Video = Shape.Object([.. Sending, .. Captioned, .. Moving, ("video!", Shape.Text)]);

    private static readonly Shape Item = Shape.Either(
        Shape.Object([.. Captioned, ("type!", Shape.OneOf("photo")), ("media!", Shape.Text)]),
        Shape.Object([.. Captioned, .. Moving, ("type!", Shape.OneOf("video")), ("media!", Shape.Text)]));

    private static readonly Shape Group = Shape.Object([.. Sending, ("media!", Shape.List(Item, 10, 2))]);
}
