namespace SseFabric.Cluster;

/// <summary>Classes that run one after the other with nothing beside them: those that look at when something happens, on a machine that is busy with them enough.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
