namespace SseFabric.Unit;

/// <summary>Classes that run with nothing beside them: those that count what the whole process allocates.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
