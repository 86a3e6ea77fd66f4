using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace SseFabric.Frontend.Engine;

/// <summary>Hints to the processor, where it takes them.</summary>
internal static class Prefetch
{
    private const int CacheLine = 64;

    /// <summary>Has the first 192 bytes of an object brought into the cache while something else is done.</summary>
    public static unsafe void Object(object target)
    {
        if (Sse.IsSupported)
        {
            // A hint reads nothing and never faults: the object may be moved meanwhile.
            var address = (byte*)Unsafe.As<object, nint>(ref target);
            Sse.Prefetch0(address);
            Sse.Prefetch0(address + CacheLine);
            Sse.Prefetch0(address + (2 * CacheLine));
        }
    }
}
