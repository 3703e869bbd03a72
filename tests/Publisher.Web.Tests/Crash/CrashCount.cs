using System.Globalization;
using Publisher.Platforms;
using Publisher.Sandbox;
using Publisher.Web.Deliveries;

namespace Publisher.Web.Tests.Crash;

/// <summary>What rounds came to.</summary>
/// <param name="Freezes">Machines that stood still for longer than their lease.</param>
/// <param name="Missed">Texts that had seconds, whose deadline passed while nothing ran.</param>
/// <param name="Left">Posts that a person must look for, where the platform's listing can't tell.</param>
/// <param name="Cut">Started attempts whose process was gone before it heard or saved how they ended.</param>
internal sealed record CrashFigures(int Kills, int Freezes, int Holds, int Approved, int Seen, int Twice, int Lost, int Early, int Held, int Late, int Unapproved, int Missed, int Left, int Cut, TimeSpan Time)
{
    public static readonly CrashFigures None = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero);

    public static CrashFigures operator +(CrashFigures one, CrashFigures other) => new(
        one.Kills + other.Kills, one.Freezes + other.Freezes, one.Holds + other.Holds, one.Approved + other.Approved, one.Seen + other.Seen, one.Twice + other.Twice, one.Lost + other.Lost,
        one.Early + other.Early, one.Held + other.Held, one.Late + other.Late, one.Unapproved + other.Unapproved, one.Missed + other.Missed, one.Left + other.Left, one.Cut + other.Cut,
        one.Time + other.Time);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kills} kills, {Freezes} freezes, {Holds} holds; {Approved} posts approved, {Seen} seen; {Lost} lost, {Twice} twice, {Early} early, {Held} started under a hold, {Late} started after the deadline, {Unapproved} unapproved; {Missed} missed, {Left} left to a person, {Cut} attempts cut off; {Time.TotalSeconds:0} s");
}

/// <summary>Compares what readers see with what was approved and with what the product believes.</summary>
/// <param name="inCopy">Whether another installation may have brought what this one did not.</param>
internal sealed class CrashCount(IReadOnlyList<SandboxPost> posts, IReadOnlyList<Delivery> deliveries, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> held, bool inCopy = false)
{
    /// <summary>What is wrong, one line each; empty where all is well.</summary>
    public List<string> Faults { get; } = [];

    public CrashFigures Take(IReadOnlyList<ApprovedText> approved)
    {
        var figures = CrashFigures.None;
        var byChannel = posts.ToLookup(post => (post.Platform, post.Account));
        var byPlace = deliveries.ToDictionary(row => (row.MessageId, row.ChannelId));
        var claimed = new HashSet<(string, string)>();
        foreach (var text in approved)
        {
            var found = byChannel[(text.Platform.Info.Name, text.Account)].Where(post => post.Text.Contains(text.Words, StringComparison.Ordinal)).ToList();
            found.ForEach(post => claimed.Add((post.Platform, post.Id)));
            figures += Take(text, found, byPlace.GetValueOrDefault((text.MessageId, text.ChannelId)));
        }

        var foreign = posts.Where(post => !claimed.Contains((post.Platform, post.Id))).ToList();
        Faults.AddRange(foreign.Select(post => $"{post.Platform} {post.Account}: nobody approved \"{post.Text}\""));
        var attempts = deliveries.SelectMany(row => row.Attempts.Select(attempt => (Delivery: row, Attempt: attempt))).ToList();
        var late = attempts.Where(one => one.Attempt.StartedAt > one.Delivery.Deadline).ToList();
        var underHold = attempts.Where(one => held.Any(hold => one.Attempt.StartedAt > hold.From && one.Attempt.StartedAt < hold.To)).ToList();
        Faults.AddRange(late.Select(one => $"Delivery {one.Delivery.Id}: an attempt started at {one.Attempt.StartedAt:HH:mm:ss.fff}, after {one.Delivery.Deadline:HH:mm:ss.fff}"));
        Faults.AddRange(underHold.Select(one => $"Delivery {one.Delivery.Id}: an attempt started at {one.Attempt.StartedAt:HH:mm:ss.fff}, under a hold"));
        return figures with
        {
            Unapproved = foreign.Count,
            Late = late.Count,
            Held = underHold.Count,
            Cut = attempts.Count(one => one.Attempt.Code == "process.ended"),
        };
    }

    private CrashFigures Take(ApprovedText text, List<SandboxPost> found, Delivery? delivery)
    {
        var wanted = text.Parts.Count;
        var one = CrashFigures.None with { Approved = wanted, Seen = Math.Min(found.Count, wanted) };
        if (found.Count > wanted)
        {
            one = one with { Twice = found.Count - wanted };
            Fault($"seen {found.Count} times instead of {wanted}", text, delivery);
        }

        if (found.Exists(post => post.At < text.Due))
        {
            one = one with { Early = found.Count(post => post.At < text.Due) };
            Fault($"visible at {found[0].At:HH:mm:ss.fff}, before due", text, delivery);
        }

        var missing = wanted - one.Seen;
        switch (delivery?.State)
        {
            case DeliveryState.Published when missing == 0:
                if (!text.Parts.All(number => found.Exists(post => IsOf(post, delivery.Parts.Find(row => row.Number == number)))))
                {
                    Fault($"visible as {string.Join(' ', found.Select(post => post.Id))}, and not known as such", text, delivery);
                }

                break;
            case DeliveryState.CannotTell or DeliveryState.PartlyOut when !IsTold(text):
                one = one with { Left = wanted };
                break;
            // Its deadline came: whether it was right to give up is what the attempts say, and they ended certainly without a post.
            case DeliveryState.Missed when found.Count == 0 && delivery.Deadline - delivery.Due < TimeSpan.FromMinutes(1):
                one = one with { Missed = wanted };
                break;
            default:
                one = one with { Lost = missing };
                Fault(missing > 0 ? "not visible" : "visible, and not known as such", text, delivery);
                break;
        }

        return one;
    }

    /// <summary>Whether the platform's listing shows what is there and what is not; where it doesn't, docs/platforms says so and a person has to look.</summary>
    private bool IsTold(ApprovedText text) =>
        text.Platform is IRecall && text.Platform.Info.CanProveAbsence && text.Platform.Info.Name switch
        {
            "tiktok" => text.Kind is not (CrashKind.Picture or CrashKind.TwoPictures) && !inCopy,
            // A video is asked about by the number it got when it was brought.
            "youtube" => !inCopy,
            _ => true,
        };

    private static bool IsOf(SandboxPost post, DeliveryPart? part) => part?.RemoteId is { } id && (post.Id == id || id.EndsWith(post.Id, StringComparison.Ordinal) || post.Id.EndsWith(id, StringComparison.Ordinal));

    private void Fault(string what, ApprovedText text, Delivery? delivery)
    {
        var attempts = delivery?.Attempts.Where(attempt => text.Parts.Contains(attempt.Part)).OrderBy(attempt => attempt.StartedAt)
            .Select(attempt => $"{attempt.Number} of claim {attempt.Lease} {attempt.StartedAt:HH:mm:ss.fff} to {attempt.EndedAt:HH:mm:ss.fff} {attempt.Outcome} {attempt.Code} {attempt.RemoteId}") ?? [];
        Faults.Add($"{text.Platform.Info.Name} {text.Account} \"{text.Words}\" due {text.Due:HH:mm:ss.fff}: {what}; {delivery?.State} {delivery?.Code} {delivery?.Answer}; attempts: {string.Join(", ", attempts)}");
    }
}
