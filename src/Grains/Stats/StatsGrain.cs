using Orleans.Placement;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Stats;

/// <summary>A thin grain around <see cref="ClusterTally"/>, on one of the silos with channels. Grain scheduler.</summary>
[GrainType(TypeName), KeepAlive, Immovable]
internal sealed class StatsGrain(IClusterMembershipService membership, TimeProvider time) : Grain, IStatsGrain
{
    public const string TypeName = "stats";

    private const string Key = "cluster";

    // More than the beat of the reports; a process that is there and doesn't report is one that can't.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly ClusterTally _tally = new();
    private readonly Guid _activation = Guid.NewGuid();
    private readonly long _began = time.GetTimestamp();
    private MembershipVersion _seen = MembershipVersion.MinValue;

    /// <summary>The one of the cluster. By its type, as a channel's: its interface is looked up in what the silos have, and fails while there is none.</summary>
    public static IStatsGrain Of(IGrainFactory grains) => grains.GetGrain<IStatsGrain>(GrainId.Create(TypeName, Key));

    public Task<StatsReceipt> ReportAsync(SiloAddress process, StatsReport report)
    {
        if (membership.CurrentSnapshot.GetSiloStatus(process) != SiloStatus.Dead)
        {
            _tally.Report(process, report);
        }

        LookAtMembers();
        return Task.FromResult(new StatsReceipt(_activation, _tally.Totals));
    }

    public Task<StatsSnapshot> ReadAsync()
    {
        LookAtMembers();
        return Task.FromResult(_tally.Snapshot(time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    private void LookAtMembers()
    {
        var members = membership.CurrentSnapshot;
        _tally.Settle(
            members.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress),
            hasWaited: time.GetElapsedTime(_began) > s_patience);
        if (members.Version != _seen)
        {
            _seen = members.Version;
            _tally.DropWhere(process => members.GetSiloStatus(process) == SiloStatus.Dead);
        }
    }
}
