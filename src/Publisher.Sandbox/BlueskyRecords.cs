using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Publisher.Sandbox;

/// <summary>The record calls of a Bluesky PDS.</summary>
internal sealed partial class Bluesky
{
    private const string PostCollection = "app.bsky.feed.post";
    private long _lastRev;

    private void AddRecords()
    {
        (string, Shape)[] write = [("repo!", Shape.Text), ("collection!", Shape.Text), ("record!", Shape.Any), ("validate", Shape.Flag), ("swapCommit", Shape.Text)];
        Add(
            new("POST", "xrpc/com.atproto.repo.createRecord", CallKind.Create, CreateRecord) { Accepts = ["application/json"], Shape = Shape.Object([.. write, ("rkey", Shape.Text)]) },
            new("POST", "xrpc/com.atproto.repo.putRecord", CallKind.Create, PutRecord) { Accepts = ["application/json"], Shape = Shape.Object([.. write, ("rkey!", Shape.Text), ("swapRecord", Shape.OrNull(Shape.Text))]) },
            new("POST", "xrpc/com.atproto.repo.deleteRecord", CallKind.Change, DeleteRecord)
            {
                Accepts = ["application/json"],
                Shape = Shape.Object(("repo!", Shape.Text), ("collection!", Shape.Text), ("rkey!", Shape.Text), ("swapRecord", Shape.Text), ("swapCommit", Shape.Text)),
            },
            new("GET", "xrpc/com.atproto.repo.getRecord", CallKind.Read, GetRecord) { Open = true, Query = ["repo", "collection", "rkey", "cid"] },
            new("GET", "xrpc/com.atproto.repo.listRecords", CallKind.Read, ListRecords) { Open = true, Query = ["repo", "collection", "limit", "cursor", "reverse"] });
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Sorted names: the same record has the same id, however the client ordered it.
    private static string RecordCid(JsonElement record) => Cid(0x71, SHA256.HashData(Encoding.UTF8.GetBytes(Sorted(JsonNode.Parse(record.GetRawText()))?.ToJsonString() ?? "null")));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private Answer CreateRecord(Call call)
    {
        if (Target(call) is not (null, var rkey))
        {
            return Target(call).Refusal!;
        }

        var (post, refusal) = ReadPost(call, rkey!);
        if (post is null)
        {
            return refusal!;
        }

        if (Feed.Find(post.Id) is { DeletedAt: null })
        {
            // The reference server answers its own conflict as a general failure.
            Feed.Repeat(post.Id);
            return Fail(500);
        }

        Feed.Add(post);
        return Written(post);
    }

    private Answer PutRecord(Call call)
    {
        if (Target(call) is not (null, var rkey))
        {
            return Target(call).Refusal!;
        }

        var (post, refusal) = ReadPost(call, rkey!);
        if (post is null)
        {
            return refusal!;
        }

        var existing = Feed.Find(post.Id) is { DeletedAt: null } found ? found : null;
        if (existing is not null && CidOf(existing) == CidOf(post))
        {
            // No new commit; the swap condition is not even looked at.
            Feed.Repeat(post.Id);
            return Answer.Json(new { uri = post.Id, cid = CidOf(post), validationStatus = "valid" });
        }

        if (call.Json.TryGetProperty("swapRecord", out var swap))
        {
            var expected = swap.ValueKind == JsonValueKind.Null ? null : swap.GetString();
            if (expected != (existing is null ? null : CidOf(existing)))
            {
                return Error(400, "InvalidSwap", $"Record was at {(existing is null ? "null" : CidOf(existing))}");
            }
        }

        Feed.Add(existing is null ? post : post with { At = existing.At, VisibleFrom = existing.VisibleFrom, EditedAt = World.Now, RequestCount = existing.RequestCount + 1 });
        return Written(post);
    }

    private Answer DeleteRecord(Call call)
    {
        if (Target(call) is not (null, var rkey))
        {
            return Target(call).Refusal!;
        }

        if (Feed.Find(Address(call.Account.Id, rkey!)) is not { DeletedAt: null } post)
        {
            return Answer.Json(new { });
        }

        if (Text(call.Json, "swapRecord") is { } swap && swap != CidOf(post))
        {
            return Error(400, "InvalidSwap", "Record was at " + CidOf(post));
        }

        Feed.Change(post.Id, p => p with { DeletedAt = World.Now });
        return Answer.Json(new { commit = Commit() });
    }

    private Answer GetRecord(Call call)
    {
        var address = $"at://{DidOf(call.Asked("repo") ?? "")}/{call.Asked("collection")}/{call.Asked("rkey")}";
        return Feed.Find(address) is { DeletedAt: null } post && post.VisibleFrom <= World.Now - call.Lag && (call.Asked("cid") is not { } cid || cid == CidOf(post))
            ? Answer.Json(Entry(post))
            : Error(400, "RecordNotFound", "Could not locate record: " + address);
    }

    private Answer ListRecords(Call call)
    {
        var limit = 50;
        if (DidOf(call.Asked("repo") ?? "") is not { } did)
        {
            return Error(400, "InvalidRequest", "Could not find repo: " + call.Asked("repo"));
        }

        if (call.Asked("collection") is null || (call.Asked("limit") is { } asked && (!int.TryParse(asked, out limit) || limit is < 1 or > 100)))
        {
            Object(call, "collection is required, limit goes from 1 to 100");
            return Error(400, "InvalidRequest", "Error: Params must have the property \"collection\" and a limit from 1 to 100");
        }

        var all = call.Asked("collection") == PostCollection ? Feed.Newest(did, World.Now - call.Lag) : [];
        var ordered = all.OrderByDescending(p => p.Id, StringComparer.Ordinal);
        var sorted = call.Asked("reverse") == "true" ? ordered.Reverse() : ordered;
        var page = sorted
            .SkipWhile(p => call.Asked("cursor") is { } cursor && (call.Asked("reverse") == "true" ? string.CompareOrdinal(Rkey(p), cursor) <= 0 : string.CompareOrdinal(Rkey(p), cursor) >= 0))
            .Take(limit).ToList();
        var body = new Dictionary<string, object> { ["records"] = page.Select(Entry).ToArray() };
        if (page.Count == limit)
        {
            body["cursor"] = Rkey(page[^1]);
        }

        return Answer.Json(body);
    }

    private static string Rkey(SandboxPost post) => post.Id[(post.Id.LastIndexOf('/') + 1)..];

    private static string Address(string did, string rkey) => $"at://{did}/{PostCollection}/{rkey}";

    private static string CidOf(SandboxPost post)
    {
        using var document = JsonDocument.Parse(post.Source);
        return RecordCid(document.RootElement);
    }

    private static object Entry(SandboxPost post) => new { uri = post.Id, cid = CidOf(post), value = JsonNode.Parse(post.Source) };

    private (Answer? Refusal, string? Rkey) Target(Call call)
    {
        var repo = Text(call.Json, "repo") ?? "";
        var collection = Text(call.Json, "collection");
        var rkey = Text(call.Json, "rkey") ?? NextTid();
        if (DidOf(repo) != call.Account.Id)
        {
            return (Error(400, "InvalidRequest", "Could not find repo: " + repo), null);
        }

        if (collection != PostCollection)
        {
            Object(call, "the sandbox keeps only " + PostCollection);
            return (Error(400, "InvalidRequest", "Unsupported collection " + collection), null);
        }

        if (!Tid().IsMatch(rkey))
        {
            Object(call, "the record key is not a TID");
            return (Error(400, "InvalidRequest", "Invalid record key. Expected TID."), null);
        }

        return (null, rkey);
    }

    private Answer Written(SandboxPost post) => Answer.Json(new { uri = post.Id, cid = CidOf(post), commit = Commit(), validationStatus = "valid" });

    private object Commit()
    {
        var rev = NextTid();
        return new { cid = Cid(0x71, SHA256.HashData(Encoding.ASCII.GetBytes(rev))), rev };
    }

    private string NextTid()
    {
        const string Alphabet = "234567abcdefghijklmnopqrstuvwxyz";
        _lastRev = Math.Max(_lastRev + 1, World.Now.ToUnixTimeMilliseconds() * 1000);
        var value = _lastRev << 10;
        return string.Concat(Enumerable.Range(0, 13).Select(i => Alphabet[(int)((value >> (60 - (i * 5))) & 31)]));
    }

    [GeneratedRegex("^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$")]
    private static partial Regex Tid();
}
