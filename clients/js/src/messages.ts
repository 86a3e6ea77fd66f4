import type { Problem } from "./types.js";

/** What a tab tells the hub: all that it wants now, and where it stands in each channel ("": nowhere yet). No channels: it leaves. */
export interface Want {
  tab: string;
  channels: [channel: string, position: string][];
  token?: string;
}

/** What the hub tells the tabs. A tab heeds the hub that has taken its want, and no other: what one that has died had still said is told again. */
export type News = { hub: string } & Word;

export type Word =
  /** There is a hub: tabs tell what they want. */
  | { hello: true }
  /** What this tab wants has been taken: what it hears from now on goes on where it stands. */
  | { taken: string }
  /** The connection is open for these channels, and stands there. */
  | { open: [channel: string, position: string][] }
  | { problem: Problem }
  | { end: string }
  /** This tab is to get a new token. */
  | { ask: string }
  | Happening;

/** An event or a gap. */
export interface Happening {
  channel: string;
  position: string;
  type: string;
  data: string;
  /** The position lies before what was read already, and counts all the same: the channel's numbering began anew. */
  again: boolean;
}

/** Whether a position (`epoch-offset`) lies before another. */
export function isBefore(left: string, right: string): boolean {
  const [epoch, offset] = left.split("-") as [string, string];
  const [otherEpoch, otherOffset] = right.split("-") as [string, string];
  return +epoch < +otherEpoch || (epoch == otherEpoch && +offset < +otherOffset);
}

/** The members of a JSON text; undefined if it is none. */
export function parse(data: string): Record<string, string> | undefined {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
