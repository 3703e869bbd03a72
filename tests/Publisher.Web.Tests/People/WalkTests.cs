using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.People;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.People;

/// <summary>Everybody tries every page, endpoint and desk method, and gets in exactly where <see cref="AccessTable"/> says.</summary>
public sealed class WalkTests(Walk walk) : IClassFixture<Walk>
{
    private static readonly Type[] Types = typeof(Person).Assembly.GetTypes();

    [Fact]
    public void Every_page_has_a_row_and_every_row_a_page() => Compare(AccessTable.Pages, Routes().Select(page => page.Route));

    [Fact]
    public void Every_endpoint_has_a_row_and_every_row_an_endpoint() => Compare(AccessTable.Endpoints, Endpoints());

    [Fact]
    public void Every_desk_method_has_a_row_and_every_row_a_method() => Compare(AccessTable.Desks, DeskMethods().Select(Name));

    [Fact]
    public void A_door_without_a_row_is_found() =>
        Should.Throw<ShouldAssertException>(() => Compare(AccessTable.Desks, DeskMethods().Select(Name).Append("NewDesk.OpenAsync")));

    [Fact]
    public void Every_page_says_itself_who_may_open_it()
    {
        // The fallback policy guards the way in; once a circuit is open, only the page's own attribute is asked.
        var silent = Routes().Where(page => !page.Type.GetCustomAttributes().Any(attribute => attribute is IAuthorizeData or IAllowAnonymous)).Select(page => page.Type.Name);
        silent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_opens_the_pages_of_their_role_and_no_other()
    {
        var wrong = new List<string>();
        foreach (var row in AccessTable.Pages)
        {
            await TryAsync(row, HttpMethod.Get, row.Path?.Invoke(walk) ?? walk.Fill(row.Name), wrong);
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_reaches_the_endpoints_of_their_role_and_no_other()
    {
        var wrong = new List<string>();
        foreach (var row in AccessTable.Endpoints)
        {
            var (method, route) = (row.Name.Split(' ')[0], row.Name.Split(' ')[1]);
            await TryAsync(row, new HttpMethod(method), row.Path?.Invoke(walk) ?? walk.Fill(route), wrong);
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_does_at_the_desks_what_their_role_allows_and_nothing_else()
    {
        var wrong = new List<string>();
        foreach (var row in AccessTable.Desks.Where(row => row.Who != Who.Anyone))
        {
            foreach (var method in DeskMethods().Where(method => Name(method) == row.Name))
            {
                // Those who may not come first: what the others do can't make room for them.
                foreach (var walker in walk.Walkers.OrderBy(row.Who.MayForSender))
                {
                    await CallAsync(row, method, walker, wrong);
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_style_and_scripts_of_the_pages_reach_everybody()
    {
        using var browser = walk.BrowserOf(walk.Walkers.Single(walker => walker.Name == "nobody"));
        foreach (var path in new[] { "publisher.css", "publisher.js", "_framework/blazor.web.js" })
        {
            (await browser.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
    }

    [Fact]
    public async Task Who_is_nobody_is_asked_to_sign_in_and_comes_back_to_the_page()
    {
        using var browser = walk.BrowserOf(walk.Walkers.Single(walker => walker.Name == "nobody"));
        var answer = await browser.GetAsync(new Uri("people?filter=off", UriKind.Relative), TestContext.Current.CancellationToken);
        answer.Headers.Location!.PathAndQuery.ShouldBe("/account/sign-in?returnUrl=%2Fpeople%3Ffilter%3Doff");
    }

    private static void Compare(IReadOnlyCollection<Access> rows, IEnumerable<string> doors)
    {
        var found = doors.ToHashSet();
        found.Except(rows.Select(row => row.Name)).ShouldBeEmpty("These have no row in AccessTable: say who may.");
        rows.Select(row => row.Name).Except(found).ShouldBeEmpty("These rows of AccessTable are about nothing any more.");
    }

    private static IEnumerable<(Type Type, string Route)> Routes() =>
        Types.SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => (type, route.Template)));

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static IEnumerable<MethodInfo> DeskMethods() =>
        Types.Where(type => type is { IsClass: true, IsAbstract: false, IsNested: false } && type.Name.EndsWith("Desk", StringComparison.Ordinal))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method);

    private IEnumerable<string> Endpoints()
    {
        foreach (var endpoint in walk.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var route = $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}";
            // Pages are walked as pages; static files, in a build for developers through one catch-all, are for everyone.
            if (endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || route == "/{**path:file}" || endpoint.Metadata.Any(item => item.GetType().Name == "StaticAssetDescriptor"))
            {
                continue;
            }

            // The framework's own, for open pages: the fallback policy stands before them as long as nothing says otherwise.
            if (route.StartsWith("/_blazor", StringComparison.Ordinal) || route.StartsWith("/_framework", StringComparison.Ordinal))
            {
                endpoint.Metadata.GetMetadata<IAllowAnonymous>().ShouldBeNull(route);
                continue;
            }

            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                yield return $"{method} {route}";
            }
        }
    }

    private async Task TryAsync(Access row, HttpMethod method, string path, List<string> wrong)
    {
        foreach (var walker in walk.Walkers)
        {
            using var browser = walk.BrowserOf(walker);
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            if (method != HttpMethod.Get)
            {
                request.Content = new FormUrlEncodedContent([]);
            }

            using var answer = await browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var refused = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                || answer.Headers.Location?.OriginalString is { } target
                && (target.Contains("/account/denied", StringComparison.Ordinal) || target.Contains("/account/sign-in", StringComparison.Ordinal) && row.Name != "/account/sign-out");
            // For endpoints that belong to a sender, "there is nothing" is as good a no: it does not even tell that there is something.
            var hidden = answer.StatusCode == HttpStatusCode.NotFound;
            if (row.Who.MayAtAll(walker) ? refused : !refused && !hidden)
            {
                wrong.Add($"{row.Name}: {walker} got {(int)answer.StatusCode} {answer.Headers.Location}");
            }

            if (!walker.IsIn || walker.IsOfAnotherSender || walker.Role == Role.Administrator)
            {
                var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (body.Contains(Walk.Secret, StringComparison.Ordinal))
                {
                    wrong.Add($"{row.Name}: {walker} read a message of a sender that is not theirs");
                }
            }
        }
    }

    private async Task CallAsync(Access row, MethodInfo method, Walker walker, List<string> wrong)
    {
        var may = row.Who.MayForSender(walker);
        string outcome;
        using var scope = walk.Services.CreateScope();
        var desk = scope.ServiceProvider.GetRequiredService(method.DeclaringType!);
        var arguments = Arguments(row, method, walker);
        try
        {
            var task = (Task)method.Invoke(desk, arguments)!;
            await task;
            outcome = RefusalIn(task)?.Code ?? "yes";
        }
        catch (Exception failure) when (may)
        {
            // Past the question who asks, and then stumbled over what was asked: the desk's own tests ask better.
            outcome = failure.GetType().Name;
        }

        // To those who may not even know of it, "there is nothing" is as good a no; to those who may it would mean that the row asks for the wrong thing.
        var refused = outcome == Refusal.NotAllowed.Code || outcome == Refusal.SignInAgain.Code || (outcome == Refusal.NotFound.Code && walker.IsIn);
        if (may == refused)
        {
            wrong.Add($"{row.Name}: {walker} got '{outcome}'");
        }
    }

    private object?[] Arguments(Access row, MethodInfo method, Walker walker)
    {
        var given = row.Arguments is null ? null : new Queue<object?>(row.Arguments(walk, walker));
        return
        [
            .. method.GetParameters().Select(parameter =>
                parameter.ParameterType == typeof(Actor) ? walker.Actor
                : parameter.ParameterType == typeof(CancellationToken) ? TestContext.Current.CancellationToken
                : given is null ? walk.Argument(parameter.ParameterType, parameter.Name!)
                : given.Dequeue()),
        ];
    }

    private static Refusal? RefusalIn(Task task)
    {
        var result = task.GetType().GetProperty("Result")?.GetValue(task);
        return result as Refusal ?? result?.GetType().GetProperty("Refusal")?.GetValue(result) as Refusal;
    }
}
