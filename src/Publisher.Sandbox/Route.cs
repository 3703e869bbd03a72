namespace Publisher.Sandbox;

/// <summary>One documented call of a platform: everything it allows is named here, the rest is an objection.</summary>
internal sealed record Route(string Method, string Path, CallKind Kind, Func<Call, Answer> Handle)
{
    private readonly string[] _segments = Path.Split('/');

    /// <summary>Query parameters it knows.</summary>
    public string[] Query { get; init; } = [];

    /// <summary>Headers it knows besides the ones every client sends.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>Content types of its body; none means that it has no body.</summary>
    public string[] Accepts { get; init; } = [];

    /// <summary>What a JSON body may hold.</summary>
    public Shape? Shape { get; init; }

    /// <summary>Form fields it knows; a name ending in ! is required.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>Answers without a sign-in.</summary>
    public bool Open { get; init; }

    /// <summary>The scope its token must carry.</summary>
    public string? Scope { get; init; }

    /// <summary>What this very call is, where that depends on more than its path.</summary>
    public Func<Call, CallKind>? KindOf { get; init; }

    /// <summary>Tells apart calls that share an address, where a platform names the method in a parameter.</summary>
    public Func<Call, bool> Fits { get; init; } = _ => true;

    public bool Matches(string path, out Dictionary<string, string> values)
    {
        values = [];
        var segments = path.Split('/');
        if (segments.Length != _segments.Length)
        {
            return false;
        }

        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i].StartsWith('{'))
            {
                values[_segments[i].Trim('{', '}')] = segments[i];
            }
            else if (_segments[i] != segments[i])
            {
                return false;
            }
        }

        return true;
    }
}
