import type { Problem } from "./types.js";

/** Where somebody stands in a channel ("": nowhere yet), and when the hub read that, in milliseconds. */
export type Place = [position: string, time: number];

/** What a tab tells the hub: all that it wants now, and where it stands in each channel. No channels: it leaves. */
export interface Want {
  tab: string;
  channels: [channel: string, place: Place][];
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
  | { open: [channel: string, place: Place][] }
  | { problem: Problem }
  | { end: string }
  /** This tab is to get a new token. */
  | { ask: string }
  /** With what these tabs want the others can't be served: they are to share another connection. */
  | { apart: string[] }
  | Happening;

/** An event or a gap. */
export interface Happening {
  channel: string;
  place: Place;
  type: string;
  data: string;
  /** The position that was read before, if it lies behind this one: the channel's numbering began anew. */
  after?: string;
}

/** Whether two positions (`epoch-offset`) are of one numbering. */
export const isSameEpoch = (left: string, right: string) => left.split("-")[0] == right.split("-")[0];

/** Whether a position lies before another. */
export function isBefore(left: string, right: string): boolean {
  const [epoch, offset] = left.split("-") as [string, string];
  const [otherEpoch, otherOffset] = right.split("-") as [string, string];
  return +epoch < +otherEpoch || (epoch == otherEpoch && +offset < +otherOffset);
}

/** Whether a place was reached before another. Of two numberings the lower may be the newer. */
export function isEarlier([position, time]: Place, [other, otherTime]: Place): boolean {
  return isSameEpoch(position, other) || time == otherTime ? isBefore(position, other) : time < otherTime;
}

/** The members of a JSON text; undefined if it is none. */
export function parse(data: string): Record<string, string> | undefined {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
