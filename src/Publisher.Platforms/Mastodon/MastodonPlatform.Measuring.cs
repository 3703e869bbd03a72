namespace Publisher.Platforms.Mastodon;

/// <summary>Counts from the account's own listing, which every server has. They are those the own server knows of.</summary>
internal sealed partial class MastodonPlatform
{
    private const int MostMeasured = 10;

    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        using var who = Signed(HttpMethod.Get, "api/v1/accounts/verify_credentials", account);
        var person = await http.AskAsync(who, cancellationToken);
        if (!person.IsSuccess || person.Json().Count("followers_count") is not { } followers)
        {
            return new Measured { Failure = person.As(Later(Meaning(person, visible: false))) };
        }

        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        var before = "";
        for (var page = 0; page < MostMeasured && missing.Count > 0; page++)
        {
            using var request = Signed(HttpMethod.Get, $"api/v1/accounts/{Uri.EscapeDataString(account.Id)}/statuses?limit={PageSize}&exclude_reblogs=true{before}", account);
            var answer = await http.AskAsync(request, cancellationToken);
            if (answer.JsonList() is not { } statuses)
            {
                return new Measured { Followers = followers, Posts = counts, Failure = answer.As(Later(Meaning(answer, visible: false))) };
            }

            foreach (var status in statuses)
            {
                var id = status.Text("id") ?? "";
                if (missing.Remove(id))
                {
                    counts[id] = new Counts(status.Count("favourites_count"), status.Count("reblogs_count"), status.Count("replies_count"));
                }

                before = $"&max_id={Uri.EscapeDataString(id)}";
            }

            if (statuses.Count == 0)
            {
                break;
            }
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
