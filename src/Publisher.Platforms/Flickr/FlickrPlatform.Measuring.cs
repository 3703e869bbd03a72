using System.Text.Json;

namespace Publisher.Platforms.Flickr;

/// <summary>Views of the account's photos from its own listing, and how many made each a favourite, which is told for one photo at a time.</summary>
internal sealed partial class FlickrPlatform
{
    public async Task<Measured> MeasureAsync(IReadOnlyList<RemotePost> posts, Account account, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, Counts>(StringComparer.Ordinal);
        var keys = OAuthKeys.Of(account.Credentials);
        var missing = posts.Select(post => post.Id).ToHashSet(StringComparer.Ordinal);
        for (var page = 1; page <= MostPages && missing.Count > 0; page++)
        {
            List<(string Name, string Value)> arguments = [("user_id", "me"), ("extras", "views"), ("per_page", $"{Listed}"), ("page", $"{page}"), ("safe_search", "3"), ("content_type", "7")];
            var answer = await ReadAsync("flickr.people.getPhotos", arguments, keys, account.Server, cancellationToken);
            var reply = FlickrReply.Read(answer);
            var photos = answer.Json().Get("photos");
            if (!answer.IsSuccess || !reply.IsOk || photos.Get("photo") is not { ValueKind: JsonValueKind.Array } list || FlickrReply.Number(photos.Get("pages")) is not { } pages)
            {
                return new Measured { Posts = counts, Failure = answer.As(Later(Meaning(answer, reply, visible: false))) };
            }

            foreach (var photo in list.EnumerateArray())
            {
                if (photo.Text("id") is { } id && missing.Remove(id))
                {
                    counts[id] = new Counts(Views: FlickrReply.Number(photo.Get("views")));
                }
            }

            if (page >= pages)
            {
                break;
            }
        }

        foreach (var id in counts.Keys.ToList())
        {
            // One of those who did would be listed; only their number is wanted.
            var answer = await ReadAsync("flickr.photos.getFavorites", [("photo_id", id), ("per_page", "1")], keys, account.Server, cancellationToken);
            var reply = FlickrReply.Read(answer);
            if (!answer.IsSuccess || !reply.IsOk || FlickrReply.Number(answer.Json().Get("photo").Get("total")) is not { } favourites)
            {
                return new Measured { Posts = counts, Failure = answer.As(Later(Meaning(answer, reply, visible: false))) };
            }

            counts[id] = counts[id] with { Likes = favourites };
        }

        return new Measured { Posts = counts };
    }
}
