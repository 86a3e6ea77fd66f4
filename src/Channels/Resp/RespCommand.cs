using System.Text;

namespace SseFabric.Channels.Resp;

/// <summary>A command's arguments, its name first. One thread; reused for the next command.</summary>
/// <remarks>The bytes are in the buffer that was read from, and valid until that is filled again.</remarks>
internal sealed class RespCommand
{
    private readonly List<ReadOnlyMemory<byte>> _arguments = [];

    /// <summary>The arguments that have been read, the name among them.</summary>
    public int Count => _arguments.Count;

    /// <summary>The name as it came; empty until it has been read.</summary>
    public ReadOnlySpan<byte> Name => Count > 0 ? this[0] : default;

    /// <summary>An argument's bytes.</summary>
    public ReadOnlySpan<byte> this[int index] => _arguments[index].Span;

    /// <summary>Whether the name is <paramref name="name"/>, in whatever case.</summary>
    public bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name, name);

    /// <summary>Whether an argument is <paramref name="word"/>, in whatever case.</summary>
    public bool Is(int index, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(this[index], word);

    /// <summary>An argument's text; what isn't UTF-8 in it is replaced.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(this[index]);

    /// <summary>A command of its own, with bytes of its own.</summary>
    public RespCommand Copy()
    {
        var copy = new RespCommand();
        copy._arguments.AddRange(_arguments.Select(static argument => (ReadOnlyMemory<byte>)argument.ToArray()));
        return copy;
    }

    public void Clear() => _arguments.Clear();

    public void Add(ReadOnlyMemory<byte> argument) => _arguments.Add(argument);
}
