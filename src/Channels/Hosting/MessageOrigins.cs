using System.Collections.Immutable;

namespace SseFabric.Channels.Hosting;

/// <summary>Where this process's messages come from, for the ready line: each source and door adds itself once it runs. Any thread.</summary>
public sealed class MessageOrigins
{
    private ImmutableList<string> _all = [];

    /// <summary>All of them, in the order in which they came.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Adds one, without secrets: <c>RESP door 127.0.0.1:6380</c>.</summary>
    public void Add(string description) => ImmutableInterlocked.Update(ref _all, all => all.Contains(description) ? all : all.Add(description));
}
