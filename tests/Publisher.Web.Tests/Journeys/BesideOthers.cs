using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>Journeys that measure nothing: one after the other, for each of them fills a processor, and beside tests without a browser.</summary>
[CollectionDefinition(nameof(BesideOthers))]
public sealed class BesideOthers;
