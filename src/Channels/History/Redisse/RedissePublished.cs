namespace SseFabric.Channels.History.Redisse;

/// <summary>What came of a publish.</summary>
/// <param name="Last">The number of the last event.</param>
/// <param name="Receivers">How many subscriptions Redis has handed it to.</param>
/// <param name="IsRecorded">Whether it is in the history; false: something else has the key.</param>
/// <param name="IsRepeat">Whether nothing was published, as its idempotency key had been used.</param>
internal readonly record struct RedissePublished(long Last, int Receivers, bool IsRecorded, bool IsRepeat);
