namespace Publisher.Web.Log;

/// <summary>What people and the clock did, in words: "action.CODE". Resources: Words.resx, Words.de.resx.</summary>
public sealed class Words;
