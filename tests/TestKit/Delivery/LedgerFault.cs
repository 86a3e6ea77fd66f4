namespace SseFabric.TestKit.Delivery;

public sealed record LedgerFault(FaultKind Kind, string Subscriber, string Channel, string Text)
{
    public override string ToString() => $"{Kind}: {Subscriber}, channel {Channel}: {Text}";
}
