namespace SseFabric.Channels.History.Recording;

/// <summary>Others have appended to the store.</summary>
internal sealed class LookEntry : IntakeEntry;
