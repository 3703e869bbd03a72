namespace Publisher.Web.Channels;

/// <summary>The words of channels and senders. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
