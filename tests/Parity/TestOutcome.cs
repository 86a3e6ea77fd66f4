namespace SseFabric.Parity;

/// <summary>What became of a test; a later one counts more where there are several.</summary>
public enum TestOutcome
{
    NotRun = 0,
    Passed = 1,
    Failed = 2,
}
