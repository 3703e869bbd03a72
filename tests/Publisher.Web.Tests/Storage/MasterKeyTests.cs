using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Storage;

public sealed class MasterKeyTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-key-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_real_folder_does_not_open_without_a_key_and_says_how_to_make_one()
    {
        using var folder = Folder();

        Should.Throw<StartRefused>(() => MasterKey.Open(folder, null)).Message.ShouldContain("openssl rand -base64 32");
        Should.Throw<StartRefused>(() => MasterKey.Open(folder, Path.Combine(_root, "nothing.key"))).Message.ShouldContain("nothing.key");
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        using var folder = Folder();
        var path = Write("open.key", UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Should.Throw<StartRefused>(() => MasterKey.Open(folder, path)).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public void A_key_in_the_folder_it_protects_is_refused_also_behind_a_link()
    {
        using var folder = Folder();
        var path = Write(Path.Combine("data", "master.key"), UnixFileMode.UserRead);
        var link = Path.Combine(_root, "elsewhere.key");
        File.CreateSymbolicLink(link, path);

        Should.Throw<StartRefused>(() => MasterKey.Open(folder, path)).Message.ShouldContain("backup");
        Should.Throw<StartRefused>(() => MasterKey.Open(folder, link)).Message.ShouldContain("backup");
    }

    [Fact]
    public void A_short_or_broken_key_is_refused()
    {
        using var folder = Folder();

        Should.Throw<StartRefused>(() => MasterKey.Open(folder, Write("short.key", UnixFileMode.UserRead, Convert.ToBase64String(new byte[16])))).Message.ShouldContain("16 bytes");
        Should.Throw<StartRefused>(() => MasterKey.Open(folder, Write("broken.key", UnixFileMode.UserRead, "password!"))).Message.ShouldContain("base64");
    }

    [Fact]
    public void Each_purpose_has_a_key_of_its_own()
    {
        using var folder = Folder();
        var path = Write("master.key", UnixFileMode.UserRead);
        var key = MasterKey.Open(folder, path);

        key.Derive("one").ShouldNotBe(key.Derive("other"));
        key.Derive("one").ShouldBe(MasterKey.Open(folder, path).Derive("one"));
    }

    [Fact]
    public void The_key_ring_on_disk_can_be_read_only_with_the_master_key()
    {
        using var folder = Folder();
        var key = MasterKey.Open(folder, Write("master.key", UnixFileMode.UserRead));
        string secret;
        using (var first = Services(folder, key))
        {
            secret = first.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("app password");
        }

        using var again = Services(folder, key);
        again.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(secret).ShouldBe("app password");

        var file = XElement.Load(Directory.GetFiles(folder.Keys, "*.xml").ShouldHaveSingleItem());
        file.Descendants("masterKey").ShouldBeEmpty();
        var hidden = file.Descendants("sealed").ShouldHaveSingleItem();
        using var thief = Services(folder, MasterKey.Open(folder, Write("other.key", UnixFileMode.UserRead)));
        Should.Throw<System.Security.Cryptography.CryptographicException>(() => new KeyRing.Decryptor(thief).Decrypt(hidden));
        new KeyRing.Decryptor(again).Decrypt(hidden).Name.LocalName.ShouldBe("masterKey");
    }

    [Fact]
    public void A_demo_makes_a_key_for_itself_that_others_cannot_read()
    {
        using var demo = DataFolder.Open(Path.Combine(_root, "demo"), asDemo: true);
        var key = MasterKey.Open(demo, null);

        File.GetUnixFileMode(Path.Combine(demo.Root, "demo.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        MasterKey.Open(demo, null).Derive("one").ShouldBe(key.Derive("one"));
    }

    private static ServiceProvider Services(DataFolder folder, MasterKey key)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyRing(folder, key);
        return services.BuildServiceProvider();
    }

    private DataFolder Folder() => DataFolder.Open(Path.Combine(_root, "data"), asDemo: false);

    private string Write(string name, UnixFileMode mode, string? content = null)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllText(path, (content ?? Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))) + "\n");
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
