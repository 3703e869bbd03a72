using System.Diagnostics;

namespace Publisher.Web.Copies;

/// <summary>How far a command is, for the person at the terminal: on the error stream, at most a line every two seconds.</summary>
internal sealed class Terminal
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _since = Stopwatch.StartNew();

    /// <summary>Something that may take long begins.</summary>
    public static void Begin(string what) => Console.Error.WriteLine(what);

    /// <summary>Says how far it is, unless it has just said so.</summary>
    public void Say(Func<string> howFar)
    {
        if (_since.Elapsed >= Pause)
        {
            Console.Error.WriteLine(howFar());
            _since.Restart();
        }
    }
}
