using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace SseFabric.Grains.Channels;

/// <summary>Has the channels of this silo forget the feeds of dead frontends as soon as their death is known, and not at their next beat.</summary>
internal sealed class DeadFeeds(IClusterMembershipService membership) : BackgroundService
{
    private readonly ConcurrentDictionary<ChannelGrain, bool> _channels = new();

    /// <summary>A channel begins to live here.</summary>
    public void Add(ChannelGrain channel) => _channels[channel] = true;

    /// <summary>A channel leaves.</summary>
    public void Remove(ChannelGrain channel) => _channels.TryRemove(channel, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var dead = new HashSet<SiloAddress>();
        try
        {
            await foreach (var members in membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                var now = members.Members.Values.Where(member => member.Status == SiloStatus.Dead).Select(member => member.SiloAddress).ToHashSet();
                if (!now.IsSubsetOf(dead))
                {
                    foreach (var (channel, _) in _channels)
                    {
                        channel.DropDeadFeeds();
                    }
                }

                dead = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }
}
