namespace SseFabric.Channels.Configuration;

/// <summary>Where hand-offs come in, and from whom.</summary>
internal sealed partial class FabricOptionsRules
{
    private const int MinSigningKeyLength = 16;

    private void CheckHandOff()
    {
        CheckInternalPath(options.HandOff.InternalPath);
        if (options.HandOff.SigningKey is { } key && (key.Length is < MinSigningKeyLength or > MaxKeyLength || key.Any(char.IsControl) || key.Trim() != key))
        {
            Refuse("HandOff:SigningKey", key, $"a key of {MinSigningKeyLength} to {MaxKeyLength} characters, without control characters and without spaces around it, or empty");
        }

        for (var i = 0; i < options.HandOff.TrustUnsignedFrom.Count; i++)
        {
            if (!AddressRange.TryParse(options.HandOff.TrustUnsignedFrom[i], out _))
            {
                Refuse($"HandOff:TrustUnsignedFrom:{i}", options.HandOff.TrustUnsignedFrom[i], AddressRange.Accepted);
            }
        }
    }

    private void CheckInternalPath(string path)
    {
        const string Key = "HandOff:InternalPath";
        CheckPath(Key, path, "/redisse");
        if (ChannelsPathForm().IsMatch(path))
        {
            Refuse(Key, path, "a path other than /channels/CHANNEL/events, where events are published to one channel");
        }
        else if (path.Length > 0 && path.Equals(options.Publish.Path, StringComparison.OrdinalIgnoreCase))
        {
            Refuse(Key, path, "a path other than Fabric:Publish:Path");
        }
        else if (path.Length > 0 && IsStreamPath(path))
        {
            Refuse(Key, path, $"a path outside Fabric:Stream:Path, which is {options.Stream.Path}");
        }
        else if (IsCyclonePath(path))
        {
            Refuse(Key, path, "a path other than /, which the profile cyclone serves");
        }
    }

    // A stream path of / serves one more segment too, but a literal path goes first there.
    private bool IsStreamPath(string path) =>
        options.Stream.Path.Length > 1 ? IsAtOrBelow(path, options.Stream.Path) : path == "/" && options.Stream.Path == "/";
}
