using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>The secret of a one-time link: 256 random bits for the person, their hash for the database.</summary>
internal static class OneTimeLink
{
    public static string NewToken() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>What a page asks before it shows a form. Whether the link still holds when the form comes back, the desk decides.</summary>
    public static Task<Invitation?> FindOpenAsync(PublisherDb db, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = Hash(token);
        return db.Invitations.AsNoTracking().SingleOrDefaultAsync(row => row.TokenHash == hash && row.UsedAt == null && row.ExpiresAt > now, cancellationToken);
    }

    /// <summary>The invitation and the secret that opens it. The secret is shown once and kept nowhere.</summary>
    public static (Invitation Row, string Token) Create(DateTimeOffset now, long? personId, Role? firstRole = null)
    {
        var token = NewToken();
        return (new Invitation { TokenHash = Hash(token), PersonId = personId, FirstRole = firstRole, ExpiresAt = now + Invitation.Valid }, token);
    }
}
