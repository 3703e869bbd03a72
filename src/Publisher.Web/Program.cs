using Publisher.Web.Approvals;
using Publisher.Web.Channels;
using Publisher.Web.Contacts;
using Publisher.Web.Copies;
using Publisher.Web.Deliveries;
using Publisher.Web.Health;
using Publisher.Web.Log;
using Publisher.Web.Machines;
using Publisher.Web.Media;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Schedule;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

try
{
    // Settings and pages lie beside the program, wherever it is started from.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    if (await Commands.TryRunAsync(args, builder.Configuration))
    {
        return 0;
    }

    var start = Start.Read(builder.Configuration, args);
    builder.WebHost.UseStaticWebAssets().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
    builder.WebHost.UseUrls(start.Urls);

    builder.Services.AddMachines(start.Postgres);
    builder.Services.AddStorage(start.Folder, start.Postgres);
    builder.Services.AddKeyRing(start.Folder, MasterKey.Open(start.Folder, builder.Configuration["Publisher:MasterKey"]));
    builder.Services.AddChannels(builder.Configuration);
    builder.Services.AddContacts();
    builder.Services.AddLog();
    builder.Services.AddMedia();
    builder.Services.AddMessages();
    builder.Services.AddShell(start, builder.Configuration["Publisher:Proxies"]);
    builder.Services.AddApprovals();
    builder.Services.AddDeliveries(start.Sends);
    builder.Services.AddSchedule(start.Sends);
    builder.Services.AddPeople();
    builder.Services.AddCopies(builder.Configuration["Publisher:RunFile"]);
    builder.Services.AddHealth(start.Sends);
    builder.Services.AddTelemetry(builder.Configuration);
    builder.Services.AddDemo(start.Folder, builder.Configuration);

    await using var app = builder.Build();
    if (await start.DoAsync(app.Services))
    {
        return 0;
    }

    await app.Services.MigrateAsync(start.MigrationPostgres, CancellationToken.None);
    await app.Services.NoticeCopyAsync(CancellationToken.None);
    await app.Services.OpenSandboxAsync();

    app.MapHealth();
    if (start.HasPages)
    {
        app.UseShell();

        app.MapMedia();
        app.MapLogExport();
        app.MapChannels();
        app.MapDeliveryFiles();
    }

    await start.RunAsync(app);
    return 0;
}
catch (StartRefused refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}
