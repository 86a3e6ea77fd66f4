namespace SseFabric.Contracts;

/// <summary>What came of a <see cref="Disconnection"/>.</summary>
/// <param name="Streams">How many streams are ended by it.</param>
/// <param name="Unreached">How many processes could not be told, so that their streams may go on.</param>
public readonly record struct DisconnectResult(int Streams, int Unreached);
