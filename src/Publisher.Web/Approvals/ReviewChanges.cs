using Publisher.Platforms;
using Publisher.Web.Messages;

namespace Publisher.Web.Approvals;

/// <summary>A text that reads otherwise than before, on these channels.</summary>
public sealed record TextChange(IReadOnlyList<ShownPost> Posts, IReadOnlyList<DiffRun> Runs);

/// <summary>Anything else that is otherwise: a code the screens word, and what it is about.</summary>
public sealed record FactChange(string Code, IReadOnlyList<ShownPost> Posts, string Before, string After);

/// <summary>What differs between what was decided on last and what is up for review now.</summary>
public sealed record ReviewChanges(
    IReadOnlyList<TextChange> Texts,
    IReadOnlyList<FactChange> Facts,
    IReadOnlyList<ShownPost> Added,
    IReadOnlyList<ShownPost> Removed,
    DateTimeOffset? DueBefore,
    DateTimeOffset? DueNow,
    TimeSpan? GraceBefore,
    TimeSpan? GraceNow)
{
    public bool IsDueChanged => DueBefore != DueNow;

    public bool IsGraceChanged => GraceBefore != GraceNow;

    public bool IsEmpty => Texts.Count + Facts.Count + Added.Count + Removed.Count == 0 && !IsDueChanged && !IsGraceChanged;

    /// <param name="old">What the posts before were submitted with; null, as the new one, where only posts are compared.</param>
    public static ReviewChanges Of(IReadOnlyList<ShownPost> before, IReadOnlyList<ShownPost> now, Submission? old = null, Submission? submission = null)
    {
        var both = now.Select(post => (Now: post, Before: before.FirstOrDefault(old => old.Channel.Id == post.Channel.Id))).Where(pair => pair.Before is not null).ToList();
        var texts = both
            .Select(pair => (pair.Now, Old: TextOf(pair.Before!), New: TextOf(pair.Now)))
            .Where(pair => pair.Old != pair.New)
            .GroupBy(pair => (pair.Old, pair.New))
            .Select(same => new TextChange([.. same.Select(pair => pair.Now)], WordDiff.Glance(WordDiff.Of(same.Key.Old, same.Key.New))));
        var facts = both
            .SelectMany(pair => FactsOf(pair.Before!, pair.Now).Select(fact => (pair.Now, Fact: fact)))
            .GroupBy(pair => pair.Fact)
            .Select(same => new FactChange(same.Key.Code, [.. same.Select(pair => pair.Now)], same.Key.Before, same.Key.After));
        return new ReviewChanges(
            [.. texts],
            [.. facts],
            [.. now.Where(post => before.All(old => old.Channel.Id != post.Channel.Id))],
            [.. before.Where(old => now.All(post => post.Channel.Id != old.Channel.Id))],
            old?.ProposedDue,
            submission?.ProposedDue,
            old?.Grace,
            submission?.Grace);
    }

    private static string TextOf(ShownPost shown) => string.Join("\n\n", shown.Post.Parts.Select(part => part.Text));

    private static IEnumerable<(string Code, string Before, string After)> FactsOf(ShownPost before, ShownPost now)
    {
        var old = MediaOf(before);
        var present = MediaOf(now);
        foreach (var media in present.Where(media => old.TrueForAll(one => one.Hash != media.Hash)))
        {
            yield return ("media.added", "", Named(media));
        }

        foreach (var media in old.Where(media => present.TrueForAll(one => one.Hash != media.Hash)))
        {
            yield return ("media.removed", Named(media), "");
        }

        foreach (var (was, isNow) in old.Join(present, media => media.Hash, media => media.Hash, (was, isNow) => (was, isNow)))
        {
            if (was.AltText != isNow.AltText)
            {
                yield return ("alt.changed", was.AltText, isNow.AltText);
            }

            if (was.Credit != isNow.Credit)
            {
                yield return ("credit.changed", was.Credit, isNow.Credit);
            }

            if (was.Cover?.Hash != isNow.Cover?.Hash || was.CoverAt != isNow.CoverAt)
            {
                yield return ("cover.changed", "", "");
            }

            if (Spoken(was.Captions) is var spoken && spoken != Spoken(isNow.Captions))
            {
                yield return ("captions.changed", spoken, Spoken(isNow.Captions));
            }

            foreach (var captions in isNow.Captions.Where(one => was.Captions.Any(other => other.Language == one.Language && other.Hash != one.Hash)))
            {
                yield return ("captions.replaced", "", Languages.Name(captions.Language));
            }
        }

        if (CardOf(before) is var card && card != CardOf(now))
        {
            yield return ("card.changed", card, CardOf(now));
        }

        if (OptionsOf(before) is var options && options != OptionsOf(now))
        {
            yield return ("options.changed", options, OptionsOf(now));
        }
    }

    private static List<Publisher.Platforms.Media> MediaOf(ShownPost shown) => [.. shown.Post.Parts.SelectMany(part => part.Media)];

    private static string Spoken(IEnumerable<Publisher.Platforms.Media> captions) => string.Join(", ", captions.Select(one => Languages.Name(one.Language)).Order(StringComparer.Ordinal));

    private static string Named(Publisher.Platforms.Media media) => media.AltText.Length > 0 ? media.AltText : media.Type;

    private static string CardOf(ShownPost shown) =>
        string.Join(" · ", shown.Post.Parts.Where(part => part.Card is not null).Select(part => $"{part.Card!.Title}, {part.Card.Description}, {part.Card.Address}"));

    private static string OptionsOf(ShownPost shown) => string.Join(" · ", shown.Options().Select(option => $"{option.Title}: {option.Value}"));
}
