using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Publisher.Sandbox;
using Publisher.Web.Shell;
using Publisher.Web.Storage;
using Publisher.Web.Tests.Deliveries;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Start;

/// <summary>Starts the built product as a process, as an operator does.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-start-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_demo_opens_by_itself_and_says_where_and_how_to_sign_in()
    {
        await using var demo = await Running("--demo");

        demo.Output.ShouldContain("Publisher is open at http://localhost:");
        await demo.SaysAsync("Sign in with one click", TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri(demo.Address, "/"), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("_framework/blazor.web");
        demo.Errors.ShouldBe("");
    }

    [Fact]
    public async Task A_demo_starts_again_on_its_folder()
    {
        await using (await Running("--demo"))
        {
        }

        await using var again = await Running("--demo");

        again.Errors.ShouldBe("");
    }

    [Fact]
    public async Task A_demo_that_was_killed_while_it_filled_goes_on_and_tells_nothing_twice()
    {
        await using (var first = await Running("--demo"))
        {
            await first.KillAsync();
        }

        await using var again = await Running("--demo");
        var until = DateTimeOffset.UtcNow.AddMinutes(3);
        while (await CountAsync("Settings WHERE Name = 'demo.told'") == 0 && DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }

        (await CountAsync("Settings WHERE Name = 'demo.told'")).ShouldBe(1);
        (await CountAsync("Messages")).ShouldBe(DemoStory.All.Count);
        // Two for each platform, and the place a person serves.
        (await CountAsync("Channels")).ShouldBe(SandboxAccounts.All.Count + 1);
        (await CountAsync("(SELECT DISTINCT State FROM Messages)")).ShouldBe(5);
        again.Errors.ShouldBe("");
    }

    [Fact]
    public async Task A_real_folder_opens_with_a_master_key()
    {
        var key = Path.Combine(_root, "master.key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), TestContext.Current.CancellationToken);
        File.SetUnixFileMode(key, UnixFileMode.UserRead);

        await using var real = await Running("", ("Publisher__MasterKey", key));

        real.Output.ShouldContain("Publisher is open at http://localhost:");
        real.Output.ShouldNotContain("demo", Case.Insensitive);
    }

    [Fact]
    public async Task All_its_code_is_opened_at_start_though_nobody_asks_for_a_page()
    {
        var wanted = typeof(MasterKey).Assembly.GetReferencedAssemblies().Select(name => $"/{name.Name}.dll")
            .Where(file => !file.StartsWith("/OpenTelemetry", StringComparison.Ordinal)).Append("/de/Publisher.Web.resources.dll").ToList();

        await using var real = await Running("", ("Publisher__MasterKey", Key("master.key")));

        var missing = wanted;
        var allOpened = SendingRoom.UntilAsync(
            async () =>
            {
                var opened = await File.ReadAllTextAsync($"/proc/{real.Id}/maps", TestContext.Current.CancellationToken);
                missing = wanted.FindAll(file => !opened.Contains(file, StringComparison.OrdinalIgnoreCase));
                return missing.Count == 0;
            },
            seconds: 30);
        await allOpened.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_link_of_the_first_start_leads_to_the_address_people_use()
    {
        await using var real = await Running("", ("Publisher__MasterKey", Key("master.key")), ("Publisher__PublicAddress", "https://publisher.example;https://other.example"));

        await real.SaysAsync("Nobody can sign in yet", TestContext.Current.CancellationToken);
        File.ReadAllText(Path.Combine(Folder, "first-start.txt")).ShouldStartWith("https://publisher.example/account/first-start/");
    }

    [Fact]
    public Task A_public_address_that_is_none_is_named() => Refused("\"publisher.example\", which is no address such as https://", "", ("Publisher__MasterKey", Key("master.key")), ("Publisher__PublicAddress", "https://publisher.example;publisher.example"));

    [Fact]
    public Task A_proxy_that_is_no_address_is_named() => Refused("Publisher:Proxies holds \"proxy.example\"", "--demo", ("Publisher__Proxies", "10.0.0.5;proxy.example"));

    [Fact]
    public async Task Another_master_key_than_the_first_is_refused()
    {
        var (first, second) = (Key("first.key"), Key("second.key"));
        await using (await Running("", ("Publisher__MasterKey", first)))
        {
        }

        await Refused("not the one the database was created with", "", ("Publisher__MasterKey", second));
    }

    [Fact]
    public Task A_real_folder_without_a_master_key_says_how_to_make_one() => Refused("openssl rand -base64 32", "");

    [Fact]
    public async Task An_address_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await Refused($"http://localhost:{port} is in use", "--demo", ("ASPNETCORE_URLS", $"http://localhost:{port}"));
    }

    [Fact]
    public async Task A_folder_in_use_is_named()
    {
        using var held = DataFolder.Open(Folder, asDemo: true);

        await Refused("in use by another process", "--demo");
    }

    [Fact]
    public async Task A_folder_without_the_right_to_write_is_named()
    {
        // A file where the folder should be is refused to everyone, also to the almighty user of a container.
        await File.WriteAllTextAsync(Folder, "", TestContext.Current.CancellationToken);

        await Refused("can't be", "--demo");
    }

    [Fact]
    public async Task A_database_of_a_newer_form_is_not_opened()
    {
        await using (await Running("--demo"))
        {
        }

        (await SqlAsync("UPDATE Settings SET Value = '99' WHERE Name = 'form'")).ShouldBe(1);

        await Refused("form 99", "--demo");
    }

    private const string Lock = "INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-11-26 16:32:31')";

    [Fact]
    public async Task Power_that_went_while_the_form_was_looked_at_keeps_no_later_start_from_beginning()
    {
        await using (await Running("--demo"))
        {
        }

        await SqlAsync(Lock);

        await using var product = await Running("--demo");
        product.Errors.ShouldBe("");
    }

    [Fact]
    public async Task Power_that_went_while_the_first_form_was_made_lets_it_be_made_again()
    {
        DataFolder.Open(Folder, asDemo: true).Dispose();
        await SqlAsync($"CREATE TABLE __EFMigrationsLock (Id INTEGER NOT NULL PRIMARY KEY, Timestamp TEXT NOT NULL); {Lock}");

        await using var product = await Running("--demo");
        product.Errors.ShouldBe("");
    }

    [Fact]
    public async Task An_upgrade_that_did_not_end_is_not_gone_on_with()
    {
        await using (await Running("--demo"))
        {
        }

        await SqlAsync($"UPDATE __EFMigrationsHistory SET MigrationId = '20250101000000_Former'; {Lock}");

        await Refused("An earlier migration of the database did not end", "--demo");
    }

    private async Task<int> SqlAsync(string statement)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Folder, "publisher.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the statements of these tests.
        command.CommandText = statement;
#pragma warning restore CA2100
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        DataFolder.Open(Folder, asDemo: true).Dispose();
        await File.WriteAllTextAsync(Path.Combine(Folder, "publisher.db"), new string('x', 5000), TestContext.Current.CancellationToken);

        await Refused("The database can't be opened", "--demo");
    }

    [Fact]
    public async Task A_demo_folder_stays_a_demo()
    {
        DataFolder.Open(Folder, asDemo: true).Dispose();

        await Refused("was created for a demo and stays one", "");
    }

    [Fact]
    public Task A_demo_is_not_opened_to_other_machines() => Refused("this machine only", "--demo", ("ASPNETCORE_URLS", "http://0.0.0.0:0"));

    [Fact]
    public Task A_demo_with_a_sandbox_on_another_machine_is_refused() => Refused("this machine only", "--demo", ("Publisher__Sandbox", "http://sandbox.example/"));

    [Fact]
    public Task A_command_that_is_none_is_named() => Refused("There is no command \"bakcup\"", "bakcup somewhere");

    [Fact]
    public async Task A_folder_whose_mark_was_deleted_starts_and_says_that_it_may_be_a_copy()
    {
        await using (await Running("--demo"))
        {
        }

        File.Delete(Path.Combine(Folder, "run.json"));
        await using var again = await Running("--demo");
        await again.SaysAsync("This may be a copy", TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task A_demo_with_a_wait_that_is_none_is_refused() => Refused("Publisher:Sending", "--demo", ("Publisher__Sending__Lease", "soon"));

    [Theory]
    [InlineData("sender", "It can be all, web")]
    [InlineData("web", "with SQLite one process does all the work")]
    public Task A_role_that_is_none_or_needs_a_second_process_is_refused(string role, string sentence) => Refused(sentence, "--demo", ("Publisher__Role", role));

    [Theory]
    [InlineData("Publisher__Database", "postgres://db/publisher", "Publisher:Database is no connection string")]
    [InlineData("Publisher__MigrationDatabase", "Hots=db", "Publisher:MigrationDatabase is no connection string")]
    [InlineData("Publisher__MigrationDatabase", "Host=db", "names a database that Publisher:Database does not")]
    [InlineData("Publisher__Database", "Host=127.0.0.1;Port=1;Username=publisher;Database=publisher", "The database can't be opened")]
    public Task A_database_that_is_none_or_is_not_there_is_named(string setting, string value, string sentence) => Refused(sentence, "--demo", (setting, value));

    private string Folder => Path.Combine(_root, "data");

    private Task<long> CountAsync(string what) => StartedProduct.CountAsync(Folder, what);

    private string Key(string name)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllText(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        return path;
    }

    private Task<StartedProduct> Running(string arguments, params (string Name, string Value)[] settings) => StartedProduct.OpenAsync(StartedProduct.Built, Folder, arguments, settings);

    private async Task Refused(string sentence, string arguments, params (string Name, string Value)[] settings)
    {
        var (code, said, errors) = await StartedProduct.EndAsync(Folder, arguments, settings);

        code.ShouldBe(1);
        errors.ShouldContain(sentence);
        errors.Trim().ShouldNotContain('\n');
        said.ShouldBe("");
    }
}
