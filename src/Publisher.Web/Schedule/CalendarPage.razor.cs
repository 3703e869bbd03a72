using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.Channels;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Shell;
using Publisher.Web.Storage;

namespace Publisher.Web.Schedule;

/// <summary>A month of what is planned and what went out, in the sender's zone, as a table or as a list. The address holds both choices.</summary>
public sealed partial class CalendarPage
{
    private const int MostInADay = 4;

    private readonly Glances _glances = new();
    private ILookup<DateOnly, CalendarItem> _byDay = Array.Empty<CalendarItem>().ToLookup(_ => default(DateOnly));
    private IReadOnlyList<Sender> _senders = [];
    private IReadOnlyList<DateOnly[]> _weeks = [[]];
    private DateOnly _first;
    private DateOnly _today;
    private DateTimeOffset _from;
    private string _zone = "Etc/UTC";
    private bool _isRead;

    [SupplyParameterFromQuery(Name = "month")]
    public string? Month { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    [SupplyParameterFromQuery(Name = "sender")]
    public long? Sender { get; set; }

    [Inject]
    public required CalendarReader Reader { get; set; }

    [Inject]
    public required CurrentPerson Current { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required Writer Writer { get; set; }

    [Inject]
    public required TimeProvider Clock { get; set; }

    private bool IsList => View == "list";

    public void Dispose() => Writer.Committed -= Look;

    protected override void OnInitialized() => Writer.Committed += Look;

    protected override Task OnParametersSetAsync() => ReadAsync();

    private void Look(IReadOnlyCollection<long> messages) => _glances.Again(() => InvokeAsync(ReadAsync));

    private async Task ReadAsync()
    {
        if (await Current.ActorAsync() is not { } actor)
        {
            return;
        }

        if (!_isRead)
        {
            // Whose zone it is in is known once the senders are.
            _senders = (await Reader.ReadAsync(actor, Sender, default, default, CancellationToken.None)).Senders;
        }

        _zone = (_senders.FirstOrDefault(sender => sender.Id == Sender) ?? _senders.FirstOrDefault())?.TimeZone ?? "Etc/UTC";
        _today = DateOnly.FromDateTime(Zoned.In(Clock.GetUtcNow(), _zone).DateTime);
        _first = DateOnly.TryParseExact(Month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month.Year is > 1900 and < 9000
            ? month
            : new DateOnly(_today.Year, _today.Month, 1);
        var start = _first.AddDays(-(((int)_first.DayOfWeek - (int)CultureInfo.CurrentCulture.DateTimeFormat.FirstDayOfWeek + 7) % 7));
        var weeks = (int)Math.Ceiling((_first.AddMonths(1).DayNumber - start.DayNumber) / 7.0);
        _weeks = [.. Enumerable.Range(0, weeks).Select(week => Enumerable.Range(0, 7).Select(day => start.AddDays((week * 7) + day)).ToArray())];
        _from = Zoned.DayAt(start, _zone);
        var (items, senders) = await Reader.ReadAsync(actor, Sender, _from, Zoned.DayAt(start.AddDays(weeks * 7), _zone), CancellationToken.None);
        _senders = senders;
        _byDay = items.ToLookup(item => DateOnly.FromDateTime(Zoned.In(item.At, _zone).DateTime));
        _isRead = true;
        StateHasChanged();
    }

    private string Time(CalendarItem item) => Zoned.In(item.At, _zone).ToString("HH:mm", CultureInfo.CurrentCulture);

    private string Named(CalendarItem item) => item.Title.Length > 0 ? item.Title : M["untitled"];

    private string At((string Name, string? Value) change) => Navigation.GetUriWithQueryParameter(change.Name, change.Value);

    private static string Name(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
