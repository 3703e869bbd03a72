namespace Publisher.Sandbox;

/// <summary>What LinkedIn tells a page about its readers.</summary>
internal sealed partial class LinkedIn
{
    private Answer FollowerCount(Call call)
    {
        if (call.Asked("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER" || Accounts.All(account => account.Id != call["urn"]))
        {
            Object(call, "edgeType must be COMPANY_FOLLOWED_BY_MEMBER, of an organization");
            return Error(400, "ILLEGAL_ARGUMENT", "Invalid edge", 0);
        }

        return Answer.Json(new { firstDegreeSize = SandboxCounts.Followers(call["urn"]) });
    }

    private Answer CountPosts(Call call)
    {
        if (NeedMethod(call, "FINDER") is { } refusal)
        {
            return refusal;
        }

        var (shares, others) = (Listed(call.Asked("shares")), Listed(call.Asked("ugcPosts")));
        if (call.Asked("q") != "organizationalEntity" || shares is null || others is null || shares.Concat(others).Any(urn => !urn.StartsWith("urn:li:", StringComparison.Ordinal)))
        {
            Object(call, "the finder is q=organizationalEntity, with lists of URNs");
            return Error(400, "ILLEGAL_ARGUMENT", "Invalid finder parameters", 0);
        }

        if (call.Asked("organizationalEntity") != call.Account.Id)
        {
            return Error(403, "ACCESS_DENIED", "No role for " + call.Asked("organizationalEntity"), 100);
        }

        return Answer.Json(new
        {
            paging = new { start = 0, count = 10, links = Array.Empty<object>() },
            elements = Found(shares, "share").Concat(Found(others, "ugcPost")),
        });

        IEnumerable<Dictionary<string, object>> Found(string[] urns, string kind) => urns
            .Where(urn => urn.StartsWith($"urn:li:{kind}:", StringComparison.Ordinal) && Feed.Find(urn) is { DeletedAt: null } post && post.Account == call.Account.Id)
            .Select(urn => new Dictionary<string, object>
            {
                [kind] = urn,
                ["organizationalEntity"] = call.Account.Id,
                ["totalShareStatistics"] = Statistics(SandboxCounts.Of(urn)),
            });
    }

    private static object Statistics(SandboxCounts counts) => new
    {
        likeCount = counts.Likes,
        shareCount = counts.Shares,
        commentCount = counts.Replies,
        impressionCount = counts.Views,
        uniqueImpressionsCount = counts.Views / 2,
        clickCount = counts.Views / 40,
        engagement = 0.05,
    };

    /// <summary>A list as RestLi writes it; empty where none was asked for, null where it is something else.</summary>
    private static string[]? Listed(string? list) =>
        list is null ? [] : list.StartsWith("List(", StringComparison.Ordinal) && list.EndsWith(')') ? list["List(".Length..^1].Split(',') : null;
}
