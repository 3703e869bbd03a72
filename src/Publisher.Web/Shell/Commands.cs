using Publisher.Web.Copies;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>What the program does instead of running, by its first word.</summary>
internal static class Commands
{
    /// <summary>With all that the product is made of, see <see cref="Start.DoAsync"/>.</summary>
    public const string Migrate = "migrate";

    /// <inheritdoc cref="Migrate"/>
    public const string Move = "move-to-postgres";

    /// <summary>Beside a product that may be running: they hold no folder, and say in one line what they have done.</summary>
    private static readonly Dictionary<string, Func<CommandLine, CancellationToken, Task<string>>> Beside = new()
    {
        ["backup"] = BackupCommand.RunAsync,
        ["restore"] = RestoreCommand.RunAsync,
    };

    /// <summary>Null where the product is to run.</summary>
    /// <exception cref="StartRefused">There is no such command.</exception>
    public static string? NameIn(string[] args)
    {
        if (args is not [var name, ..] || name.StartsWith('-') || name.StartsWith('/') || name.Contains('=', StringComparison.Ordinal))
        {
            return null;
        }

        return name is Migrate or Move || Beside.ContainsKey(name)
            ? name
            : throw new StartRefused($"There is no command \"{name}\". There are {string.Join(", ", Beside.Keys)}, {Migrate} and {Move}; without a command Publisher runs.");
    }

    /// <summary>True where the words were a command that needs no product, and it is done now.</summary>
    /// <exception cref="StartRefused">It could not be done.</exception>
    public static async Task<bool> TryRunAsync(string[] args, IConfiguration configuration)
    {
        if (NameIn(args) is not { } name || !Beside.TryGetValue(name, out var run))
        {
            return false;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        var isDemo = args.Contains("--demo");
        var line = new CommandLine(
            [.. args.Skip(1).Where(word => !word.StartsWith("--", StringComparison.Ordinal))],
            Start.FolderOf(configuration, isDemo),
            // By the role that owns the tables, where that is not the running one: all of them are read, or made.
            Start.Connection(configuration, "Publisher:MigrationDatabase") ?? Start.Connection(configuration, "Publisher:Database"),
            configuration["Publisher:MasterKey"]);
        try
        {
            await Console.Out.WriteLineAsync(await run(line, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new StartRefused($"The {name} was stopped before its end. What lies there is not whole: delete it.");
        }

        return true;
    }
}
