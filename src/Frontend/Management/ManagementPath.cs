namespace SseFabric.Frontend.Management;

/// <summary>Marks an endpoint as one for those who run the fabric.</summary>
internal sealed class ManagementPath
{
    public static readonly ManagementPath Instance = new();
}
