namespace SseFabric.Frontend.Authorization;

/// <summary>What came of looking at a token: the token, or one sentence about what is wrong with it.</summary>
internal readonly record struct TokenCheck(AccessToken? Token, string Fault)
{
    public static TokenCheck Bad(string fault) => new(null, fault);
}
