using Publisher.Benchmarks;

if (args is ["empty"])
{
    return await EmptyServer.RunAsync();
}

var figures = new Dictionary<string, Func<Task>>
{
    ["log"] = LogPages.RunAsync,
    ["typing"] = Typing.RunAsync,
    ["burst"] = Burst.RunAsync,
    ["start"] = StartUp.RunAsync,
};

if (args is not [var name] || !figures.TryGetValue(name, out var figure))
{
    await Console.Error.WriteLineAsync($"Name one figure: {string.Join(", ", figures.Keys)}.");
    return 1;
}

Machine.Describe();
await figure();
Machine.DescribeLoad();
return 0;
