using System.Security.Cryptography;

namespace Publisher.Platforms;

/// <summary>
/// The name a part has at its platform's door, chosen and stored before the first try so that every try carries the
/// same. Thirteen characters in the form of an AT Protocol TID (atproto.com/specs/tid): 53 bits of microseconds and 10
/// random bits, sortable, and valid wherever a platform takes a key of our choosing.
/// </summary>
public static class PartKey
{
    private const string Alphabet = "234567abcdefghijklmnopqrstuvwxyz";

    public static string New(DateTimeOffset now)
    {
        var microseconds = (now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        var bits = ((ulong)microseconds << 10 | (uint)RandomNumberGenerator.GetInt32(1024)) & (ulong.MaxValue >> 1);

        Span<char> key = stackalloc char[13];
        for (var place = 12; place >= 0; place--)
        {
            key[place] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }

        return new string(key);
    }
}
