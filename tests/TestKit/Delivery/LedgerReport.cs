namespace SseFabric.TestKit.Delivery;

/// <summary>What a ledger found.</summary>
public sealed record LedgerReport(int Subscribers, long Published, long Delivered, long Lost, long Told, IReadOnlyList<LedgerFault> Faults)
{
    /// <summary>How many faults of a kind are shown.</summary>
    private const int Shown = 20;

    public void ThrowIfFaulty()
    {
        if (Faults.Count > 0)
        {
            throw new InvalidOperationException(ToString());
        }
    }

    public override string ToString()
    {
        var kinds = string.Join(", ", Faults.CountBy(fault => fault.Kind).Select(kind => $"{kind.Value} {kind.Key}"));
        var shown = Faults.GroupBy(fault => fault.Kind).SelectMany(kind => kind.Take(Shown)).ToList();
        var more = Faults.Count > shown.Count ? $"\n… and {Faults.Count - shown.Count} more" : "";
        return $"{Subscribers} subscribers, {Published} published, {Delivered} delivered, {Lost} lost, {Told} gaps told; {(kinds.Length == 0 ? "no faults" : kinds)}"
            + string.Concat(shown.Select(fault => $"\n{fault}")) + more;
    }
}
