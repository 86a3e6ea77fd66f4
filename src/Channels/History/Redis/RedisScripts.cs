namespace SseFabric.Channels.History.Redis;

/// <summary>The scripts that run in Redis; each says itself what it takes and returns.</summary>
internal static class RedisScripts
{
    /// <summary>Numbers and appends events, and trims.</summary>
    public static string Append { get; } = Load("append");

    /// <summary>Reads the state and a page of events.</summary>
    public static string Read { get; } = Load("read");

    /// <summary>Begins an epoch.</summary>
    public static string Begin { get; } = Load("begin");

    /// <summary>Forgets the mark of the state.</summary>
    public static string ForgetMark => "return redis.call('HDEL', KEYS[1], 'mark')";

    /// <summary>Counts what was published on the server.</summary>
    public static string Published { get; } = Load("published");

    private static string Load(string name)
    {
        using var stream = typeof(RedisScripts).Assembly.GetManifestResourceStream($"{name}.lua")
            ?? throw new InvalidOperationException($"the script {name}.lua is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
