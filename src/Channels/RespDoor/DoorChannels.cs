using System.Collections.Concurrent;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Resp;
using SseFabric.Contracts;

namespace SseFabric.Channels.RespDoor;

/// <summary>The channels published to of late, by the bytes of their names: a name is checked and its rule found once. Any thread.</summary>
internal sealed class DoorChannels
{
    private const int MaxKept = 10_000;

    private readonly ChannelRules _rules;
    private readonly ConcurrentDictionary<byte[], DoorChannel> _byName = new(ByteKeyComparer.Instance);
    private readonly ConcurrentDictionary<byte[], DoorChannel>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private int _count;

    public DoorChannels(ChannelRules rules)
    {
        _rules = rules;
        _bySpan = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public DoorChannel Find(ReadOnlySpan<byte> name)
    {
        if (_bySpan.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!ChannelName.TryParse(name, out var channel, out var error))
        {
            return new DoorChannel(default, RespLimits.MaxArgumentBytes, PayloadFormat.Text, error);
        }

        if (Interlocked.Increment(ref _count) > MaxKept)
        {
            _byName.Clear();
            Interlocked.Exchange(ref _count, 0);
        }

        var rule = _rules.For(channel);
        return _byName[name.ToArray()] = new DoorChannel(channel, rule.MaxEventBytes, rule.Format, null);
    }
}
