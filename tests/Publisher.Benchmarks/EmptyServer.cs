using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Publisher.Benchmarks;

/// <summary>The least an ASP.NET Core server can be: what starting the product is held against.</summary>
internal static class EmptyServer
{
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Text("empty"));
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"open at {app.Urls.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }
}
