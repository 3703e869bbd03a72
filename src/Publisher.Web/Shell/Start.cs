using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Shell;

/// <summary>How this process was started: which folder, which database, which addresses.</summary>
public sealed record Start(DataFolder Folder, string? Postgres, string Urls, IReadOnlyList<string> PublicAddress)
{
    public static Start Read(IConfiguration configuration, string[] args)
    {
        var isDemo = args.Contains("--demo");
        var path = configuration["Publisher:DataFolder"] ?? Path.Combine(Directory.GetCurrentDirectory(), "data", isDemo ? "demo" : "publisher");
        var urls = configuration["ASPNETCORE_URLS"] ?? configuration["URLS"] ?? "http://localhost:5080";
        if (isDemo && urls.Split(';').FirstOrDefault(url => !IsLoopback(url)) is { } open)
        {
            throw new StartRefused($"A demo listens on this machine only, and {open} would open it to others. Use http://localhost:PORT.");
        }

        return new Start(DataFolder.Open(path, isDemo), configuration["Publisher:Database"], urls, [.. (configuration["Publisher:PublicAddress"] ?? urls).Split(';')]);
    }

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
        await Console.Out.WriteLineAsync($"Publisher is open at {address}");
        if (await FirstStart.PrepareAsync(app.Services, new Uri(address), CancellationToken.None) is { } file)
        {
            await Console.Out.WriteLineAsync($"Nobody can sign in yet. Open the link in {file} within 30 minutes; it lets the first two people in, once.");
        }

        if (Folder.IsDemo)
        {
            await Console.Out.WriteLineAsync("This is a demo: nothing leaves this machine. Sign in with one click as any of the people shown there.");
        }

        await app.WaitForShutdownAsync();
    }

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url.Replace("*", "any.invalid", StringComparison.Ordinal).Replace("+", "any.invalid", StringComparison.Ordinal), UriKind.Absolute, out var address) && address.IsLoopback;
}
