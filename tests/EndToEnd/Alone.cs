namespace SseFabric.EndToEnd;

/// <summary>
/// Classes that run one after the other with nothing beside them: those that measure memory or a short time, and those that take all of the machine.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
