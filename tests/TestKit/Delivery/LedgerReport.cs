namespace SseFabric.TestKit.Delivery;

/// <summary>What a ledger found.</summary>
public sealed record LedgerReport(int Subscribers, long Published, long Delivered, long Lost, long Told, IReadOnlyList<LedgerFault> Faults)
{
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
        var more = Faults.Count > Shown ? $"\n… and {Faults.Count - Shown} more" : "";
        return $"{Subscribers} subscribers, {Published} published, {Delivered} delivered, {Lost} lost, {Told} gaps told; {(kinds.Length == 0 ? "no faults" : kinds)}"
            + string.Concat(Faults.Take(Shown).Select(fault => $"\n{fault}")) + more;
    }
}
