using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>What the connecting pages ask the desks, as the person who looks at them.</summary>
public sealed class ConnectRoom(ChannelDesk desk, AppDesk apps, CurrentPerson current, NavigationManager navigation, LinkAddress links)
{
    /// <summary>This page without what brought somebody back to it.</summary>
    public string Here => navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["found"] = null, ["refused"] = null });

    public static string Say(Publisher.Platforms.Words words) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "de" ? words.German : words.English;

    /// <summary>"24 Nov 2026".</summary>
    public static string Day(DateTimeOffset time) => time.ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    public async Task<Answer<ConnectStep>> BeginAsync(long senderId, string platform, long? channelId, IReadOnlyDictionary<string, string> fields) =>
        await desk.BeginAsync(await WhoAsync(), senderId, platform, channelId, fields, CancellationToken.None);

    public async Task<Answer<ConnectStep>> BeginByLinkAsync(string token, IReadOnlyDictionary<string, string> fields) =>
        await desk.BeginByLinkAsync(await WhoAsync(), token, fields, CancellationToken.None);

    /// <summary>The first registration of this app.</summary>
    public async Task<Refusal?> KeepAsync(string platform, IReadOnlyDictionary<string, string> fields) =>
        (await apps.KeepAsync(await WhoAsync(), platform, null, fields, CancellationToken.None)).Refusal;

    /// <summary>The whole address of the link, to hand over.</summary>
    public async Task<Answer<string>> AskAsync(ConsentAsked asked)
    {
        var answer = await desk.AskAsync(await WhoAsync(), asked, CancellationToken.None);
        return answer.Value is { } made ? links.Of(made.Path) : answer.Refusal!;
    }

    /// <summary>Takes the browser to the platform, where the step says so.</summary>
    public bool Leave(ConnectStep step)
    {
        if (step.Address is { } address)
        {
            navigation.NavigateTo(address.AbsoluteUri, forceLoad: true);
        }

        return step.Address is not null;
    }

    public void ToList() => navigation.NavigateTo("channels");

    public async Task<IReadOnlyList<FoundAccount>?> FoundAsync(string name) => desk.Found(await WhoAsync(), name)?.Accounts;

    public async Task<Answer<long>> ConfirmAsync(string name, string accountId) => await desk.ConfirmAsync(await WhoAsync(), name, accountId, CancellationToken.None);

    private async Task<Actor> WhoAsync() => await current.ActorAsync() ?? default;
}
