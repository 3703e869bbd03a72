namespace Publisher.Web.Storage;

/// <summary>
/// For a page that looks again after commits: one look at a time, away from the writer, and a pause before the next. So a
/// burst of commits costs a page a few looks a second, no look waits behind another, and the last commit is always seen.
/// </summary>
public sealed class Glances
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const int Resting = 0;
    private const int Looking = 1;
    private const int Wanted = 2;

    private int _state;

    /// <summary>Returns at once. While a look is under way, however many more are asked for become one.</summary>
    /// <param name="look">As InvokeAsync does it. One that fails shows nothing; the page stays as it is until the next.</param>
    public void Again(Func<Task> look)
    {
        if (Interlocked.Exchange(ref _state, Wanted) == Resting)
        {
            _ = Task.Run(() => LookAsync(look));
        }
    }

    private async Task LookAsync(Func<Task> look)
    {
        do
        {
            Volatile.Write(ref _state, Looking);
            await look().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Pause);
        }
        while (Interlocked.CompareExchange(ref _state, Resting, Looking) != Looking);
    }
}
