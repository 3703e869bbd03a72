using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Publisher.Web.Approvals;

/// <summary>
/// Says whether an approval was given through this product. The key is not in the database, so that a row written there
/// by hand is never a yes. It is derived from the master key, so machines that share a database agree on it.
/// </summary>
public sealed class ApprovalKey(byte[] key)
{
    /// <summary>HMAC-SHA-256 over everything the approval says, lower-case hex.</summary>
    public string MacOf(Approval approval)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Add(mac, "publisher approval 1");
        Add(mac, approval.MessageId);
        Add(mac, approval.Revision);
        Add(mac, approval.PersonId);
        Add(mac, approval.SessionId.ToString("N"));
        Add(mac, approval.Role.ToString());
        Add(mac, approval.IsYes ? 1 : 0);
        Add(mac, approval.Reason);
        Add(mac, approval.At.UtcTicks);
        Add(mac, approval.Due.UtcTicks);
        Add(mac, approval.Grace.Ticks);
        Add(mac, approval.Policy.Approvals);
        Add(mac, approval.Seals.Count);
        foreach (var seal in approval.Seals)
        {
            Add(mac, seal.ChannelId);
            Add(mac, seal.Seal);
        }

        return Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    public bool IsAuthentic(Approval approval) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(MacOf(approval)), Encoding.UTF8.GetBytes(approval.Mac));

    // Every field with its length before it: no two approvals make the same bytes.
    private static void Add(IncrementalHash mac, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(mac, bytes.Length);
        mac.AppendData(bytes);
    }

    private static void Add(IncrementalHash mac, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        mac.AppendData(bytes);
    }
}
