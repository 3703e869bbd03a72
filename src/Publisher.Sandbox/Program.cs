using Publisher.Sandbox;

var port = 5100;
string? state = null;
for (var i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--port" when int.TryParse(args[i + 1], out var chosen):
            port = chosen;
            break;
        case "--state":
            state = args[i + 1];
            break;
        default:
            Console.Error.WriteLine("Usage: Publisher.Sandbox [--port 5100] [--state file]");
            return 1;
    }
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    await using var server = await SandboxServer.StartAsync(new SandboxOptions { Port = port, StateFile = state }, stop.Token);
    Console.WriteLine($"The platforms' stand-ins listen at {server.Address}");
    await server.WaitForShutdownAsync(stop.Token);
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
