namespace SseFabric.Frontend.Dashboard;

/// <summary>What the dashboard plots of one moment. A rate or a lag is null where nothing can be said of it.</summary>
/// <param name="Time">When, in Unix milliseconds.</param>
/// <param name="Connected">Streams that were open.</param>
/// <param name="Deliveries">Events given to subscribers a second.</param>
/// <param name="Published">Events accepted by channels a second.</param>
/// <param name="Median">The lag that half of the deliveries didn't exceed, in milliseconds.</param>
/// <param name="NineInTen">The same of 90 %.</param>
/// <param name="Worst">The same of 99 %.</param>
internal readonly record struct DashboardPoint(
    long Time, long Connected, double? Deliveries, double? Published, double? Median, double? NineInTen, double? Worst)
{
    /// <summary>As the page takes it.</summary>
    public double?[] ToArray() => [Time, Connected, Deliveries, Published, Median, NineInTen, Worst];
}
