namespace Publisher.Web.Media;

/// <summary>Why a file was not taken. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
