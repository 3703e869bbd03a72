using System.Buffers.Binary;
using System.Text;

namespace Publisher.Web.Media;

/// <summary>
/// Takes out of a picture what tells where and with what it was made (EXIF with GPS and device, XMP, comments), without
/// touching a pixel. Kept are the orientation and, as the file says them, creator and copyright. Own code, because it has
/// to work where no tool is installed and a re-encoding would cost quality.
/// </summary>
internal static class Cleaning
{
    private const ushort Orientation = 0x0112;
    private const ushort Artist = 0x013B;
    private const ushort Copyright = 0x8298;

    /// <summary>The clean file, and the credit found in it ("" for none). Null where the file is broken.</summary>
    public static (byte[] File, string Credit)? Clean(MediaKind kind, ReadOnlySpan<byte> file)
    {
        try
        {
            return kind switch
            {
                _ when kind == MediaKind.Jpeg => Jpeg(file),
                _ when kind == MediaKind.Png => Png(file),
                _ when kind == MediaKind.WebP => WebP(file),
                _ => (file.ToArray(), ""),
            };
        }
        catch (Exception failure) when (failure is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            // The file ends too early, or a length in it points beyond its end.
            return null;
        }
    }

    /// <summary>How a cleaned picture is turned to be seen upright, 1 to 8 as EXIF counts; from 5 on it lies on its side.</summary>
    public static int TurnOf(MediaKind kind, ReadOnlySpan<byte> file)
    {
        // Where Clean put it: the first segment, or the one behind JFIF.
        var at = file.Length > 4 && file[3] == 0xE0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(file[4..]) : 2;
        return kind == MediaKind.Jpeg && file.Length > at + 10 && file[at + 1] == 0xE1 && file[(at + 4)..].StartsWith("Exif\0\0"u8)
            ? Exif.Read(file[(at + 10)..])?.Turned ?? 1
            : 1;
    }

    private static (byte[], string)? Jpeg(ReadOnlySpan<byte> file)
    {
        var clean = new MemoryStream(file.Length);
        clean.Write(file[..2]);
        Exif? exif = null;
        var hasScan = false;
        var at = 2;
        // Cameras put a second picture or a video behind the end of the first; nobody approved those. Where a picture is cut off, what came of it is kept.
        while (at + 1 < file.Length)
        {
            if (file[at] != 0xFF)
            {
                return null;
            }

            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is 0xD8 or 0xD9)
            {
                clean.Write([0xFF, 0xD9]);
                break;
            }

            var end = at + 4 <= file.Length ? at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]) : int.MaxValue;
            if (hasScan && end > file.Length)
            {
                break;
            }

            var segment = file[at..end];
            var body = segment[4..];
            if (marker == 0xE1 && body.StartsWith("Exif\0\0"u8))
            {
                exif ??= Exif.Read(body[6..]);
            }

            // APP0 (JFIF), the colour profile in APP2 and APP14 (Adobe's colour transform) belong to the picture; all else in APPn and comments goes.
            if (marker is not ((>= 0xE1 and <= 0xEF and not 0xEE) or 0xFE) || (marker == 0xE2 && body.StartsWith("ICC_PROFILE\0"u8)))
            {
                clean.Write(segment);
            }

            at = end;
            if (marker == 0xDA)
            {
                hasScan = true;
                at = EndOfScan(file, end);
                clean.Write(file[end..at]);
            }
        }

        if (!hasScan)
        {
            return null;
        }

        if (exif is null)
        {
            return (clean.ToArray(), "");
        }

        var kept = exif.Write();
        var head = clean.ToArray();
        // Behind SOI and JFIF, where readers look for it.
        var behind = head.Length > 4 && head[2] == 0xFF && head[3] == 0xE0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4)) : 2;
        return ([.. head.AsSpan(0, behind), .. kept, .. head.AsSpan(behind)], exif.Credit);
    }

    /// <summary>Where the next marker is: FF 00 is a byte of the picture, D0 to D7 count its stretches, and more FF may stand before a marker.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> file, int at)
    {
        while (at + 1 < file.Length && (file[at] != 0xFF || file[at + 1] is 0x00 or 0xFF or (>= 0xD0 and <= 0xD7)))
        {
            at++;
        }

        return at + 1 < file.Length ? at : file.Length;
    }

    private static (byte[], string)? Png(ReadOnlySpan<byte> file)
    {
        var clean = new MemoryStream(file.Length);
        clean.Write(file[..8]);
        var credit = "";
        var at = 8;
        while (at + 12 <= file.Length)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            var chunk = file.Slice(at, checked(length + 12));
            var name = Encoding.ASCII.GetString(chunk.Slice(4, 4));
            if (name == "tEXt" && Encoding.Latin1.GetString(chunk.Slice(8, length)).Split('\0') is ["Author" or "Copyright", var said, ..])
            {
                credit = credit.Length == 0 ? said : credit;
            }

            if (name is not ("eXIf" or "tEXt" or "iTXt" or "zTXt" or "tIME"))
            {
                clean.Write(chunk);
            }

            at += chunk.Length;
            if (name == "IEND")
            {
                return (clean.ToArray(), credit);
            }
        }

        return null;
    }

    private static (byte[], string)? WebP(ReadOnlySpan<byte> file)
    {
        // What lies behind the end that the file tells is no part of the picture.
        file = file[..(int)Math.Min(file.Length, 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]))];
        var clean = new MemoryStream(file.Length);
        clean.Write(file[..12]);
        Exif? exif = null;
        var at = 12;
        while (at + 8 <= file.Length)
        {
            var length = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]));
            var whole = checked(8 + length + (length & 1));
            var name = Encoding.ASCII.GetString(file.Slice(at, 4));
            // Some leave out the byte that makes the last length even.
            var chunk = file.Slice(at, Math.Max(8 + length, Math.Min(whole, file.Length - at))).ToArray();
            switch (name)
            {
                case "EXIF":
                    exif ??= Exif.Read(chunk.AsSpan(8).StartsWith("Exif\0\0"u8) ? chunk.AsSpan(14) : chunk.AsSpan(8));
                    break;
                case "XMP ":
                    break;
                case "VP8X":
                    // Bits 3 and 2 say that EXIF and XMP follow.
                    chunk[8] &= unchecked((byte)~0b0000_1100);
                    clean.Write(chunk);
                    break;
                default:
                    clean.Write(chunk);
                    break;
            }

            at += whole;
        }

        var bytes = clean.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)bytes.Length - 8);
        return (bytes, exif?.Credit ?? "");
    }

    /// <summary>The few entries of EXIF (CIPA DC-008) that stay.</summary>
    private sealed record Exif(ushort Turned, string Creator, string Rights)
    {
        /// <summary>In the copyright a zero stands between photographer and publisher, which not every database takes as text.</summary>
        public string Credit => string.Join(", ", (Creator.Length > 0 ? Creator : Rights).Split('\0', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        public static Exif? Read(ReadOnlySpan<byte> tiff)
        {
            if (tiff.Length < 14)
            {
                return null;
            }

            var isLittle = tiff[0] == (byte)'I';
            var directory = checked((int)UInt32(tiff[4..], isLittle));
            if (directory + 2 > tiff.Length)
            {
                return null;
            }

            ushort turned = 1;
            string creator = "", rights = "";
            var count = UInt16(tiff[directory..], isLittle);
            for (var entry = 0; entry < count && directory + 14 + (entry * 12) <= tiff.Length; entry++)
            {
                var field = tiff.Slice(directory + 2 + (entry * 12), 12);
                switch (UInt16(field, isLittle))
                {
                    case Orientation:
                        turned = UInt16(field[8..], isLittle);
                        break;
                    case Artist:
                        creator = Text(tiff, field, isLittle);
                        break;
                    case Copyright:
                        rights = Text(tiff, field, isLittle);
                        break;
                }
            }

            return new Exif(turned is >= 1 and <= 8 ? turned : (ushort)1, creator, rights);
        }

        /// <summary>An APP1 segment with nothing but these entries, big-endian.</summary>
        public byte[] Write()
        {
            var texts = new[] { (Tag: Artist, Text: Creator), (Tag: Copyright, Text: Rights) }.Where(entry => entry.Text.Length > 0).ToArray();
            var entries = 1 + texts.Length;
            var data = new MemoryStream();
            var tiff = new byte[8 + 2 + (entries * 12) + 4];
            "MM\0\x2A\0\0\0\x08"u8.CopyTo(tiff);
            BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(8), (ushort)entries);
            Put(tiff.AsSpan(10), Orientation, 3, 1, (uint)Turned << 16);
            for (var index = 0; index < texts.Length; index++)
            {
                var bytes = Encoding.UTF8.GetBytes(texts[index].Text + "\0\0\0\0");
                var length = bytes.Length - 3;
                // Four bytes and fewer stand in the entry itself.
                var value = length <= 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : (uint)(tiff.Length + data.Length);
                Put(tiff.AsSpan(10 + ((index + 1) * 12)), texts[index].Tag, 2, (uint)length, value);
                if (length > 4)
                {
                    data.Write(bytes.AsSpan(0, length + (length & 1)));
                }
            }

            byte[] body = [.. "Exif\0\0"u8, .. tiff, .. data.ToArray()];
            var segment = new byte[4 + body.Length];
            segment[0] = 0xFF;
            segment[1] = 0xE1;
            BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), checked((ushort)(body.Length + 2)));
            body.CopyTo(segment.AsSpan(4));
            return segment;
        }

        private static void Put(Span<byte> entry, ushort tag, ushort type, uint count, uint value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(entry, tag);
            BinaryPrimitives.WriteUInt16BigEndian(entry[2..], type);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], count);
            BinaryPrimitives.WriteUInt32BigEndian(entry[8..], value);
        }

        private static string Text(ReadOnlySpan<byte> tiff, ReadOnlySpan<byte> field, bool isLittle)
        {
            var count = UInt32(field[4..], isLittle);
            if (count is 0 or > 1000)
            {
                return "";
            }

            var bytes = count <= 4 ? field.Slice(8, (int)count) : tiff.Slice(checked((int)UInt32(field[8..], isLittle)), (int)count);
            return Encoding.UTF8.GetString(bytes).TrimEnd('\0', ' ');
        }

        private static ushort UInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
            isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

        private static uint UInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
            isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
