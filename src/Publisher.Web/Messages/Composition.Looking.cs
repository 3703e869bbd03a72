using Publisher.Web.Media;
using Publisher.Web.Storage;

namespace Publisher.Web.Messages;

/// <summary>Looks up linked pages and mentions and makes pictures fit while the person types on, and takes files in.</summary>
public sealed partial class Composition
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly HashSet<MentionKey> _asked = [];
    private readonly HashSet<(long, string)> _fitted = [];
    private long _lookedAt = -1;
    private bool _isLooking;
    private bool _isUnanswered;

    /// <summary>The link that is being read now; null for none.</summary>
    public string? Reading { get; private set; }

    /// <summary>Why there is no card, and for which link.</summary>
    public (string Link, Refusal Refusal)? NotRead { get; private set; }

    public MessageCard? Card => Draft.Card is { } card && card.Address == Draft.Link.Trim() ? card : null;

    public Task ReadLinkAgainAsync()
    {
        NotRead = null;
        return LookAsync();
    }

    /// <summary>Asks what is still open at once, as when the page opens; again a little later where disk or database did not work.</summary>
    public async Task LookAsync()
    {
        try
        {
            await Task.WhenAll(ReadLinkAsync(), ReadMentionsAsync(), FitPicturesAsync());
        }
        catch (Exception failure) when (failure is IOException || DatabaseTrouble.CodeOf(failure) is not null)
        {
            Reading = null;
            _asked.Clear();
            _fitted.Clear();
            _isUnanswered = true;
            _ = BeginAsync(LookSoonAsync);
        }
    }

    /// <summary>Takes a file in and puts it at the end of the media.</summary>
    public async Task<Refusal?> AddMediaAsync(Stream content, string fileName, CancellationToken cancellationToken)
    {
        var added = await room.Media.AddAsync(actor, Draft.SenderId, content, fileName, cancellationToken);
        if (added.Refusal is { } refusal)
        {
            return refusal;
        }

        var file = added.Value!;
        if (Draft.Media.Any(media => media.MediaId == file.Id))
        {
            return new Refusal("media.twice");
        }

        Know(file);
        Edit(draft => draft with { Media = [.. draft.Media, new DraftMedia(file.Id, "", false, "", file.Credit)] });
        return null;
    }

    /// <summary>Takes captions in and puts them beside their video, in a language that has none yet.</summary>
    public async Task<Refusal?> AddCaptionsAsync(long videoId, Stream content, string fileName, CancellationToken cancellationToken)
    {
        var added = await room.Media.AddCaptionsAsync(actor, Draft.SenderId, videoId, content, fileName, cancellationToken);
        if (added.Refusal is { } refusal)
        {
            return refusal;
        }

        Know(added.Value!);
        SetMedia(videoId, media => media with
        {
            Captions = [.. media.Captions, new CaptionsChoice(added.Value!.Id, Languages.Guess(fileName, Draft.Language, [.. media.Captions.Select(captions => captions.Language)]))],
        });
        return null;
    }

    /// <summary>The video as it looks then stands for it.</summary>
    public async Task<Refusal?> TakeCoverAsync(long videoId, TimeSpan at, CancellationToken cancellationToken) =>
        SetCover(videoId, await room.Media.TakeStillAsync(actor, Draft.SenderId, videoId, at, cancellationToken), at);

    /// <summary>A picture of its own stands for the video.</summary>
    public async Task<Refusal?> AddCoverAsync(long videoId, Stream content, string fileName, CancellationToken cancellationToken)
    {
        var added = await room.Media.AddAsync(actor, Draft.SenderId, content, fileName, cancellationToken);
        return added.Value is { Duration: not null } ? new Refusal("cover.picture") : SetCover(videoId, added, null);
    }

    private Refusal? SetCover(long videoId, Answer<MediaFile> still, TimeSpan? at)
    {
        if (still.Value is { } file)
        {
            Know(file);
            SetMedia(videoId, media => media with { CoverId = file.Id, CoverAt = at });
        }

        return still.Refusal;
    }

    /// <summary>What stands in the list of contacts now.</summary>
    public async Task ReadContactsAsync()
    {
        var contacts = await room.ContactsAsync(Closed);
        Found = Found with { Contacts = contacts };
        Edited();
    }

    /// <summary>One second after the last key.</summary>
    private async Task LookSoonAsync()
    {
        if (_isLooking)
        {
            return;
        }

        _isLooking = true;
        try
        {
            while (_isUnanswered || _lookedAt != _edits)
            {
                var pause = _isUnanswered ? Rest : Quiet;
                (_isUnanswered, _lookedAt) = (false, _edits);
                await Task.Delay(pause, room.Time, Closed);
                if (_lookedAt == _edits)
                {
                    await LookAsync();
                }
            }
        }
        finally
        {
            _isLooking = false;
        }
    }

    private async Task ReadLinkAsync()
    {
        var (link, sender) = (Draft.Link.Trim(), Draft.SenderId);
        if (!IsOpen || link == Reading || Card is not null || NotRead?.Link == link || WebAddress.Read(link) is null)
        {
            return;
        }

        Reading = link;
        Moved();
        var read = await room.Links.ReadAsync(actor, sender, link, Closed);
        var picture = read.Value?.MediaId is { } id ? await room.FileAsync(id, Closed) : null;
        // The picture of a page that was read for another sender is that sender's.
        if (Reading != link || sender != Draft.SenderId)
        {
            return;
        }

        Reading = null;
        if (link != Draft.Link.Trim())
        {
            return;
        }

        if (read.Refusal is { } refusal)
        {
            NotRead = (link, refusal);
        }
        else
        {
            if (picture is not null)
            {
                Know(picture);
            }

            Edit(draft => draft with { Card = read.Value });
        }

        Moved();
    }

    private async Task ReadMentionsAsync()
    {
        Rebuild();
        var open = MentionReader.Open(Posts, Found).Where(wanted => _asked.Add(wanted.Key)).ToList();
        if (open.Count == 0 || !IsOpen)
        {
            return;
        }

        var found = await room.Mentions.ReadAsync(Found, open, Closed);
        Found = Found with { Mentions = found.Mentions };
        Edited();
    }

    private async Task FitPicturesAsync()
    {
        var open = FitReader.Open(Draft, Channels, Found).Where(wanted => _fitted.Add((wanted.File.Id, wanted.Fit.Key))).ToList();
        if (open.Count == 0 || !IsOpen)
        {
            return;
        }

        var found = await room.Fits.ReadAsync(actor, Found, open, Closed);
        Found = Found with { Fits = found.Fits };
        Edited();
    }

    private void Know(MediaFile file) => Found = Found with { Media = new Dictionary<long, MediaFile>(Found.Media) { [file.Id] = file } };
}
