using System.Text;

namespace SseFabric.TestKit.Delivery;

/// <summary>One subscriber's part of a ledger: what arrived and what it was told. One thread at a time.</summary>
public sealed class LedgerSubscriber
{
    private readonly DeliveryLedger _ledger;
    private readonly LedgerFeed[] _feeds;
    private readonly List<LedgerFault> _foreign = [];
    private long _maxLag;

    internal LedgerSubscriber(DeliveryLedger ledger, string name, IEnumerable<string> channels)
    {
        _ledger = ledger;
        Name = name;
        _feeds = [.. channels.Distinct().Select(channel => new LedgerFeed(name, channel, ledger.PublishedOn(channel)))];
    }

    public string Name { get; }

    public IEnumerable<string> Channels => _feeds.Select(feed => feed.Channel);

    public long Arrived => _feeds.Sum(feed => feed.Arrived);

    public long Told => _feeds.Sum(feed => feed.Told);

    /// <summary>The longest time between the making of a payload and its arrival here.</summary>
    public TimeSpan MaxLag => TimeProvider.System.GetElapsedTime(0, _maxLag);

    /// <summary>Events that were published and that this subscriber is past neither by arrival nor by a hole.</summary>
    public long Outstanding => _feeds.Sum(feed => Math.Max(0, _ledger.PublishedOn(feed.Channel) - feed.Next + 1));

    public void Arrive(string payload) => Arrive(Encoding.UTF8.GetBytes(payload));

    /// <summary>An event with such a payload (<see cref="DeliveryPayload"/>) arrived.</summary>
    public void Arrive(ReadOnlySpan<byte> payload)
    {
        if (!DeliveryPayload.TryParse(payload, out var channel, out var sequence, out var timestamp))
        {
            Foreign("?", $"a payload that nobody published: {Encoding.UTF8.GetString(payload[..Math.Min(payload.Length, 80)])}");
            return;
        }

        foreach (var feed in _feeds)
        {
            if (channel.SequenceEqual(feed.Utf8))
            {
                feed.Arrive(sequence, _ledger.PublishedOn(feed.Channel));
                _maxLag = Math.Max(_maxLag, TimeProvider.System.GetTimestamp() - timestamp);
                return;
            }
        }

        Foreign(Encoding.UTF8.GetString(channel), $"{sequence} came, and it didn't subscribe to that channel");
    }

    /// <summary>The subscriber was told, at this place, that events of a channel are missing.</summary>
    public void Tell(string channel, string reason)
    {
        if (_feeds.FirstOrDefault(feed => feed.Channel == channel) is { } told)
        {
            told.Tell(reason);
        }
        else
        {
            Foreign(channel, $"a gap ({reason}) was told, and it didn't subscribe to that channel");
        }
    }

    internal IEnumerable<LedgerFault> Verify(IReadOnlyList<LossWindow> windows, ref long lost)
    {
        var faults = new List<LedgerFault>(_foreign);
        foreach (var feed in _feeds)
        {
            faults.AddRange(feed.Verify(_ledger.PublishedOn(feed.Channel), windows, out var missing));
            lost += missing;
        }

        return faults;
    }

    private void Foreign(string channel, string text) => _foreign.Add(new LedgerFault(FaultKind.Foreign, Name, channel, text));
}
