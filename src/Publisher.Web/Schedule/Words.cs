namespace Publisher.Web.Schedule;

/// <summary>What is said about holds. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
