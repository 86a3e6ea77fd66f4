using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using StackExchange.Redis;
using ClusterOptions = Orleans.Configuration.ClusterOptions;

namespace SseFabric.Grains.Membership;

/// <summary>Orleans' table of silos in Redis, written again if Redis has lost it. Any thread.</summary>
/// <remarks>
/// <para>To Orleans a silo whose row is gone is dead, and it ends itself: a Redis that comes back empty would take the whole cluster with it. So
/// before Orleans looks at the table, what it held when it was last seen is put back, if it is older than that or lacks this silo's own row. Whoever
/// looks first does it, and those who have seen more add it.</para>
/// <para>The rows are copied as they are, with a condition on the version, so that two who restore at once don't undo each other's work.</para>
/// <para>Orleans looks for silent silos only when a table has something new. Where every silo was killed, nothing is new: the first one that comes back
/// would wait for the dead until it gives up. So its own row, as it reads it, is always new until it has joined.</para>
/// </remarks>
internal sealed partial class LastingMembershipTable(
    IMembershipTable inner,
    ClusterRedis redis,
    IOptions<RedisClusteringOptions> redisOptions,
    IOptions<ClusterOptions> clusterOptions,
    ILocalSiloDetails silo,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<LastingMembershipTable> logger) : IMembershipTable
{
    private const string VersionField = "Version";

    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly RedisKey _key = redisOptions.Value.CreateRedisKey(clusterOptions.Value);
    private volatile Seen? _last;

    /// <summary>Waits for a server that can't be reached yet, until the process is told to stop.</summary>
    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        while (true)
        {
            try
            {
                await inner.InitializeMembershipTable(tryInitTableVersion);
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                Log.NotThereYet(logger, s_retry, exception.Message);
            }

            await Task.Delay(s_retry, time, lifetime.ApplicationStopping);
        }
    }

    public async Task<MembershipTableData> ReadAll()
    {
        while (true)
        {
            await RestoreIfLostAsync();
            var table = await inner.ReadAll();

            // Lost between the two reads.
            if (table.Version.Version >= (_last?.Version ?? 0))
            {
                return ShowAliveWhileJoining(table);
            }
        }
    }

    public Task<MembershipTableData> ReadRow(SiloAddress key) => inner.ReadRow(key);

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        await inner.InsertRow(entry, tableVersion) && await RememberAsync();

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        await inner.UpdateRow(entry, etag, tableVersion) && await RememberAsync();

    public async Task UpdateIAmAlive(MembershipEntry entry)
    {
        await RestoreIfLostAsync();
        await inner.UpdateIAmAlive(entry);
    }

    public Task DeleteMembershipTableEntries(string clusterId) => inner.DeleteMembershipTableEntries(clusterId);

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => inner.CleanupDefunctSiloEntries(beforeDate);

    private MembershipTableData ShowAliveWhileJoining(MembershipTableData table)
    {
        if (table.TryGet(silo.SiloAddress)?.Item1 is { Status: SiloStatus.Joining } own)
        {
            own.IAmAliveTime = time.GetUtcNow().UtcDateTime;
        }

        return table;
    }

    private async Task<bool> RememberAsync()
    {
        try
        {
            await RestoreIfLostAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // What was written is written; it is seen with the next read.
            Log.NotThereYet(logger, s_retry, exception.Message);
        }

        return true;
    }

    private async Task RestoreIfLostAsync()
    {
        var database = (await redis.ConnectAsync()).GetDatabase();
        while (true)
        {
            var seen = Seen.Of(await database.HashGetAllAsync(_key));
            if (_last is not { } last || !seen.HasLost(last, silo.SiloAddress.ToString()))
            {
                _last = seen;
                return;
            }

            var restore = database.CreateTransaction();
            restore.AddCondition(seen.Version < 0
                ? Condition.HashNotExists(_key, VersionField)
                : Condition.HashEqual(_key, VersionField, seen.Version));
            _ = restore.HashSetAsync(_key, last.RowsAsOf(Math.Max(seen.Version, last.Version) + 1));
            if (await restore.ExecuteAsync())
            {
                Log.Restored(logger, last.Version, last.Rows.Length - 1);
            }
        }
    }

    /// <summary>The table's hash as it was read: a field for each silo, and its version; -1 if there is none.</summary>
    private sealed record Seen(int Version, HashEntry[] Rows)
    {
        public static Seen Of(HashEntry[] rows)
        {
            var version = Array.Find(rows, row => row.Name == VersionField).Value;
            return new Seen(version.HasValue ? int.Parse(version.ToString(), CultureInfo.InvariantCulture) : -1, rows);
        }

        public bool HasLost(Seen last, string ownRow) => Version < last.Version || (last.Has(ownRow) && !Has(ownRow));

        public HashEntry[] RowsAsOf(int version) =>
            [.. Rows.Where(row => row.Name != VersionField), new HashEntry(VersionField, version.ToString(CultureInfo.InvariantCulture))];

        private bool Has(string row) => Array.Exists(Rows, entry => entry.Name == row);
    }

    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Warning, "The cluster's Redis can't be reached; tried again in {Retry}: {Reason}", EventName = nameof(NotThereYet))]
        public static partial void NotThereYet(ILogger logger, TimeSpan retry, string reason);

        [LoggerMessage(3101, LogLevel.Warning, "Redis has lost the cluster's table; version {Version} with {Rows} rows is put back.", EventName = nameof(Restored))]
        public static partial void Restored(ILogger logger, int version, int rows);
    }
}
