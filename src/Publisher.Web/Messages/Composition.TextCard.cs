using Publisher.Web.Media;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>The picture of the text, for channels that take no post without one.</summary>
public sealed partial class Composition
{
    private const string CardName = "text.jpg";

    /// <summary>What a picture of the text would show; "" where there is nothing to show.</summary>
    public string CardText => TextCard.TextOf(Draft);

    /// <summary>Titles of the channels that get this file.</summary>
    public IReadOnlyList<string> ChannelsWith(DraftMedia media) =>
    [
        .. Posts.Where(post => Draft.Channels.Any(chosen => chosen.ChannelId == post.Channel.Id && media.GoesTo(chosen.Variant is { } place ? Draft.Variants[place] : null)))
            .Select(post => post.Platform.Info.Title).Distinct(),
    ];

    /// <summary>Takes the drawn picture in like any other, and gives it to the channels that can't go without one.</summary>
    /// <param name="text">The text that was drawn.</param>
    public async Task<Refusal?> AddTextCardAsync(Stream picture, string text, CancellationToken cancellationToken)
    {
        var added = await room.Media.AddAsync(actor, Draft.SenderId, picture, CardName, cancellationToken);
        if (added.Refusal is { } refusal)
        {
            return refusal;
        }

        var file = added.Value!;
        if (Draft.Media.Any(media => media.MediaId == file.Id && !media.IsTextCard))
        {
            return new Refusal("media.twice");
        }

        Know(file);
        GiveTextCard(file.Id, text);
        return null;
    }

    /// <summary>Whether the picture of this very text is there already.</summary>
    public bool HasTextCard => CurrentCard is not null;

    private DraftMedia? CurrentCard => Draft.Media.FirstOrDefault(media => media.IsTextCard && media.CardText == CardText && FileOf(media) is not null);

    /// <summary>Gives the picture that is there to the channels that have come since.</summary>
    public void ShareTextCard() => GiveTextCard(CurrentCard!.MediaId, CardText);

    private void GiveTextCard(long mediaId, string text)
    {
        var wanting = Posts.Where(post => post.Problems.Any(problem => problem.Code is "media.needed" or "image.needed")).Select(post => post.Channel.Id).ToHashSet();
        Edit(draft => Prune(TextCard.Put(draft, mediaId, text, wanting)));
    }
}
