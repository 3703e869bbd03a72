using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Publisher.Platforms;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.Log;

/// <summary>The log for those who may read it. What is shown stands in the address.</summary>
public sealed partial class LogPage(LogDesk desk, IDbContextFactory<PublisherDb> databases, CurrentPerson current, PlatformList platforms, TimeProvider time)
{
    private string _zone = "UTC";
    private string _place = "";
    private LogFilter _filter = new();
    private LogView? _view;
    private Refusal? _refusal;
    private bool _isNoted;
    private string? _text;
    private DateTime? _from;
    private DateTime? _to;
    private long? _person;
    private long? _channel;
    private string? _action;
    private IReadOnlyList<(long Id, string Name)> _people = [];
    private IReadOnlyList<(long Id, string Name)> _channels = [];
    private IReadOnlyList<(string Code, string Word)> _actions = [];

    /// <summary>ISO 8601; what is none is no limit.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery]
    public long? Person { get; set; }

    [SupplyParameterFromQuery]
    public long? Channel { get; set; }

    [SupplyParameterFromQuery]
    public long? Message { get; set; }

    [SupplyParameterFromQuery]
    public string? Action { get; set; }

    [SupplyParameterFromQuery]
    public string? Text { get; set; }

    [SupplyParameterFromQuery]
    public long? Before { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        _filter = new LogFilter { From = Read(From), To = Read(To), Person = Person, Channel = Channel, Message = Message, Action = Action, Text = Text };
        if (await current.ActorAsync() is not { } actor)
        {
            _refusal = Refusal.SignInAgain;
            return;
        }

        if (!_isNoted)
        {
            _isNoted = true;
            _refusal = await desk.VisitAsync(actor, CancellationToken.None);
            if (_refusal is not null)
            {
                return;
            }

            await ReadChoicesAsync();
        }

        (_text, _person, _channel, _action) = (Text, Person, Channel, Action);
        _from = Local(_filter.From);
        _to = Local(_filter.To);
        var answer = await desk.ReadAsync(actor, _filter, Before, CancellationToken.None);
        (_view, _refusal) = (answer.Value, answer.Refusal);
    }

    private async Task ReadChoicesAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        _zone = await db.Senders.OrderBy(sender => sender.Id).Select(sender => sender.TimeZone).FirstOrDefaultAsync() ?? "UTC";
        _place = Zoned.Place(time.GetUtcNow(), _zone);
        _people = [.. (await db.Users.OrderBy(person => person.DisplayName).Select(person => new { person.Id, person.DisplayName }).ToListAsync()).Select(person => (person.Id, person.DisplayName))];
        _channels = [.. (await db.Channels.OrderBy(channel => channel.Platform).Select(channel => new { channel.Id, channel.Platform, channel.Handle }).ToListAsync()).Select(channel => (channel.Id, Name(channel.Platform, channel.Handle)))];
        // The words are the list: an action nobody worded is a defect that a test finds.
        _actions = [.. W.GetAllStrings(includeParentCultures: true).Where(word => word.Name.StartsWith("action.", StringComparison.Ordinal))
            .DistinctBy(word => word.Name).Select(word => (word.Name["action.".Length..], word.Value)).OrderBy(pair => pair.Value, StringComparer.CurrentCulture)];
    }

    private void Filter()
    {
        var filter = new LogFilter { From = Moment(_from), To = Moment(_to), Person = _person, Channel = _channel, Message = Message, Action = _action, Text = _text };
        Navigation.NavigateTo($"log?{filter.ToQuery()}");
    }

    private string Name(string platform, string handle) => $"{(platforms.TryGet(platform, out var known) ? known!.Info.Title : platform)} · @{handle}";

    private string Address(long? before) => $"log?{string.Join('&', new[] { _filter.ToQuery(), before is null ? "" : $"before={before}" }.Where(part => part.Length > 0))}";

    private string Export(string format) => $"log/export?{string.Join('&', new[] { $"format={format}", _filter.ToQuery() }.Where(part => part.Length > 0))}";

    private static DateTimeOffset? Read(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private DateTime? Local(DateTimeOffset? time) => time is { } moment ? Zoned.In(moment, _zone).DateTime : null;

    private DateTimeOffset? Moment(DateTime? local) => local is { } time ? Zoned.At(time, _zone) : null;
}
