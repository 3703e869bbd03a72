using System.Net;
using System.Security.Cryptography;
using Publisher.Web.Tests.Start;
using Publisher.Web.Tests.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Machines;

/// <summary>A real installation on several machines: what they share, and what does not start.</summary>
public sealed class SharedFolderTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-shared-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "data");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Three_that_start_at_the_same_moment_make_one_database_one_key_and_one_link_that_opens_on_each()
    {
        (string, string)[] settings = [("Publisher__MasterKey", Key("master.key")), ("Publisher__Database", postgres.Database("at_once"))];

        var machines = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartedProduct.OpenAsync(Folder, "", settings)));
        try
        {
            foreach (var machine in machines)
            {
                await machine.SaysAsync("Nobody can sign in yet", Stop);
                machine.Errors.ShouldBe("");
            }

            Directory.GetFiles(Path.Combine(Folder, "keys"), "key-*.xml").ShouldHaveSingleItem();
            var link = new Uri((await File.ReadAllTextAsync(Path.Combine(Folder, "first-start.txt"), Stop)).Trim());
            using var http = new HttpClient();
            foreach (var machine in machines)
            {
                using var answer = await http.GetAsync(new Uri(machine.Address, link.AbsolutePath), Stop);
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
                (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("<form");
            }
        }
        finally
        {
            foreach (var machine in machines)
            {
                await machine.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task A_machine_with_another_folder_another_key_or_another_kind_of_database_does_not_start()
    {
        var database = ("Publisher__Database", postgres.Database("shared"));
        var key = ("Publisher__MasterKey", Key("master.key"));
        await using var first = await StartedProduct.OpenAsync(Folder, "", key, database);

        (await RefusedAsync(Path.Combine(_root, "own"), key, database)).ShouldContain("is used with another data folder");
        (await RefusedAsync(Folder, ("Publisher__MasterKey", Key("other.key")), database)).ShouldContain("not the one the database was created with");
        (await RefusedAsync(Folder, key)).ShouldContain("in use by another process");
    }

    [Fact]
    public async Task A_second_process_of_a_demo_uses_the_people_and_the_stand_ins_of_the_first()
    {
        var database = ("Publisher__Database", postgres.Database("demo"));
        await using var first = await StartedProduct.OpenAsync(Folder, "--demo", database);
        await using var second = await StartedProduct.OpenAsync(Folder, "--demo", database);

        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(second.Address, "account/sign-in"), Stop)).ShouldContain("Mara Manager");
        first.Errors.ShouldBe("");
        second.Errors.ShouldBe("");
    }

    private string Key(string name)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllText(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        return path;
    }

    private static async Task<string> RefusedAsync(string folder, params (string, string)[] settings)
    {
        var (code, said, errors) = await StartedProduct.EndAsync(folder, "", settings);
        code.ShouldBe(1, said);
        return errors;
    }
}
