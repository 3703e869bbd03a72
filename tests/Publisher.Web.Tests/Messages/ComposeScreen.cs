using Microsoft.Extensions.DependencyInjection;
using Publisher.Platforms;
using Publisher.Web.Messages;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Shell;

namespace Publisher.Web.Tests.Messages;

/// <summary>The compose page, opened on a message.</summary>
internal static class ComposeScreen
{
    public static Task<Screen> OpenAsync(WritingRoom room, Actor actor, long message) => Screen.OpenAsync<ComposePage>(
        actor,
        services => services.AddSingleton(room.Room).AddSingleton(room.Get<Writer>()).AddSingleton(room.Get<PlatformList>()),
        (nameof(ComposePage.Id), message));

    public static Task ShowAsync(this Screen page, long message) => page.ShowAsync((nameof(ComposePage.Id), message));
}
