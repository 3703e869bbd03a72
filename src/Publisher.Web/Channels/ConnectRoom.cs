using System.Globalization;
using Microsoft.AspNetCore.Components;
using Publisher.Web.People;
using Publisher.Web.Storage;

namespace Publisher.Web.Channels;

/// <summary>What the connecting page asks the desk, as the person who looks at it.</summary>
public sealed class ConnectRoom(ChannelDesk desk, CurrentPerson current, NavigationManager navigation)
{
    public static string Say(Publisher.Platforms.Words words) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "de" ? words.German : words.English;

    public async Task<Answer<ConnectStep>> BeginAsync(long senderId, string platform, long? channelId, IReadOnlyDictionary<string, string> fields) =>
        await desk.BeginAsync(await WhoAsync(), senderId, platform, channelId, fields, CancellationToken.None);

    /// <summary>Takes the browser to the platform, where the step says so.</summary>
    public bool Leave(ConnectStep step)
    {
        if (step.Address is { } address)
        {
            navigation.NavigateTo(address.AbsoluteUri, forceLoad: true);
        }

        return step.Address is not null;
    }

    public async Task<IReadOnlyList<FoundAccount>?> FoundAsync(string name) => desk.Found(await WhoAsync(), name)?.Accounts;

    /// <summary>Back to the list where it worked.</summary>
    public async Task<Refusal?> ConfirmAsync(string name, string accountId)
    {
        var answer = await desk.ConfirmAsync(await WhoAsync(), name, accountId, CancellationToken.None);
        if (answer.Refusal is null)
        {
            navigation.NavigateTo("channels");
        }

        return answer.Refusal;
    }

    private async Task<Actor> WhoAsync() => await current.ActorAsync() ?? default;
}
