using System.Text.Json;
using Publisher.Web.Messages;

namespace Publisher.Web.Approvals;

/// <summary>One text, shown once, with every channel that says exactly this, in the same way where it corrects a live post.</summary>
/// <param name="Looks">By media, alt texts and card; the most common first. More than one where channels differ in them.</param>
public sealed record TextGroup(IReadOnlyList<ShownPost> Posts, IReadOnlyList<IReadOnlyList<ShownPost>> Looks)
{
    /// <param name="sources">Hashes: of the picture that was chosen, by that of the copy made of it for a platform that takes less.</param>
    public static IReadOnlyList<TextGroup> Of(IEnumerable<ShownPost> posts, IReadOnlyDictionary<string, string> sources) =>
        [.. posts
            .GroupBy(shown => (shown.Post.Parts[0].Correction?.Way, Text: string.Join('\0', shown.Post.Parts.Select(part => part.Text))))
            .Select(text => new TextGroup([.. text], LooksOf(text, sources)))
            .OrderByDescending(group => group.Posts.Count)];

    private static IReadOnlyList<IReadOnlyList<ShownPost>> LooksOf(IEnumerable<ShownPost> posts, IReadOnlyDictionary<string, string> sources) =>
        [.. posts.GroupBy(shown => LookOf(shown, sources)).OrderByDescending(look => look.Count()).Select(look => look.ToList())];

    // By what was chosen, not by the bytes: the same picture is kept in a size of its own where a platform takes less.
    private static string LookOf(ShownPost shown, IReadOnlyDictionary<string, string> sources)
    {
        return JsonSerializer.Serialize(shown.Post.Parts.Select(part => new
        {
            Media = part.Media.Select(media => new
            {
                File = Chosen(media),
                media.AltText,
                media.Credit,
                Captions = media.Captions.Select(captions => new { captions.Language, captions.Hash }),
                Cover = Chosen(media.Cover),
                media.CoverAt,
            }),
            Card = part.Card is { } card ? new { card.Address, card.Title, card.Description, Thumb = Chosen(card.Thumb) } : null,
        }));

        string? Chosen(Publisher.Platforms.Media? media) => media is null ? null : sources.GetValueOrDefault(media.Hash, media.Hash);
    }
}
