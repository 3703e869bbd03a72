namespace Publisher.Web.Copies;

/// <summary>What is said about copies. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
