namespace Publisher.Web.Messages;

/// <summary>The words of composing and of messages. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
