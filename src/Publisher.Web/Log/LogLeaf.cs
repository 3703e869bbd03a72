using System.Security.Cryptography;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>The hash by which an entry can be seen to be unchanged: SHA-256 over <see cref="CanonicalJson"/> of all its columns.</summary>
internal static class LogLeaf
{
    public static string Of(LogEntry entry) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(new SortedDictionary<string, object?>(StringComparer.Ordinal)
    {
        ["action"] = entry.Action,
        ["at"] = entry.At.UtcTicks,
        ["attempt"] = entry.Attempt,
        ["channel"] = entry.ChannelId,
        ["code"] = entry.Code,
        ["delivery"] = entry.DeliveryId,
        ["due"] = entry.Due?.UtcTicks,
        ["id"] = entry.Id.ToString(),
        ["message"] = entry.MessageId,
        ["part"] = entry.Part,
        ["person"] = entry.PersonId,
        ["remote"] = entry.RemoteId,
        ["request"] = entry.RequestDigest,
        ["revision"] = entry.Revision,
        ["seals"] = entry.Seals,
        ["sender"] = entry.SenderId,
        ["session"] = entry.SessionId?.ToString(),
        ["status"] = entry.Status,
        ["subject"] = entry.SubjectId,
        ["text"] = entry.TextHash,
    })));
}
