using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Publisher.Web.Copies;
using Publisher.Web.Media;
using Publisher.Web.Storage;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Copies;

/// <summary>What a backup and a restore refuse, and that they see what is not whole.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("publisher-command-").FullName;
    private string _hash = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_root, "data");

    private string Backup => Path.Combine(_root, "backup");

    private string Restored => Path.Combine(_root, "restored");

    private string Key => Path.Combine(_root, "master.key");

    /// <summary>A real folder with one picture that is named.</summary>
    public async ValueTask InitializeAsync()
    {
        NewKey(Key);
        using var folder = DataFolder.Open(Data, asDemo: false);
        await using var services = OpenedCopy.Of(folder, postgres: null);
        await using (var db = await services.OpenAsync(Stop))
        {
            await Migrating.RunAsync(db, Stop);
            await MasterKey.Open(folder, Key).CheckAsync(db, Stop);
            var store = new MediaStore(folder);
            var draft = store.NewDraft();
            await File.WriteAllTextAsync(draft, "a picture", Stop);
            (_hash, var length) = await store.KeepAsync(draft, Stop);
            db.Media.Add(new MediaFile { SenderId = 1, Hash = _hash, Type = "image/png", Length = length, Width = 1, Height = 1, FileName = "one.png", AddedBy = 1, AddedAt = DateTimeOffset.UnixEpoch });
            db.Append(new Publisher.Web.Log.LogEntry(null, DateTimeOffset.UnixEpoch, "sign.in"));
            await db.SaveChangesAsync(Stop);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_was_backed_up_is_restored_byte_by_byte_and_marked_as_a_copy()
    {
        (await BackupCommand.RunAsync(Line(Backup), Stop)).ShouldContain("1 log entries in an unbroken row, 1 pictures and videos");
        (await RestoreCommand.RunAsync(Line(Backup, Restored), Stop)).ShouldContain("stands still when it starts");

        File.ReadAllText(Path.Combine(Restored, "media", _hash[..2], _hash)).ShouldBe("a picture");
        Directory.EnumerateFiles(Backup, "*", SearchOption.AllDirectories).ShouldNotContain(file => file.EndsWith("master.key", StringComparison.Ordinal) || file.EndsWith(RunFile.Name, StringComparison.Ordinal));
        using var folder = DataFolder.Open(Restored, asDemo: false);
        await using var services = OpenedCopy.Of(folder, postgres: null);
        await using var db = await services.OpenAsync(Stop);
        var standstill = new Standstill();
        await standstill.ReadAsync(db, Stop);
        standstill.Mark.ShouldNotBeNull().Why.ShouldBe("backup");
    }

    [Fact]
    public async Task A_backup_is_never_written_over_another_nor_into_what_it_copies()
    {
        await BackupCommand.RunAsync(Line(Backup), Stop);

        await RefusedAsync(BackupCommand.RunAsync(Line(Backup), Stop), "is not empty");
        await RefusedAsync(BackupCommand.RunAsync(Line(Path.Combine(Data, "backup")), Stop), "lies in the data folder");
        await RefusedAsync(BackupCommand.RunAsync(Line(Backup, Restored), Stop), "no data folder at");
        await RefusedAsync(BackupCommand.RunAsync(new CommandLine([], Data, null, Key), Stop), "Name one folder");
    }

    [Fact]
    public async Task A_picture_that_is_missing_or_altered_is_told()
    {
        var picture = Path.Combine(Data, "media", _hash[..2], _hash);
        await File.WriteAllTextAsync(picture, "another", Stop);
        await RefusedAsync(BackupCommand.RunAsync(Line(Backup), Stop), "1 are not the bytes they are named by");

        File.Delete(picture);
        await RefusedAsync(BackupCommand.RunAsync(Line(Path.Combine(_root, "second")), Stop), "1 pictures or videos are missing");
    }

    [Fact]
    public async Task A_log_with_a_gap_is_told()
    {
        using (var folder = DataFolder.Look(Data))
        await using (var services = OpenedCopy.Of(folder, postgres: null))
        await using (var db = await services.OpenAsync(Stop))
        {
            db.LogPending.RemoveRange(db.LogPending);
            await db.SaveChangesAsync(Stop);
        }

        await RefusedAsync(BackupCommand.RunAsync(Line(Backup), Stop), "the log has gaps");
    }

    [Fact]
    public async Task A_key_that_no_master_key_encrypts_is_told()
    {
        await File.WriteAllTextAsync(Path.Combine(Data, "keys", "key-1.xml"), "<key><descriptor><masterKey><value>plain</value></masterKey></descriptor></key>", Stop);

        await RefusedAsync(BackupCommand.RunAsync(Line(Backup), Stop), "is not encrypted by a master key");
    }

    [Fact]
    public async Task A_master_key_that_would_not_open_the_backup_is_told_and_none_is_needed_to_make_one()
    {
        var other = Path.Combine(_root, "other.key");
        NewKey(other);
        await RefusedAsync(BackupCommand.RunAsync(new CommandLine([Backup], Data, null, other), Stop), "this master key is not the one the database was created with");
        (await RestoreCommand.RunAsync(Line(Backup, Restored), Stop)).ShouldContain("stands still when it starts");

        await BackupCommand.RunAsync(new CommandLine([Path.Combine(_root, "second")], Data, null, null), Stop);
    }

    [Fact]
    public async Task A_backup_that_was_altered_or_broke_off_is_not_restored()
    {
        await BackupCommand.RunAsync(Line(Backup), Stop);
        await File.WriteAllTextAsync(Path.Combine(Backup, "media", _hash[..2], _hash), "another", Stop);
        await RefusedAsync(RestoreCommand.RunAsync(Line(Backup, Restored), Stop), "is not the file that was backed up");
        File.Exists(Path.Combine(Restored, "publisher.db")).ShouldBeFalse();

        File.Delete(Path.Combine(Backup, Manifest.Name));
        await RefusedAsync(RestoreCommand.RunAsync(Line(Backup, Path.Combine(_root, "other")), Stop), "no backup that came to its end");
    }

    [Fact]
    public async Task A_restore_writes_over_nothing_and_wants_the_same_kind_of_database()
    {
        await BackupCommand.RunAsync(Line(Backup), Stop);

        await RefusedAsync(RestoreCommand.RunAsync(Line(Backup), Stop), "is not empty");
        await RefusedAsync(RestoreCommand.RunAsync(new CommandLine([Backup], Restored, "Host=nowhere", Key), Stop), "without Publisher__Database");
        NewKey(Path.Combine(_root, "other.key"));
        await RefusedAsync(RestoreCommand.RunAsync(new CommandLine([Backup], Restored, null, Path.Combine(_root, "other.key")), Stop), "not the one the database was created with");
    }

    private CommandLine Line(string folder, string? data = null) => new([folder], data ?? Data, null, Key);

    private static void NewKey(string path)
    {
        File.WriteAllText(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task RefusedAsync(Task<string> command, string sentence) => (await Should.ThrowAsync<StartRefused>(() => command)).Message.ShouldContain(sentence);
}
