using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using Publisher.Web.Machines;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>How this process was started: which folder, which database, which part of the work, which addresses.</summary>
/// <param name="Command">What to do instead of running; null to run.</param>
/// <param name="Postgres">Null for SQLite in the folder.</param>
/// <param name="MigrationPostgres">The same database by the role that owns its tables, where that is not the running one.</param>
/// <param name="HasPages">Otherwise a worker: it sends and shows nothing.</param>
/// <param name="Sends">Otherwise it serves pages only; another process on the same database sends.</param>
/// <param name="PublicAddresses">How people reach it; none where that was not said.</param>
public sealed record Start(DataFolder Folder, string? Command, string? Postgres, string? MigrationPostgres, bool HasPages, bool Sends, string Urls, IReadOnlyList<Uri> PublicAddresses)
{
    /// <summary>The one that links are made from.</summary>
    public Uri? PublicAddress => PublicAddresses.FirstOrDefault();

    /// <summary>People reach it by https, whatever a proxy speaks to it.</summary>
    public bool IsHttps => PublicAddress?.Scheme == "https";

    public static Start Read(IConfiguration configuration, string[] args)
    {
        var isDemo = args.Contains("--demo");
        var urls = configuration["ASPNETCORE_URLS"] ?? configuration["URLS"] ?? "http://localhost:5080";
        if (isDemo && urls.Split(';').FirstOrDefault(url => !IsLoopback(url)) is { } open)
        {
            throw new StartRefused($"A demo listens on this machine only, and {open} would open it to others. Use http://localhost:PORT.");
        }

        var reached = configuration["Publisher:PublicAddress"]?.Split(';');
        if (reached?.FirstOrDefault(one => !Uri.TryCreate(one, UriKind.Absolute, out var web) || web.Scheme is not ("https" or "http")) is { } wrong)
        {
            throw new StartRefused($"Publisher:PublicAddress is \"{wrong}\", which is no address such as https://publisher.example.org.");
        }

        var (postgres, owner) = (Connection(configuration, "Publisher:Database"), Connection(configuration, "Publisher:MigrationDatabase"));
        var role = configuration["Publisher:Role"] ?? "all";
        if (role is not ("all" or "web" or "worker"))
        {
            throw new StartRefused($"Publisher:Role is \"{role}\". It can be all, web (pages, and sends nothing) or worker (sends, and shows no pages).");
        }

        if (postgres is null && owner is not null)
        {
            throw new StartRefused("Publisher:MigrationDatabase names a database that Publisher:Database does not. Name it there too, by the role that runs the product.");
        }

        if (postgres is null && role != "all")
        {
            throw new StartRefused($"Publisher:Role is {role}, and with SQLite one process does all the work. Name a PostgreSQL database with Publisher__Database, or leave the role out.");
        }

        var command = Commands.NameIn(args);
        if (command is not null && postgres is null)
        {
            throw new StartRefused($"{command} is for PostgreSQL. Name the database with Publisher__Database.");
        }

        return new Start(DataFolder.Open(FolderOf(configuration, isDemo), isDemo, isShared: postgres is not null && command != Commands.Move), command, postgres, owner, HasPages: role != "worker", Sends: role != "web", urls, [.. (reached ?? []).Select(one => new Uri(one))]);
    }

    /// <summary>Does what the command says and returns true; false where the process is to run.</summary>
    /// <exception cref="StartRefused">It can't be done.</exception>
    public async Task<bool> DoAsync(IServiceProvider services)
    {
        if (Command == Commands.Migrate)
        {
            await services.MigrateAsync(MigrationPostgres, CancellationToken.None);
            await Console.Out.WriteLineAsync($"The database has the form of this version ({PublisherDb.Form}).");
        }
        else if (Command == Commands.Move)
        {
            await new Moving(services, Folder, Console.Out).RunAsync(Postgres!, MigrationPostgres, CancellationToken.None);
        }

        return Command is not null;
    }

    public static string FolderOf(IConfiguration configuration, bool isDemo) =>
        configuration["Publisher:DataFolder"] ?? Path.Combine(Directory.GetCurrentDirectory(), "data", isDemo ? "demo" : "publisher");

    /// <summary>Runs until it is asked to stop, and says on the terminal where to look.</summary>
    public async Task RunAsync(WebApplication app)
    {
        ListenAddress.Check(Urls);
        try
        {
            await app.StartAsync();
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new StartRefused($"The address {Urls} is in use by another process. Stop that one, or choose another with ASPNETCORE_URLS.");
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        // Whoever reads this may sit elsewhere.
        var from = PublicAddress ?? new Uri(address);
        await Console.Out.WriteLineAsync($"Publisher is open at {address}");
        if (!Sends)
        {
            await Console.Out.WriteLineAsync("This process sends nothing: Publisher:Role is web, and another one must be running as worker or all.");
        }

        if (!HasPages)
        {
            await Console.Out.WriteLineAsync("This process sends and has no pages: Publisher:Role is worker.");
        }
        else if (await FirstStart.PrepareAsync(app.Services, from, CancellationToken.None) is { } file)
        {
            await Console.Out.WriteLineAsync($"Nobody can sign in yet. Open the link in {file} within 30 minutes; it lets the first two people in, once.");
        }

        if (Folder.IsDemo)
        {
            await Console.Out.WriteLineAsync("This is a demo: nothing leaves this machine. Sign in with one click as any of the people shown there.");
        }

        if (app.Services.GetRequiredService<Standstill>().IsOn)
        {
            await Console.Out.WriteLineAsync($"This may be a copy of an installation that still sends. It opens no connection until a manager says at {new Uri(from, "copy")} that the other one is off.");
        }

        await app.WaitForShutdownAsync();
    }

    internal static string? Connection(IConfiguration configuration, string setting)
    {
        var text = configuration[setting];
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (ArgumentException failure)
        {
            throw new StartRefused($"{setting} is no connection string of PostgreSQL: {failure.Message} It looks like Host=db;Database=publisher;Username=publisher;Password=….");
        }
    }

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url.Replace("*", "any.invalid", StringComparison.Ordinal).Replace("+", "any.invalid", StringComparison.Ordinal), UriKind.Absolute, out var address) && address.IsLoopback;
}
