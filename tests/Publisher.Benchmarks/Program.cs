using Publisher.Benchmarks;

if (args is ["empty"])
{
    return await EmptyServer.RunAsync();
}

var figures = new Dictionary<string, Func<Run, Task>>
{
    ["log"] = LogPages.RunAsync,
    ["typing"] = Typing.RunAsync,
    ["start"] = StartUp.RunAsync,
    ["lateness"] = Lateness.RunOnSqliteAsync,
    ["lateness-postgres"] = Lateness.RunOnPostgresAsync,
    ["killed"] = KilledWorker.RunAsync,
    ["burst"] = Burst.RunOnSqliteAsync,
    ["burst-postgres"] = Burst.RunOnPostgresAsync,
    ["growth"] = Growth.RunAsync,
    ["memory"] = IdleMemory.RunOnSqliteAsync,
    ["alternatives"] = Alternatives.RunAsync,
    ["backpressure"] = Backpressure.RunAsync,
    ["memory-postgres"] = IdleMemory.RunOnPostgresAsync,
};

if (args is not [var name, .. var rest] || !figures.TryGetValue(name, out var figure) || Run.Read(rest) is not { } run)
{
    await Console.Error.WriteLineAsync($"Name one figure: {string.Join(", ", figures.Keys)}. Then, where wanted, --quick (only to try it) and --seed NUMBER.");
    return 1;
}

if (name is not ("log" or "typing"))
{
    await Published.MakeAsync();
}

Machine.Describe(run);
await figure(run);
Machine.DescribeLoad();
return 0;
