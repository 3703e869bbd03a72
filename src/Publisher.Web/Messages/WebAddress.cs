namespace Publisher.Web.Messages;

/// <summary>Addresses people type as a message's link.</summary>
internal static class WebAddress
{
    private const int ShownLength = 34;

    /// <summary>Null where it is no absolute http or https address of a named host.</summary>
    public static Uri? Read(string typed)
    {
        typed = typed.Trim();
        return typed.Length > 0
            && !typed.Any(char.IsWhiteSpace)
            && Uri.TryCreate(typed, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            && address.UserInfo.Length == 0
            && address.Host.Length > 0
                ? address
                : null;
    }

    /// <summary>"example.gov/flood-warning-…", as platforms show it.</summary>
    public static string Short(Uri address)
    {
        var host = address.Host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? address.Host[4..] : address.Host;
        var rest = address.PathAndQuery == "/" ? "" : address.PathAndQuery;
        return Cut(host + rest);
    }

    private static string Cut(string text) => text.Length <= ShownLength ? text : $"{text[..ShownLength]}…";
}
