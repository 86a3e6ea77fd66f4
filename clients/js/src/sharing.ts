import type { Target } from "./connection.js";
import { Hub } from "./hub.js";
import { hasLocks, hold, newName, whenFree } from "./locks.js";
import type { News, Want } from "./messages.js";
import type { Options } from "./types.js";

/** Grows with every change of what tabs and hub say to each other: pages of two releases don't share. */
const version = 2;
const patience = 3000;

/** A tab's way to the hub. */
export interface Membership {
  /** The tab's name. */
  tab: string;
  tell(want: Want): void;
  /** Leaves, and takes the hub along if it is this tab's. */
  end(): void;
}

type Way = Omit<Membership, "tab">;

/** Joins one of the hubs for a target, in the first way that works. A hub, or one to be found, says `hello`. */
export function join(
  target: Target,
  number: number,
  options: Options,
  worker: () => string | URL | undefined,
  receive: (news: News) => void,
  lost: () => void,
): Membership {
  const ways = [...(options.share ?? ["worker", "locks"])];
  const key = JSON.stringify([version, target, options.name, number]);
  const tab = newName();
  let way: Way | undefined;
  let hasEnded = false;
  const next = () => {
    way?.end();
    const name = ways.shift();
    way = undefined;
    if (hasEnded) return;
    try {
      const script = name == "worker" && worker();
      if (script) way = throughWorker(script, key, receive, next, lost);
      else if (name == "locks" && hasLocks) way = throughLeader(key, target, receive, next);
    } catch {
      // Not here: there is no such thing, or the page may not.
    }

    if (way) return;
    if (name) next();
    else way = alone(target, receive);
  };
  // Held before the hub hears of it: once free, it means that the tab is gone.
  const release = hold(tab, next, next);
  return {
    tab,
    tell: want => way?.tell(want),
    end() {
      hasEnded = true;
      way?.tell({ tab, channels: [] });
      way?.end();
      release();
    },
  };
}

function throughWorker(script: string | URL, key: string, receive: (news: News) => void, fail: () => void, lost: () => void): Way {
  const worker = new SharedWorker(script, key);
  const { port } = worker;
  let forget = () => {};
  const timer = setTimeout(fail, patience);
  worker.onerror = fail;
  port.onmessage = ({ data }: MessageEvent<News>) => {
    if ("hello" in data) {
      clearTimeout(timer);
      forget = whenFree(data.hub, lost);
    }
    receive(data);
  };
  return {
    tell: want => port.postMessage(want),
    end() {
      clearTimeout(timer);
      worker.onerror = null;
      forget();
      port.close();
    },
  };
}

function throughLeader(key: string, target: Target, receive: (news: News) => void, fail: () => void): Way {
  const channel = new BroadcastChannel(key);
  let hub: Hub | undefined;
  channel.onmessage = ({ data }: MessageEvent<News | Want>) => {
    if (!("tab" in data)) receive(data);
    else hub?.receive(data);
  };
  const release = hold(key, () => {
    const give = (news: News) => {
      channel.postMessage(news);
      receive(news);
    };
    const name = newName();
    hub = new Hub(name, target, give);
    give({ hub: name, hello: true });
  }, fail);
  // A leader may be there already.
  queueMicrotask(() => receive({ hub: "", hello: true }));
  return {
    tell: want => (hub ? hub.receive(want) : channel.postMessage(want)),
    end() {
      hub?.close();
      release();
      channel.close();
    },
  };
}

function alone(target: Target, receive: (news: News) => void): Way {
  const hub = new Hub("", target, receive);
  queueMicrotask(() => receive({ hub: "", hello: true }));
  return { tell: want => hub.receive(want), end: () => hub.close() };
}
