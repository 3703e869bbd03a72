namespace Publisher.Web.Deliveries;

/// <summary>Why a decision about a delivery can't be taken: "refusal.CODE". Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
