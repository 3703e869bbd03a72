namespace Publisher.Platforms.Pixelfed;

/// <summary>Counts from the account's own listing, as far as the own server knows of them. Views are not counted.</summary>
internal sealed partial class PixelfedPlatform
{
    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        using var who = Signed(HttpMethod.Get, "api/v1/accounts/verify_credentials", account);
        var person = await http.AskAsync(who, cancellationToken);
        if (!person.IsSuccess || person.Json().Count("followers_count") is not { } followers)
        {
            return new Measured { Failure = person.As(NotSeen(person)) };
        }

        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        string? last = null;
        for (var page = 0; page < MostPages && missing.Count > 0; page++)
        {
            var answer = await ListAsync(last, account, cancellationToken);
            if (answer.JsonList() is not { } statuses)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = answer.As(NotSeen(answer)) };
            }

            foreach (var status in statuses)
            {
                if (Id(status, "id") is { } id && missing.Remove(id))
                {
                    counts[id] = new Counts(status.Count("favourites_count"), status.Count("reblogs_count"), status.Count("replies_count"));
                }
            }

            // A page that ends where the one before it ended leads no further: some versions ignored max_id.
            if (statuses.Count == 0 || Id(statuses[^1], "id") is not { } end || end == last)
            {
                break;
            }

            last = end;
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
