using System.Text;
using Publisher.Web.Media;
using Shouldly;
using Xunit;

namespace Publisher.Web.Tests.Media;

public sealed class CleaningTests
{
    [Fact]
    public void A_photo_keeps_its_turn_and_its_creator_and_loses_place_and_camera()
    {
        var photo = Photo(turned: 6, artist: "Jana Novák", camera: "Secret Phone 9", place: "52.5163N");

        var (clean, credit) = Cleaning.Clean(MediaKind.Jpeg, photo)!.Value;

        var text = Encoding.UTF8.GetString(clean);
        text.ShouldNotContain("Secret Phone 9");
        text.ShouldNotContain("52.5163N");
        text.ShouldNotContain("a comment");
        text.ShouldNotContain("hidden behind the end");
        text.ShouldContain("Jana Novák");
        credit.ShouldBe("Jana Novák");
        MediaKind.Jpeg.SizeOf(clean).ShouldBe((640, 480));
        // Read again, what was written says the same: the turn stands in the entry, the name behind the directory.
        Cleaning.Clean(MediaKind.Jpeg, clean)!.Value.Credit.ShouldBe("Jana Novák");
        clean.AsSpan().IndexOf<byte>([0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06]).ShouldBeGreaterThan(0);
        clean[^2..].ShouldBe([0xFF, 0xD9]);
    }

    [Fact]
    public void Two_names_in_one_credit_are_read_without_the_zero_between_them()
    {
        var clean = Cleaning.Clean(MediaKind.Jpeg, Photo(turned: 1, artist: "Jana Novák\0Agency", camera: "Phone", place: "52N"))!.Value;

        clean.Credit.ShouldBe("Jana Novák, Agency");
        Encoding.UTF8.GetString(clean.File).ShouldContain("Jana Novák\0Agency");
        Cleaning.Clean(MediaKind.Png, Replaced(Png, "Jana"u8, 1, [0]))!.Value.Credit.ShouldBe("J");
    }

    [Fact]
    public void A_photo_without_anything_to_hide_stays_as_it_is()
    {
        byte[] plain = [0xFF, 0xD8, .. Frame(640, 480), .. Scan];

        Cleaning.Clean(MediaKind.Jpeg, plain)!.Value.File.ShouldBe(plain);
    }

    [Fact]
    public void A_photo_ends_where_its_picture_ends_whatever_lies_behind()
    {
        byte[] plain = [0xFF, 0xD8, .. Frame(640, 480), .. Scan];
        var second = Photo(turned: 1, artist: "Jana Novák", camera: "Secret Phone 9", place: "52.5163N");

        // A second picture with a place of its own, a film with the same two bytes in it, and one that begins before the first has ended.
        Cleaning.Clean(MediaKind.Jpeg, [.. plain, .. second])!.Value.File.ShouldBe(plain);
        Cleaning.Clean(MediaKind.Jpeg, [.. plain, .. "ftypmp42"u8, 0xFF, 0xD9, 0x01])!.Value.File.ShouldBe(plain);
        Cleaning.Clean(MediaKind.Jpeg, [.. plain[..^2], .. second])!.Value.File.ShouldBe(plain);
    }

    [Fact]
    public void A_WebP_picture_ends_where_it_says_and_loses_its_place()
    {
        var (clean, credit) = Cleaning.Clean(MediaKind.WebP, [.. WebP, .. WebP])!.Value;

        credit.ShouldBe("Jana");
        clean.ShouldBe([.. WebP[..4], 42, 0, 0, 0, .. WebP[8..20], 0, .. WebP[21..30], .. WebP[^20..]]);
    }

    [Fact]
    public void A_photo_of_many_scans_keeps_every_byte_of_them_and_loses_what_is_said_between()
    {
        byte[] head = [0xFF, 0xD8, .. Frame(640, 480)];
        // Bytes that look like markers and are none, a count, more FF than are needed, and tables between two scans.
        byte[] first = [.. Scan[..^2], 0xFF, 0x00, 0xD9, 0xFF, 0xD0, 0x44, 0xFF, 0xD7, 0xFF];
        byte[] tables = [0xFF, 0xC4, 0x00, 0x05, 0xFF, 0xD9, 0x07];
        byte[] comment = [0xFF, 0xFE, 0x00, 0x06, .. "here"u8];

        var clean = Cleaning.Clean(MediaKind.Jpeg, [.. head, .. first, .. comment, .. tables, .. comment, .. Scan, .. comment])!.Value.File;

        clean.ShouldBe([.. head, .. first, .. tables, .. Scan]);
    }

    [Fact]
    public void A_photo_cut_off_in_its_picture_is_kept_as_far_as_it_came()
    {
        byte[] whole = [0xFF, 0xD8, .. Frame(640, 480), .. Scan[..^2], 0xFF, 0xC4, 0x00, 0x05, 0x11, 0x22, 0x33, .. Scan];

        Cleaning.Clean(MediaKind.Jpeg, whole[..^2])!.Value.File.ShouldBe(whole[..^2]);
        Cleaning.Clean(MediaKind.Jpeg, whole[..^18])!.Value.File.ShouldBe(whole[..(2 + 13 + 13)]);
    }

    [Fact]
    public void A_colour_profile_stays_and_the_list_of_further_pictures_goes()
    {
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, 7, 7];
        byte[] list = [.. "MPF\0"u8, .. "MM\0\x2A"u8];
        byte[] with = [0xFF, 0xD8, 0xFF, 0xE2, .. Length(profile), .. profile, 0xFF, 0xE2, .. Length(list), .. list, .. Frame(640, 480), .. Scan];

        Cleaning.Clean(MediaKind.Jpeg, with)!.Value.File.ShouldBe([0xFF, 0xD8, 0xFF, 0xE2, .. Length(profile), .. profile, .. Frame(640, 480), .. Scan]);
    }

    [Fact]
    public void A_cut_off_photo_is_refused_and_not_passed_on()
    {
        byte[] cut = [0xFF, 0xD8, 0xFF, 0xE1, 0x20, 0x00, 0x45];

        Cleaning.Clean(MediaKind.Jpeg, cut).ShouldBeNull();
    }

    [Fact]
    public void A_broken_file_of_any_kind_is_refused()
    {
        Cleaning.Clean(MediaKind.Jpeg, [0xFF, 0xD8, .. Frame(640, 480)]).ShouldBeNull();
        Cleaning.Clean(MediaKind.Png, Replaced(Png, "IHDR"u8, -4, [0x7F, 0xFF, 0xFF, 0xFF])).ShouldBeNull();
        Cleaning.Clean(MediaKind.WebP, Replaced(WebP, "VP8 "u8, 4, [0xFF, 0xFF, 0xFF, 0xFF])).ShouldBeNull();
        Cleaning.Clean(MediaKind.WebP, [.. WebP[..12], .. "VP8X"u8, 0, 0, 0, 0]).ShouldBeNull();
        Cleaning.Clean(MediaKind.WebP, WebP[..^3]).ShouldBeNull();
        // Where the list in EXIF stands.
        Cleaning.Clean(MediaKind.Jpeg, Replaced(Photo(1, "Jana Novák", "Phone", "52N"), "II\x2A\0"u8, 4, [0xFF, 0xFF, 0xFF, 0xFF])).ShouldBeNull();
    }

    [Fact]
    public void No_file_brings_the_cleaning_down_wherever_it_is_cut_and_whatever_is_changed()
    {
        var random = new Random(2026);
        foreach (var (kind, file) in ((MediaKind, byte[])[])[(MediaKind.Jpeg, Photo(6, "Jana Novák", "Secret Phone 9", "52.5163N")), (MediaKind.Png, Png), (MediaKind.WebP, WebP)])
        {
            Cleaning.Clean(kind, file).ShouldNotBeNull();
            for (var length = 0; length < file.Length; length++)
            {
                Read(kind, file[..length]);
            }

            for (var turn = 0; turn < 3000; turn++)
            {
                var changed = file.ToArray();
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                Read(kind, changed);
            }
        }

        static void Read(MediaKind kind, byte[] file) => Should.NotThrow(
            () =>
            {
                kind.SizeOf(file);
                if (Cleaning.Clean(kind, file) is { } clean)
                {
                    Cleaning.TurnOf(kind, clean.File);
                }
            },
            $"{kind.Type}: {Convert.ToHexString(file)}");
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")]
    [InlineData("<!doctype html><title>x</title>")]
    [InlineData("%PDF-1.7 and so on and so on")]
    public void What_is_no_picture_or_video_has_no_kind(string content) => MediaKind.Of(Encoding.ASCII.GetBytes(content)).ShouldBeNull();

    private static readonly byte[] Scan = [0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00, 0x11, 0x22, 0x33, 0xFF, 0xD9];

    /// <summary>The checksums are nobody's business here.</summary>
    private static readonly byte[] Png =
    [
        0x89, .. "PNG\r\n\x1A\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 2, 128, 0, 0, 1, 104, 8, 2, 0, 0, 0, 1, 2, 3, 4,
        0, 0, 0, 11, .. "tEXtAuthor\0Jana"u8, 1, 2, 3, 4, 0, 0, 0, 3, .. "IDAT"u8, 7, 7, 7, 1, 2, 3, 4, 0, 0, 0, 0, .. "IEND"u8, 1, 2, 3, 4,
    ];

    /// <summary>With EXIF that says who made it, and a picture of an odd length.</summary>
    private static readonly byte[] WebP =
    [
        .. "RIFF"u8, 82, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0b1100, 0, 0, 0, 127, 2, 0, 103, 1, 0, .. "EXIF"u8, 31, 0, 0, 0,
        .. "II\x2A\0"u8, 8, 0, 0, 0, 1, 0, .. Entry(0x013B, 2, 5, 26), 0, 0, 0, 0, .. "Jana\0"u8, 0, .. "VP8 "u8, 11, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0,
    ];

    private static byte[] Replaced(byte[] file, ReadOnlySpan<byte> name, int behind, ReadOnlySpan<byte> with)
    {
        var changed = file.ToArray();
        with.CopyTo(changed.AsSpan(changed.AsSpan().IndexOf(name) + behind));
        return changed;
    }

    private static byte[] Frame(int width, int height) =>
        [0xFF, 0xC0, 0x00, 0x0B, 0x08, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 0x01, 0x01, 0x11, 0x00];

    /// <summary>A JPEG with an EXIF block as cameras write it (little-endian), a comment, and bytes behind the end.</summary>
    private static byte[] Photo(byte turned, string artist, string camera, string place)
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(artist), 0];
        byte[] maker = [.. Encoding.UTF8.GetBytes(camera), 0];
        const int Behind = 8 + 2 + (3 * 12) + 4;
        byte[] tiff =
        [
            .. "II\x2A\0"u8, 8, 0, 0, 0, 3, 0,
            .. Entry(0x0110, 2, maker.Length, Behind + name.Length),
            .. Entry(0x0112, 3, 1, turned),
            .. Entry(0x013B, 2, name.Length, Behind),
            0, 0, 0, 0, .. name, .. maker, .. Encoding.UTF8.GetBytes(place),
        ];
        byte[] exif = [.. "Exif\0\0"u8, .. tiff];
        var comment = Encoding.UTF8.GetBytes("a comment");
        return
        [
            0xFF, 0xD8, 0xFF, 0xE1, .. Length(exif), .. exif, 0xFF, 0xFE, .. Length(comment), .. comment,
            .. Frame(640, 480), .. Scan, .. Encoding.UTF8.GetBytes("hidden behind the end"),
        ];
    }

    private static byte[] Length(byte[] body) => [(byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)];

    private static byte[] Entry(int tag, int type, int count, int value) =>
        [(byte)tag, (byte)(tag >> 8), (byte)type, 0, .. BitConverter.GetBytes(count), .. BitConverter.GetBytes(value)];
}
