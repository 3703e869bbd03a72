using System.Runtime.InteropServices;
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

var stop = new TaskCompletionSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await using var server = await SandboxServer.StartAsync(new SandboxOptions { Port = port, StateFile = state }, CancellationToken.None);
    Console.WriteLine($"The platforms' stand-ins listen at {server.Address}");
    await stop.Task;
    return 0;
}
catch (IOException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
