using System.Text.Json;

namespace Publisher.Sandbox;

/// <summary>Keeps posts, uploads and tokens across restarts. Written soon after a change, as a whole and atomically, never on the path of a call.</summary>
internal sealed class StateFile : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly string _path;
    private readonly PlatformServer[] _platforms;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private long _written;

    public StateFile(string path, PlatformServer[] platforms)
    {
        _path = Path.GetFullPath(path);
        _platforms = platforms;
        Read();
        _writing = WriteWhileRunningAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        Write();
        _stop.Dispose();
    }

    private void Read()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        Dictionary<string, Kept> all;
        try
        {
            all = JsonSerializer.Deserialize<Dictionary<string, Kept>>(File.ReadAllBytes(_path), Json) ?? [];
        }
        catch (JsonException e)
        {
            throw new IOException($"The sandbox cannot read its state file {_path}: delete it to start afresh.", e);
        }

        foreach (var platform in _platforms.Where(p => all.ContainsKey(p.Key)))
        {
            var kept = all[platform.Key];
            platform.OpenAgain(kept.Accounts);
            kept.Posts.ForEach(platform.Feed.Add);
            kept.Uploads.ForEach(u => platform.Uploads[u.Id] = u);
            kept.Grants.ForEach(platform.Tokens.Put);
            kept.Locked.ForEach(platform.Tokens.Lock);
            foreach (var (name, value) in kept.Notes)
            {
                platform.Notes[name] = value;
            }
        }
    }

    private async Task WriteWhileRunningAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Write();
            }
        }
        catch (OperationCanceledException)
        {
            // The last write follows in DisposeAsync.
        }
    }

    private void Write()
    {
        var changes = _platforms.Sum(p => p.Changes);
        if (changes == _written)
        {
            return;
        }

        var all = _platforms.ToDictionary(p => p.Key, p => new Kept([.. p.Feed.All], [.. p.Uploads.Values], [.. p.Tokens.All], [.. p.Tokens.Locked], new(p.Notes), p.Accounts.Count));
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllBytes(_path + ".part", JsonSerializer.SerializeToUtf8Bytes(all, Json));
        File.Move(_path + ".part", _path, overwrite: true);
        _written = changes;
    }

    private sealed record Kept(List<SandboxPost> Posts, List<Upload> Uploads, List<Grant> Grants, List<string> Locked, Dictionary<string, string> Notes, int Accounts);
}
