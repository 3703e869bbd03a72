namespace Publisher.Web.Shell;

/// <summary>The words of the frame around all pages, and those every feature shares. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
