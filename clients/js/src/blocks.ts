/** A block of an event stream, between two blank lines. */
export interface Block {
  /** What its `channel` fields say: position and name. */
  places: [position: string, channel: string][];
  type: string;
  /** Undefined: it dispatches nothing. */
  data?: string;
  retry?: number;
}

/** The longest block, in characters: more than any server sends, as it bounds events by bytes. */
const longest = 1 << 26;

/** Cuts text into blocks by the rules of the HTML standard, 9.2.6. Comments and unknown fields are passed over. */
export function blockReader(take: (block: Block) => void): (text: string) => void {
  /** The beginning of a line. It is not looked through again with what comes after it. */
  let rest = "";
  let endedInCr = false;
  let lines: string[] = [];
  let length = 0;
  return text => {
    // An LF first may be the second half of a CRLF.
    const parts = text.slice(endedInCr && text[0] == "\n" ? 1 : 0).split(/\r\n|\n|\r/);
    if (text) endedInCr = text.endsWith("\r");
    const begun = parts.pop()!;
    for (const part of parts) {
      const line = rest + part;
      rest = "";
      if (line) {
        length += part.length;
        lines.push(line);
      } else {
        const block = lines;
        lines = [];
        length = 0;
        take(read(block));
      }
    }
    rest += begun;
    length += begun.length;
    if (length > longest) throw new Error("a block is too long");
  };
}

function read(lines: string[]): Block {
  const block: Block = { places: [], type: "message" };
  for (const line of lines) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line)!;
    if (field == "data") block.data = block.data == null ? value : block.data + "\n" + value;
    else if (field == "event") block.type = value || "message";
    else if (field == "retry" && /^\d+$/.test(value!)) block.retry = +value!;
    else if (field == "channel") {
      const space = value!.indexOf(" ");
      block.places.push([value!.slice(0, space), value!.slice(space + 1)]);
    }
  }
  return block;
}
