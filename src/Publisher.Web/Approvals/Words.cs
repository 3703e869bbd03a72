namespace Publisher.Web.Approvals;

/// <summary>The words of review and approval. Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
