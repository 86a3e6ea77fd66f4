namespace SseFabric.Channels.Resp;

/// <summary>What came of an attempt to read from bytes received so far.</summary>
internal enum RespStatus
{
    /// <summary>It was read.</summary>
    Complete,

    /// <summary>More bytes must come first.</summary>
    Incomplete,

    /// <summary>The bytes are not of the protocol, or pass one of <see cref="RespLimits"/>.</summary>
    Invalid,

    /// <summary>A command's argument is larger than allowed; the command is being read past.</summary>
    Oversized,

    /// <summary>The last byte of an oversized command has been read past.</summary>
    Skipped,
}
