namespace Publisher.Web.People;

/// <summary>Where to go after signing in. Only to a page of this installation: anything else is somebody's trap.</summary>
internal static class ReturnPath
{
    public static string Of(string? wanted) => IsLocal(wanted) ? wanted! : "/";

    // "//host" and "/\host" are other machines for a browser, and it drops tabs and line ends before it looks.
    private static bool IsLocal(string? path) =>
        path is ['/', ..] && !(path.Length > 1 && path[1] is '/' or '\\') && !path.Any(char.IsControl);
}
