using System.Text.Json;

namespace Publisher.Platforms.Flickr;

/// <summary>Looking among the account's own photos for the one that carries a part's key.</summary>
internal sealed partial class FlickrPlatform
{
    /// <summary>Photos in one listing, the most Flickr gives.</summary>
    private const int Listed = 500;

    /// <summary>An account that uploaded more than this many pages since the part was approved cannot be searched to the end; then it is said so.</summary>
    private const int MostPages = 10;

    /// <summary>Between the clock that made the key and Flickr's.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    public async Task<RecallResult> FindAsync(Part part, Prepared prepared, TimeWindow window, Account account, CancellationToken cancellationToken)
    {
        var (own, isComplete, failure) = await OwnAsync(part, account, cancellationToken);
        // The window says when it was opened to everyone, of which Flickr keeps no date. The key is enough: it is given once.
        return failure is not null
            ? new RecallResult { Failure = failure }
            : new RecallResult { IsComplete = isComplete, Matches = [.. own.Where(photo => photo.IsPublic).Select(photo => Remote(photo.Id, account))] };
    }

    /// <summary>Every photo with the key, public ones first, and whether all that could carry it were seen.</summary>
    private async Task<(IReadOnlyList<OwnPhoto> Photos, bool IsComplete, PublishResult? Failure)> OwnAsync(Part part, Account account, CancellationToken cancellationToken)
    {
        var tag = KeyTag(part);
        var found = new List<OwnPhoto>();
        for (var page = 1; page <= MostPages; page++)
        {
            // Without the last two, an account's own settings leave photos out.
            List<(string Name, string Value)> arguments =
                [("user_id", "me"), ("extras", "date_upload,machine_tags"), ("per_page", $"{Listed}"), ("page", $"{page}"), ("safe_search", "3"), ("content_type", "7")];
            // A key from a clock that ran ahead says nothing; then everything the account has is looked through.
            if (PartKey.Time(part.Key) is { } made && made <= time.GetUtcNow())
            {
                arguments.Add(("min_upload_date", $"{(made - ClockSlack).ToUnixTimeSeconds()}"));
            }

            var answer = await ReadAsync("flickr.people.getPhotos", arguments, OAuthKeys.Of(account.Credentials), account.Server, cancellationToken);
            var reply = FlickrReply.Read(answer);
            var photos = answer.Json().Get("photos");
            if (!answer.IsSuccess || !reply.IsOk || photos.Get("photo") is not { ValueKind: JsonValueKind.Array } list || FlickrReply.Number(photos.Get("pages")) is not { } pages)
            {
                return ([], false, answer.As(Later(Meaning(answer, reply, visible: false))));
            }

            found.AddRange(list.EnumerateArray().Where(photo => Carries(photo, tag)).Select(photo => new OwnPhoto(photo.Text("id") ?? "", Is(photo, "ispublic"))));
            if (page >= pages)
            {
                return ([.. found.Where(photo => photo.Id.Length > 0).OrderByDescending(photo => photo.IsPublic)], true, null);
            }
        }

        return (found, false, null);
    }

    /// <summary>Looking can fail for good only by a lost sign-in; all else is asked again.</summary>
    private static PublishResult Later(PublishResult failure) => failure.Outcome == Outcome.SignInNeeded ? failure : PublishResult.NotNow(failure.Code, failure.RetryAfter);

    /// <summary>A machine tag (flickr.com/groups/api/discuss/72157594497877875): kept as it is, and out of the way of readers.</summary>
    private static string KeyTag(Part part) => $"publisher:part={part.Key}";

    private static bool Carries(JsonElement photo, string tag) =>
        (photo.Text("machine_tags") ?? "").Split(' ').Contains(tag, StringComparer.OrdinalIgnoreCase);

    private sealed record OwnPhoto(string Id, bool IsPublic);
}
