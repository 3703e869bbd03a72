namespace Publisher.Web.People;

/// <summary>The words of signing in and of the people. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
