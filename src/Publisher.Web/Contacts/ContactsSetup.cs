namespace Publisher.Web.Contacts;

internal static class ContactsSetup
{
    public static void AddContacts(this IServiceCollection services) => services.AddSingleton<ContactDesk>();
}
