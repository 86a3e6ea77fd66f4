namespace SseFabric.Parity;

/// <summary>Statements under one heading.</summary>
public sealed record StatementSection(string Title, IReadOnlyList<Statement> Statements);
