import { type Happening, type News, type Place, isBefore, isSameEpoch, parse } from "./messages.js";
import { type Membership, join } from "./sharing.js";
import type { ChannelEvent, Handlers, Options } from "./types.js";

/** Handlers on some channels, until it is closed. */
export interface Subscription {
  close(): void;
}

interface Subscribed {
  channels: string[];
  handlers: Handlers;
  isOpen: boolean;
}

/** Members of `Handlers` that no event is given to for its type. */
const reserved = /^on(event|gap|open|error|end)$/;

let ownScript: () => string | URL | undefined;

/** Says where the script of the shared worker is, for those who don't say it. */
export const setWorker = (script: () => string | URL | undefined) => {
  ownScript = script;
};

/** The streams of a fabric: one connection for all that is subscribed, in all tabs of this origin. */
export class SseFabric {
  readonly #options: Options;
  readonly #url: string;
  readonly #subscribed = new Set<Subscribed>();
  /** Where this tab stands in each channel that it wants. */
  readonly #places = new Map<string, Place>();
  #membership?: Membership;
  /** The hub that knows what this tab wants. */
  #hub?: string;
  #token?: string;
  /** Which of the connections to the same target this tab shares: tabs that one can't serve together share several. */
  #number = 0;
  #isAway = false;
  #isUpdating = false;

  /** @param url The stream endpoint: `/events`, unless the fabric has it elsewhere. Its query is kept. */
  constructor(url: string | URL = "/events", options: Options = {}) {
    this.#url = new URL(url, document.baseURI).href;
    this.#options = options;
  }

  /** Gives the events of channels to handlers, or all of them to one function. */
  subscribe(channels: string | string[], handlers: Handlers | ((event: ChannelEvent) => void)): Subscription {
    const subscribed: Subscribed = {
      channels: [...new Set([channels].flat())],
      handlers: typeof handlers == "function" ? { onevent: handlers } : handlers,
      isOpen: false,
    };
    if (!subscribed.channels[0]) throw new TypeError("Name at least one channel.");
    if (!this.#subscribed.size) this.#listen(addEventListener, document.addEventListener);
    this.#subscribed.add(subscribed);
    this.#update();
    return {
      close: () => {
        if (this.#subscribed.delete(subscribed)) this.#update();
      },
    };
  }

  /** Closes all subscriptions. */
  close(): void {
    this.#subscribed.clear();
    this.#update();
  }

  // A page that is kept for the way back, or frozen, runs nothing: it leaves, and catches up when it returns.
  readonly #goAway = () => {
    this.#isAway = true;
    this.#leave();
  };

  readonly #return = () => {
    this.#isAway = false;
    this.#join();
  };

  readonly #rejoin = () => {
    this.#leave();
    this.#join();
  };

  #listen(onWindow: typeof addEventListener, onDocument: typeof document.addEventListener): void {
    onWindow("pagehide", this.#goAway);
    onWindow("pageshow", this.#return);
    onDocument.call(document, "freeze", this.#goAway);
    onDocument.call(document, "resume", this.#return);
  }

  #join(): void {
    if (this.#membership || this.#isAway || !this.#subscribed.size) return;
    const { withCredentials = false, tokenInQuery = false, polling = false, silence = 45_000, worker } = this.#options;
    const target = { url: this.#url, withCredentials, tokenInQuery, polling, silence };
    this.#membership = join(target, this.#number, this.#options, worker ? () => worker : ownScript, news => this.#receive(news), this.#rejoin);
  }

  #leave(): void {
    this.#membership?.end();
    this.#membership = this.#hub = undefined;
  }

  /** Takes together what is subscribed and closed in one go. */
  #update(): void {
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    queueMicrotask(() => {
      this.#isUpdating = false;
      const wanted = new Set([...this.#subscribed].flatMap(({ channels }) => channels));
      for (const channel of this.#places.keys()) if (!wanted.has(channel)) this.#places.delete(channel);
      for (const channel of wanted) this.#places.set(channel, this.#places.get(channel) ?? ["", 0]);
      if (!wanted.size) {
        this.#leave();
        this.#listen(removeEventListener, document.removeEventListener);
        // Nobody listens for the page's coming back any more.
        this.#isAway = false;
        this.#number = 0;
      } else if (this.#membership) void this.#tell();
      else this.#join();
    });
  }

  async #tell(mustRenew = false): Promise<void> {
    const { token } = this.#options;
    if (token && (mustRenew || !this.#token)) {
      try {
        this.#token = typeof token == "string" ? token : await token();
      } catch {
        // The server refuses the request without one, and says so; then it is asked for again.
      }
    }

    const membership = this.#membership;
    membership?.tell({ tab: membership.tab, channels: [...this.#places], token: this.#token });
  }

  #receive(news: News): void {
    if ("hello" in news) {
      this.#hub = undefined;
      void this.#tell();
    } else if ("taken" in news) {
      if (news.taken == this.#membership?.tab) this.#hub = news.hub;
    } else if (news.hub != this.#hub) return;
    else if ("open" in news) this.#open(new Map(news.open));
    else if ("ask" in news) {
      if (news.ask == this.#membership?.tab) void this.#tell(true);
    } else if ("apart" in news) {
      if (news.apart.includes(this.#membership!.tab)) {
        this.#number++;
        this.#rejoin();
      }
    } else if ("channel" in news) this.#take(news);
    else {
      for (const subscribed of this.#subscribed) {
        if ("end" in news) call(subscribed.handlers, "onend", news.end);
        else {
          subscribed.isOpen = false;
          call(subscribed.handlers, "onerror", news.problem);
        }
      }
    }
  }

  #open(places: Map<string, Place>): void {
    for (const [channel, place] of places) if (this.#places.get(channel)?.[0] == "") this.#places.set(channel, place);
    for (const subscribed of this.#subscribed) {
      if (!subscribed.isOpen && subscribed.channels.every(channel => places.has(channel))) {
        subscribed.isOpen = true;
        call(subscribed.handlers, "onopen");
      }
    }
  }

  #take({ channel, place, type, data, after }: Happening): void {
    const [position] = place;
    const own = this.#places.get(channel)?.[0];
    if (own == null) return;
    // Of a lower numbering counts what begins it, unless this tab knows it already, and the hub went back for another one.
    if (own && !isBefore(own, position) && !(after && (own == after || !isSameEpoch(own, position)))) return;
    this.#places.set(channel, place);
    const gap = type == "missedevents" && parse(data);
    for (const subscribed of [...this.#subscribed]) {
      if (!subscribed.channels.includes(channel)) continue;
      // A handler may have closed any subscription, its own too.
      const tell = (name: string, argument: unknown) => this.#subscribed.has(subscribed) && call(subscribed.handlers, name, argument);
      if (gap) tell("ongap", gap);
      else {
        const event: ChannelEvent = { channel, type, data, id: position };
        if (!reserved.test(type)) tell(type, event);
        tell("onevent", event);
      }
    }
  }
}

/** One that throws doesn't keep the others from theirs. */
function call(handlers: Handlers, name: string, argument?: unknown): void {
  try {
    // An event may be called "toString": what every object has is nobody's handler.
    if (typeof handlers[name] == "function" && !(name in Object.prototype)) handlers[name](argument);
  } catch (error) {
    reportError(error);
  }
}
