using SseFabric.Frontend.Authorization;

namespace SseFabric.Frontend.Publishing;

/// <summary>What the head of a request gives it a right to.</summary>
/// <param name="IsGiven">Whether it may publish; otherwise the key may still come with the body.</param>
/// <param name="Token">The token that bounds it to some channels; null: any.</param>
internal readonly record struct PublishPermit(bool IsGiven, AccessToken? Token = null);
