namespace SseFabric.Channels.History.Redis;

/// <summary>The scripts that run in Redis; each says itself what it takes and returns.</summary>
internal static class RedisScripts
{
    private static readonly Lazy<string> s_append = Load("append");
    private static readonly Lazy<string> s_read = Load("read");
    private static readonly Lazy<string> s_begin = Load("begin");
    private static readonly Lazy<string> s_published = Load("published");
    private static readonly Lazy<string> s_redissePublish = Load("redisse-publish");
    private static readonly Lazy<string> s_redisseLoad = Load("redisse-load");

    /// <summary>Numbers and appends events, and trims.</summary>
    public static string Append => s_append.Value;

    /// <summary>Reads the state and a page of events.</summary>
    public static string Read => s_read.Value;

    /// <summary>Begins an epoch.</summary>
    public static string Begin => s_begin.Value;

    /// <summary>Forgets the mark of the state.</summary>
    public static string ForgetMark => "return redis.call('HDEL', KEYS[1], 'mark')";

    /// <summary>Finds what an idempotency key was answered with.</summary>
    public static string Find => "return redis.call('GET', KEYS[1])";

    /// <summary>Counts what was published on the server.</summary>
    public static string Published => s_published.Value;

    /// <summary>Publishes as redisse does.</summary>
    public static string RedissePublish => s_redissePublish.Value;

    /// <summary>Reads redisse's counter.</summary>
    public static string RedisseCounter => "return tonumber(redis.call('GET', KEYS[1]) or '')";

    /// <summary>Reads a history of redisse's.</summary>
    public static string RedisseLoad => s_redisseLoad.Value;

    // Each with its first use: a publisher of the client has one of them only.
    private static Lazy<string> Load(string name) => new(() =>
    {
        using var stream = typeof(RedisScripts).Assembly.GetManifestResourceStream($"{name}.lua")
            ?? throw new InvalidOperationException($"the script {name}.lua is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
