using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Publisher.Web.Storage;

/// <summary>
/// The framework's key ring, in the data folder, encrypted by the master key. The framework itself offers certificates
/// and Windows for that; a key file asks less of who runs this.
/// </summary>
internal static class KeyRing
{
    private const string Purpose = "Publisher.KeyRing";

    public static void AddKeyRing(this IServiceCollection services, DataFolder folder, MasterKey master)
    {
        services.AddSingleton(master);
        services.AddDataProtection().SetApplicationName("Publisher").PersistKeysToFileSystem(new DirectoryInfo(folder.Keys));
        services.Configure<KeyManagementOptions>(options => options.XmlEncryptor = new Encryptor(master));
    }

    internal sealed class Encryptor(MasterKey master) : IXmlEncryptor
    {
        public EncryptedXmlInfo Encrypt(XElement plaintextElement)
        {
            var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
            var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
            var tag = new byte[AesGcm.TagByteSizes.MaxSize];
            var sealedBytes = new byte[plain.Length];
            using var aes = new AesGcm(master.Derive(Purpose), tag.Length);
            aes.Encrypt(nonce, plain, sealedBytes, tag);
            CryptographicOperations.ZeroMemory(plain);
            return new EncryptedXmlInfo(
                new XElement(
                    "sealed",
                    new XAttribute("by", "master key, AES-256-GCM"),
                    new XElement("nonce", Convert.ToBase64String(nonce)),
                    new XElement("tag", Convert.ToBase64String(tag)),
                    new XElement("value", Convert.ToBase64String(sealedBytes))),
                typeof(Decryptor));
        }
    }

    /// <summary>Made by the framework, which finds its name beside each key.</summary>
    internal sealed class Decryptor(IServiceProvider services) : IXmlDecryptor
    {
        public XElement Decrypt(XElement encryptedElement)
        {
            var tag = Bytes(encryptedElement, "tag");
            var sealedBytes = Bytes(encryptedElement, "value");
            var plain = new byte[sealedBytes.Length];
            using var aes = new AesGcm(services.GetRequiredService<MasterKey>().Derive(Purpose), AesGcm.TagByteSizes.MaxSize);
            aes.Decrypt(Bytes(encryptedElement, "nonce"), sealedBytes, tag, plain);
            return XElement.Parse(Encoding.UTF8.GetString(plain));
        }

        private static byte[] Bytes(XElement element, string name) => Convert.FromBase64String((string?)element.Element(name) ?? "");
    }
}
