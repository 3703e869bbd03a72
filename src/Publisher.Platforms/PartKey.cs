using System.Security.Cryptography;

namespace Publisher.Platforms;

/// <summary>
/// The name a part has at its platform's door, chosen and stored before the first try so that every try carries the
/// same. Thirteen characters in the form of an AT Protocol TID (atproto.com/specs/tid): 53 bits of microseconds and 10
/// random bits, sortable, and valid wherever a platform takes a key of our choosing. Within a process no two are the same:
/// many parts approved in one instant take one microsecond each.
/// </summary>
public static class PartKey
{
    private const string Alphabet = "234567abcdefghijklmnopqrstuvwxyz";

    private static long _last;

    public static string New(DateTimeOffset now)
    {
        var microseconds = Later((now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        return Write((ulong)microseconds << 10 | (uint)RandomNumberGenerator.GetInt32(1024));
    }

    /// <summary>The first key of an instant.</summary>
    internal static string Of(DateTimeOffset time) => Write((ulong)((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond) << 10);

    private static string Write(ulong bits)
    {
        bits &= ulong.MaxValue >> 1;
        Span<char> key = stackalloc char[13];
        for (var place = 12; place >= 0; place--)
        {
            key[place] = Alphabet[(int)(bits & 31)];
            bits >>= 5;
        }

        return new string(key);
    }

    /// <summary>When the key was made; null where it is no such key.</summary>
    public static DateTimeOffset? Time(string key)
    {
        if (key.Length != 13 || key.Any(letter => !Alphabet.Contains(letter, StringComparison.Ordinal)))
        {
            return null;
        }

        var bits = key.Aggregate(0UL, (all, letter) => (all << 5) | (uint)Alphabet.IndexOf(letter, StringComparison.Ordinal));
        return DateTimeOffset.UnixEpoch.AddMicroseconds(bits >> 10);
    }

    /// <summary>This microsecond, or the one after the last that was given where time has not moved on.</summary>
    private static long Later(long microseconds)
    {
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var next = Math.Max(microseconds, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
