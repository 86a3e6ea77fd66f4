using Orleans.Metadata;
using SseFabric.Contracts;

namespace SseFabric.Grains.Channels;

/// <summary>Knows the silos with channels that this silo knows. Any thread.</summary>
/// <remarks>
/// A process that has just started learns a moment after its start what the others have; a call for a channel would be refused until then.
/// </remarks>
internal sealed class ChannelSilos(IClusterManifestProvider manifests, IClusterMembershipService membership, ILocalSiloDetails local, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly GrainType s_type = GrainType.Create(ChannelGrain.TypeName);

    private volatile ClusterManifest? _seen;

    /// <summary>Whether there is one.</summary>
    public bool AreThere => AreIn(manifests.Current);

    /// <summary>Completes at once if there is one, as soon as there is one otherwise, and in any case after a while.</summary>
    /// <returns>Whether there is one: a call for a channel is refused if not, and Orleans logs that as an error.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => AreThere ? ValueTask.FromResult(true) : new(WaitForOneAsync(cancellationToken));

    /// <summary>Another silo that is to stay and can own a channel, spread by the channels' names; null: there is none.</summary>
    public SiloAddress? Other(ChannelName channel)
    {
        var members = membership.CurrentSnapshot;
        var others = manifests.Current.Silos
            .Where(silo => silo.Value.Grains.ContainsKey(s_type) && !silo.Key.Equals(local.SiloAddress) && members.GetSiloStatus(silo.Key) == SiloStatus.Active)
            .Select(silo => silo.Key)
            .Order()
            .ToArray();
        return others.Length == 0 ? null : others[(uint)channel.GetHashCode() % (uint)others.Length];
    }

    private async Task<bool> WaitForOneAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (var manifest in manifests.Updates.WithCancellation(either.Token))
            {
                if (AreIn(manifest))
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // There is none.
        }

        return false;
    }

    private bool AreIn(ClusterManifest manifest)
    {
        if (manifest == _seen)
        {
            return true;
        }

        foreach (var silo in manifest.Silos.Values)
        {
            if (silo.Grains.ContainsKey(s_type))
            {
                _seen = manifest;
                return true;
            }
        }

        return false;
    }
}
