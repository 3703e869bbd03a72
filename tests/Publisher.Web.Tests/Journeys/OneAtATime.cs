using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>Journeys run alone and one after the other: they measure how late a post is.</summary>
[CollectionDefinition(nameof(OneAtATime), DisableParallelization = true)]
public sealed class OneAtATime;
