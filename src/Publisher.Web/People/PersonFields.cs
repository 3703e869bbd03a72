using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Publisher.Web.Storage;

namespace Publisher.Web.People;

/// <summary>What may stand in a person's name, address and password.</summary>
internal static class PersonFields
{
    public const int ShortestPassword = 12;

    private const int Longest = 200;

    public static Refusal? CheckName(string name) => string.IsNullOrWhiteSpace(name) || name.Length > Longest ? new Refusal("name.missing") : null;

    public static Refusal? CheckEmail(string email) =>
        email.Length <= Longest && MailAddress.TryCreate(email, out var address) && address.Address == email ? null : new Refusal("email.wrong");

    // Length is what counts against guessing; upper limit because hashing a megabyte is a way to stop a server.
    public static Refusal? CheckPassword(string password) =>
        password.Length is < ShortestPassword or > Longest ? new Refusal("password.short", ShortestPassword) : null;

    public static Person Create(string name, string email, ILookupNormalizer normalizer, IEnumerable<NewGrant> grants)
    {
        var person = new Person
        {
            DisplayName = name.Trim(),
            UserName = email,
            NormalizedUserName = normalizer.NormalizeName(email),
            Email = email,
            NormalizedEmail = normalizer.NormalizeEmail(email),
            SecurityStamp = NewStamp(),
            LockoutEnabled = true,
        };
        person.Grants.AddRange(grants.Select(grant => new Grant { Role = grant.Role, SenderId = grant.SenderId }));
        return person;
    }

    public static string NewStamp() => Guid.NewGuid().ToString("N");
}
