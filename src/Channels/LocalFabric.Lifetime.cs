using SseFabric.Channels.Ordering;
using SseFabric.Contracts;

namespace SseFabric.Channels;

public sealed partial class LocalFabric
{
    /// <summary>The channel, made if need be, which lives at least until it is unpinned; null at the limit of channels.</summary>
    private LocalChannel? Pin(ChannelName name, long lastKnownEpoch)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(name, out var channel))
            {
                if (_channels.Count >= MaxChannels)
                {
                    return null;
                }

                var rule = _rules.For(name);
                var core = new ChannelCore(name, rule, _time, _epochs, lastKnownEpoch);
                channel = new LocalChannel(core, _intakes.For(core), rule.Linger, _gate, _pump);
                _channels.Add(name, channel);
                _owned.Add(core.Traffic);
            }

            channel.Pins++;
            return channel;
        }
    }

    private void Unpin(LocalChannel channel)
    {
        lock (_lock)
        {
            if (--channel.Pins > 0)
            {
                return;
            }

            channel.ExpiresAt = _time.GetUtcNow().Ticks + channel.Linger.Ticks;
            if (!channel.IsExpiring)
            {
                channel.IsExpiring = true;
                _expiring.Enqueue(channel, channel.ExpiresAt);
                ArmExpiry();
            }
        }
    }

    private void Expire()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow().Ticks;
            while (_expiring.TryPeek(out var channel, out var due) && due <= now)
            {
                _expiring.Dequeue();
                if (channel.Pins == 0 && channel.ExpiresAt <= now && channel.Core.RemembersKeys)
                {
                    channel.ExpiresAt = now + PublishResult.IdempotencyWindow.Ticks;
                    _expiring.Enqueue(channel, channel.ExpiresAt);
                }
                else if (channel.Pins == 0 && channel.ExpiresAt <= now)
                {
                    _channels.Remove(channel.Core.Name);
                    _owned.Remove(channel.Core.Traffic);
                    _source.Unsubscribe(channel.Core.Name, channel.Intake);
                    _ = channel.Intake.CloseAsync();
                }
                else if (channel.Pins == 0)
                {
                    // Used since it was queued.
                    _expiring.Enqueue(channel, channel.ExpiresAt);
                }
                else
                {
                    channel.IsExpiring = false;
                }
            }

            ArmExpiry();
        }
    }

    private void ArmExpiry()
    {
        if (_expiring.TryPeek(out _, out var due))
        {
            var wait = TimeSpan.FromTicks(Math.Max(0, due - _time.GetUtcNow().Ticks));

            // Rounded up: the timer's own rounding must not fire it a moment too early, over and over.
            _expiry.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}
