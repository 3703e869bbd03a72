namespace Publisher.Web.Contacts;

/// <summary>The words of contacts. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
