namespace Publisher.Web.Messages;

/// <summary>The words of the pages that read messages. Resources: MessageWords.resx, MessageWords.de.resx.</summary>
public sealed class MessageWords;
