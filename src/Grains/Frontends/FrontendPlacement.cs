using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace SseFabric.Grains.Frontends;

/// <summary>A grain lives on the silo that its key names.</summary>
[GenerateSerializer, Immutable, Alias("SseFabric.FrontendPlacement")]
internal sealed class FrontendPlacement : PlacementStrategy
{
    public static readonly FrontendPlacement Instance = new();
}

/// <summary>Marks a grain class with <see cref="FrontendPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class FrontendPlacementAttribute() : PlacementAttribute(FrontendPlacement.Instance);

/// <summary>Carries out <see cref="FrontendPlacement"/>.</summary>
internal sealed class FrontendPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new OrleansException($"The frontend {silo} is not there any more.");
    }
}
