using Publisher.Platforms;
using Publisher.Web.Messages;

namespace Publisher.Web.Approvals;

/// <summary>One text, shown once, with every channel that says exactly this, in the same way where it corrects a live post.</summary>
/// <param name="Looks">By media, alt texts and card; the most common first. More than one where channels differ in them.</param>
public sealed record TextGroup(IReadOnlyList<ShownPost> Posts, IReadOnlyList<IReadOnlyList<ShownPost>> Looks)
{
    public static IReadOnlyList<TextGroup> Of(IEnumerable<ShownPost> posts) =>
        [.. posts
            .GroupBy(shown => (shown.Post.Parts[0].Correction?.Way, Text: string.Join('\0', shown.Post.Parts.Select(part => part.Text))))
            .Select(text => new TextGroup([.. text], [.. text.GroupBy(LookOf).OrderByDescending(look => look.Count()).Select(look => look.ToList())]))
            .OrderByDescending(group => group.Posts.Count)];

    // Not the bytes: the same picture is kept in a size of its own where a platform takes less.
    private static string LookOf(ShownPost shown) => string.Join(
        '\0',
        shown.Post.Parts.SelectMany(part => part.Media.Select(Of).Append(part.Card is { } card ? $"{card.Address} {card.Title} {card.Description} {card.Thumb is not null}" : "")));

    private static string Of(Publisher.Platforms.Media media) => $"{media.IsVideo} {media.AltText} {media.Credit} {string.Join(' ', media.Captions.Select(captions => $"{captions.Language} {captions.Hash}"))} {media.Cover is not null} {media.CoverAt}";
}
