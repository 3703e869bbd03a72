using System.Text.Json;

namespace Publisher.Platforms.LinkedIn;

/// <summary>Counts of a page, with the permissions that posting asks for anyway (learn.microsoft.com/linkedin, organization-network-size and
/// share-statistics). Of a member's own posts LinkedIn tells nothing.</summary>
internal sealed partial class LinkedInPlatform
{
    /// <summary>Names in one question; an address must stay short enough for what stands in between.</summary>
    private const int MostAsked = 40;

    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        if (IsMember(account.Id))
        {
            return new Measured();
        }

        var page = Uri.EscapeDataString(account.Id);
        using var size = Restli.Get(account.Server, $"networkSizes/{page}?edgeType=COMPANY_FOLLOWED_BY_MEMBER", account.Credentials.Token);
        var network = await http.AskAsync(size, cancellationToken);
        if (!network.IsSuccess || network.Json().Count("firstDegreeSize") is not { } followers)
        {
            return new Measured { Failure = Restli.Read(network, visible: false, time) };
        }

        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        // Posts with a video are named otherwise than all others, and asked for under another name.
        foreach (var kind in posts.GroupBy(post => post.Id.StartsWith("urn:li:ugcPost:", StringComparison.Ordinal) ? "ugcPosts" : "shares"))
        {
            foreach (var some in kind.Chunk(MostAsked))
            {
                var list = string.Join(',', some.Select(post => Uri.EscapeDataString(post.Id)));
                using var request = Restli.Get(
                    account.Server, $"organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity={page}&{kind.Key}=List({list})", account.Credentials.Token, "FINDER");
                var answer = await http.AskAsync(request, cancellationToken);
                if (!answer.IsSuccess || answer.Json().Get("elements") is not { ValueKind: JsonValueKind.Array } elements)
                {
                    return new Measured { Followers = followers, Posts = counts, Failure = Restli.Read(answer, visible: false, time) };
                }

                foreach (var element in elements.EnumerateArray())
                {
                    if ((element.Text("share") ?? element.Text("ugcPost")) is { } urn && element.Get("totalShareStatistics") is { } total)
                    {
                        counts[urn] = new Counts(total.Count("likeCount"), total.Count("shareCount"), total.Count("commentCount"), total.Count("impressionCount"));
                    }
                }
            }
        }

        return new Measured { Followers = followers, Posts = counts };
    }
}
