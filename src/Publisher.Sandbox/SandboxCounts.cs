using System.Security.Cryptography;
using System.Text;

namespace Publisher.Sandbox;

/// <summary>What readers did with a post, and how many follow an account: made up from its id, so that every read says the same.</summary>
public sealed record SandboxCounts(int Likes, int Shares, int Replies, int Views)
{
    public static SandboxCounts Of(string post)
    {
        var number = Number(post);
        return new SandboxCounts(2 + (number % 190), 1 + (number % 37), 1 + (number % 11), 400 + (number % 9000));
    }

    public static int Followers(string account) => 2000 + (Number(account) % 40_000);

    private static int Number(string id) => BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(id))) & int.MaxValue;
}
