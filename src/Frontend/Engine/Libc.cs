using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SseFabric.Frontend.Engine;

/// <summary>The system calls of Linux that the engine makes. The numbers are those of x86-64 and arm64.</summary>
internal static partial class Libc
{
    public const int InterruptedCall = 4;
    public const int WouldBlock = 11;
    public const int NoMemory = 12;
    public const int TooManyFiles = 23;
    public const int TooManyOpenFiles = 24;
    public const int NoBuffers = 105;

    /// <summary>SOCK_NONBLOCK | SOCK_CLOEXEC, and the same of EFD_ and EPOLL_.</summary>
    public const int NonBlocking = 0x800 | CloseOnExec;
    public const int CloseOnExec = 0x80000;

    /// <summary>MSG_DONTWAIT | MSG_NOSIGNAL.</summary>
    public const int DontWait = 0x4040;
    public const int Peek = 0x2;

    public const int ShutdownSend = 1;
    public const int ShutdownBoth = 2;

    private const string Name = "libc";

    /// <summary>Whether the engine knows this system.</summary>
    public static bool IsKnown =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public static int Error => Marshal.GetLastPInvokeError();

    [LibraryImport(Name, EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreatePoll(int flags);

    [LibraryImport(Name, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlPoll(int poll, int operation, int descriptor, ref byte entry);

    [LibraryImport(Name, EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitPoll(int poll, ref byte entries, int count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint value, int flags);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, ref byte bytes, nint length);

    [LibraryImport(Name, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, ref byte bytes, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, ref byte bytes, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, ref byte address, ref int length, int flags);

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int option, ref byte value, int length);

    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int option, ref byte value, ref int length);

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
