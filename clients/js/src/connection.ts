import { type Block, blockReader } from "./blocks.js";
import { parse } from "./messages.js";

/** Where and how to connect. */
export interface Target {
  url: string;
  withCredentials: boolean;
  tokenInQuery: boolean;
  polling: boolean;
  silence: number;
}

/** How a response came to its end. */
export interface Ending {
  status: number;
  reason: string;
  /** From `Retry-After`, in milliseconds. */
  retry: number;
  /** Not a byte came in time: something on the way may hold the response back until it ends. */
  isStalled: boolean;
}

/** Whether this browser gives out a response while it grows. */
export const canStream = () => typeof Response == "function" && "body" in Response.prototype && typeof ReadableStream == "function";

/** Sends one request for a stream or a poll, and reads it to its end. Never throws. */
export async function read(
  target: Target,
  places: [channel: string, position: string][],
  isPoll: boolean,
  token: string | undefined,
  signal: AbortSignal,
  take: (block: Block) => void,
): Promise<Ending> {
  const ending: Ending = { status: 0, reason: "", retry: 0, isStalled: false };
  const request = new AbortController();
  const stop = () => request.abort();
  signal.addEventListener("abort", stop);
  let hasBegun = false;
  let timer: ReturnType<typeof setTimeout>;
  const watch = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      ending.isStalled = !hasBegun;
      ending.reason = "silence";
      stop();
    }, milliseconds);
  };
  // A poll may be silent for as long as it lasts.
  watch(isPoll ? target.silence * 2 : Math.min(target.silence, 10_000));
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (token && !target.tokenInQuery) headers.Authorization = "Bearer " + token;
    const response = await fetch(address(target, places, isPoll, token), {
      headers,
      cache: "no-store",
      credentials: target.withCredentials ? "include" : "same-origin",
      signal: request.signal,
    });
    ending.status = response.status;
    ending.reason = response.headers.get("X-SSE-Busy") || "";
    ending.retry = +(response.headers.get("Retry-After") || 0) * 1000 || 0;
    if (response.status != 200 || !/^text\/event-stream/.test(response.headers.get("Content-Type") || "")) {
      const text = await response.text();
      ending.reason ||= (parse(text)?.detail ?? text).slice(0, 1000) || "not an event stream";
      return ending;
    }

    const add = blockReader(take);
    if (isPoll) {
      add(await response.text());
      return ending;
    }

    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    for (let part; !(part = await reader.read()).done; ) {
      hasBegun = true;
      watch(target.silence);
      add(decoder.decode(part.value, { stream: true }));
    }
  } catch (error) {
    ending.status = 0;
    ending.reason ||= String(error);
  } finally {
    clearTimeout(timer!);
    signal.removeEventListener("abort", stop);
    stop();
  }
  return ending;
}

function address(target: Target, places: [string, string][], isPoll: boolean, token?: string): string {
  const url = new URL(target.url);
  const query = url.searchParams;
  for (const [channel] of places) query.append("channel", channel);
  query.set("named", "");
  if (isPoll) query.set("polling", "");
  const known = places.filter(([, position]) => position);
  if (known[0]) query.set("lastEventId", known.map(([channel, position]) => position + " " + channel).join("\n"));
  if (token && target.tokenInQuery) query.set("access_token", token);
  return url.href;
}
