using Xunit;

namespace Publisher.Web.Tests.Journeys;

/// <summary>What runs alone: it measures how late a post is, or fills the machine with processes so that others could not keep their times.</summary>
[CollectionDefinition(nameof(OneAtATime), DisableParallelization = true)]
public sealed class OneAtATime;
