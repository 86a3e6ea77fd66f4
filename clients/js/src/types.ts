/** An event of a channel. */
export interface ChannelEvent {
  channel: string;
  /** `message` unless the publisher named another. */
  type: string;
  data: string;
  /** The position in the channel: the id that its publisher was told. */
  id: string;
}

/** Events of a channel may be missing here. */
export interface Gap {
  channel: string;
  /** `evicted`, `epoch`, `unknown`, `slow` or `rejected`. */
  reason: string;
}

/** The connection is not open; it is tried again. */
export interface Problem {
  /** The response's status; 0: there was none, or it broke off. */
  status: number;
  /** `X-SSE-Busy`, or what the server or the browser says of it. */
  reason: string;
  /** Milliseconds until the next try. */
  retry: number;
}

/** What is done with the events of some channels. Every other member is for the events of the type that it is named after. */
export interface Handlers {
  /** Every event. */
  onevent?: (event: ChannelEvent) => void;
  /** Events may be missing. */
  ongap?: (gap: Gap) => void;
  /** From here on nothing is missed silently; again after each `onerror`. */
  onopen?: () => void;
  onerror?: (problem: Problem) => void;
  /** The server ended the stream: `expired` or `kicked`. The connection is tried again, unless all subscriptions are closed. */
  onend?: (reason: string) => void;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the named members above have arguments of their own
  [type: string]: ((argument: any) => void) | undefined;
}

/** How the tabs of an origin share a connection: by a shared worker, or by the one that has a Web Lock. */
export type Sharing = "worker" | "locks";

export interface Options {
  /** Whether cookies go to a server of another origin. */
  withCredentials?: boolean;
  /** The access token, or what gets one: asked at the beginning, and again when the server refuses it or it has expired. */
  token?: string | (() => string | Promise<string>);
  /** Sends the token as `access_token` in the query, not in the header `Authorization`. */
  tokenInQuery?: boolean;
  /** Polls from the beginning. Otherwise streams, and polls where a stream can't be read while it grows. */
  polling?: boolean;
  /** Milliseconds of silence after which the connection counts as lost: longer than the server's heartbeat. 45,000 unless set. */
  silence?: number;
  /** The ways to share that may be taken, in this order; empty: none. Both unless set. */
  share?: Sharing[];
  /** Sets connections to the same address apart: a user's name, say. */
  name?: string;
  /** The script of the shared worker, on the page's own origin; `worker.js` beside this library unless set. */
  worker?: string | URL;
}
