using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SseFabric.Frontend.Engine;

/// <summary>One loop's epoll, and the event by which other threads wake it. Used on the loop only, but for <see cref="Wake"/>.</summary>
internal sealed class Poll : IDisposable
{
    /// <summary>The key of the event that wakes the loop.</summary>
    public const ulong WakeKey = ulong.MaxValue;

    private const int Add = 1;
    private const int Delete = 2;
    private const int MaxEvents = 512;

    // The structure is packed on x86-64 and aligned elsewhere.
    private static readonly int s_keyAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_size = s_keyAt + sizeof(ulong);

    private readonly byte[] _entries = new byte[MaxEvents * s_size];
    private int _poll;
    private readonly SafeFileHandle _event;

    public Poll()
    {
        _poll = Check(Libc.CreatePoll(Libc.CloseOnExec), "epoll_create1");
        var descriptor = Check(Libc.CreateEvent(0, Libc.NonBlocking), "eventfd");
        _event = new SafeFileHandle(descriptor, ownsHandle: true);
        Watch(descriptor, PollEvents.In | PollEvents.Edge, WakeKey);
    }

    /// <summary>Has the loop told of a descriptor's events under a key, until it is closed or <see cref="Forget"/>.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public void Watch(int descriptor, PollEvents events, ulong key)
    {
        Span<byte> entry = stackalloc byte[s_size];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, (uint)events);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[s_keyAt..], key);
        Check(Libc.ControlPoll(_poll, Add, descriptor, ref MemoryMarshal.GetReference(entry)), "epoll_ctl");
    }

    public void Forget(int descriptor)
    {
        Span<byte> entry = stackalloc byte[s_size];
        _ = Libc.ControlPoll(_poll, Delete, descriptor, ref MemoryMarshal.GetReference(entry));
    }

    /// <summary>Waits for events.</summary>
    /// <param name="patience">How long to wait until there are some, rounded up to whole milliseconds.</param>
    /// <returns>How many there are, for <see cref="Read"/>.</returns>
    public int Wait(TimeSpan patience)
    {
        var count = Libc.WaitPoll(_poll, ref _entries[0], MaxEvents, (int)Math.Max(0, Math.Ceiling(patience.TotalMilliseconds)));
        if (count < 0 && Libc.Error != Libc.InterruptedCall)
        {
            throw new Win32Exception(Libc.Error, $"epoll_wait: {Marshal.GetPInvokeErrorMessage(Libc.Error)}");
        }

        return Math.Max(0, count);
    }

    public (ulong Key, PollEvents Events) Read(int index)
    {
        var entry = _entries.AsSpan(index * s_size, s_size);
        return (BinaryPrimitives.ReadUInt64LittleEndian(entry[s_keyAt..]), (PollEvents)BinaryPrimitives.ReadUInt32LittleEndian(entry));
    }

    /// <summary>Ends a wait. Any thread; nothing after <see cref="Dispose"/>.</summary>
    public void Wake()
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(one, 1);

        try
        {
            // Edge-triggered, and so never read: each write is an edge. It is full after 2^64 - 2 of them.
            _ = Libc.Write(_event, ref MemoryMarshal.GetReference(one), one.Length);
        }
        catch (ObjectDisposedException)
        {
            // There is nobody to wake.
        }
    }

    public void Dispose()
    {
        _event.Dispose();
        _ = Libc.Close(_poll);
        _poll = -1;
    }

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Libc.Error, $"{call}: {Marshal.GetPInvokeErrorMessage(Libc.Error)}");
}
