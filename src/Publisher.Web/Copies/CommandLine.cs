using Publisher.Web.Storage;

namespace Publisher.Web.Copies;

/// <summary>A command with its words, and the settings as they are for the product itself.</summary>
/// <param name="Words">What follows the command's name, without switches.</param>
/// <param name="Folder">The data folder.</param>
/// <param name="Postgres">The database; null for SQLite in the data folder.</param>
/// <param name="MasterKey">Path of its file.</param>
public sealed record CommandLine(IReadOnlyList<string> Words, string Folder, string? Postgres, string? MasterKey)
{
    /// <summary>The folder that a command is about, as its only word.</summary>
    /// <exception cref="StartRefused">There is none, or more.</exception>
    public string OnlyFolder(string command) =>
        Words is [var only] ? Path.GetFullPath(only) : throw new StartRefused($"Name one folder: {command} FOLDER.");
}
