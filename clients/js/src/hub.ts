import type { Block } from "./blocks.js";
import { type Ending, type Target, canStream, read } from "./connection.js";
import { hold, newName, whenFree } from "./locks.js";
import { type News, type Place, type Want, type Word, isBefore, isEarlier, parse } from "./messages.js";

const longestWait = 60_000;
const gather = 20;
const linger = 1000;

/** Holds the one connection, and gives out what it brings. Runs where all tabs reach it: in the shared worker, or in the tab that leads. */
export class Hub {
  readonly #name: string;
  readonly #target: Target;
  readonly #give: (news: News, channel?: string) => void;
  readonly #wants = new Map<string, { channels: string[]; forget: () => void }>();
  /** Where the connection stands in each of its channels. A tab that is ahead of it passes over what it has. */
  readonly #places = new Map<string, Place>();
  #request?: AbortController;
  #timer?: ReturnType<typeof setTimeout>;
  #wake = () => {};
  #isOpen = false;
  #hasEnded = false;
  #polls: boolean;
  #retry = 3000;
  #failures = 0;
  #token?: string;

  /** @param give Gives news to all tabs; with a channel, at least to those that want it. */
  constructor(name: string, target: Target, give: (news: News, channel?: string) => void) {
    this.#name = name;
    this.#target = target;
    this.#give = give;
    this.#polls = target.polling || !canStream();
    addEventListener("online", this.#hurry);
  }

  /** Whether a tab wants a channel; without one, whether it wants any. */
  serves(tab: string, channel?: string): boolean {
    const want = this.#wants.get(tab);
    return !!want && (channel == null || want.channels.includes(channel));
  }

  /** Takes what a tab wants from now on. */
  receive({ tab, channels, token }: Want): void {
    const known = this.#wants.get(tab);
    if (channels[0]) {
      this.#wants.set(tab, {
        channels: channels.map(([channel]) => channel),
        // A tab that crashed says no farewell, but lets go of its lock.
        forget: known?.forget ?? whenFree(tab, () => this.receive({ tab, channels: [] })),
      });
    } else {
      known?.forget();
      this.#wants.delete(tab);
    }

    if (token && token != this.#token) {
      this.#token = token;
      // A second refusal in a row is waited out: the server may not like any token.
      if (this.#failures < 2) this.#wake();
    }

    let mustReopen = false;
    for (const [channel, place] of channels) {
      const own = this.#places.get(channel);
      // What a tab says after its first word is older than what is on its way to it.
      if (!own || (!known && place[0] && (!own[0] || isEarlier(place, own)))) {
        this.#places.set(channel, place);
        mustReopen = true;
      }
    }

    this.#post({ taken: tab });
    if (mustReopen) {
      // At once: what is still read would move the places on.
      this.#request?.abort();
      this.#isOpen = false;
      this.#reopenIn(gather);
    } else {
      if (this.#isOpen) this.#tellOpen();
      // A page that is opened now would try at once by itself.
      if (!known && channels[0]) this.#wake();
      if (!this.#timer && this.#unwanted()[0]) this.#reopenIn(linger);
    }
  }

  close(): void {
    removeEventListener("online", this.#hurry);
    clearTimeout(this.#timer);
    this.#request?.abort();
    for (const { forget } of this.#wants.values()) forget();
  }

  #post(word: Word, channel?: string): void {
    this.#give({ hub: this.#name, ...word }, channel);
  }

  readonly #hurry = () => this.#wake();

  #unwanted(): string[] {
    const wanted = new Set([...this.#wants.values()].flatMap(want => want.channels));
    return [...this.#places.keys()].filter(channel => !wanted.has(channel));
  }

  #reopenIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#request?.abort();
      this.#request = new AbortController();
      void this.#run(this.#request.signal);
    }, milliseconds);
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (;;) {
      for (const channel of this.#unwanted()) this.#places.delete(channel);
      if (!this.#places.size) return;
      this.#hasEnded = false;
      let hasOpened = false;
      const places = [...this.#places].map(([channel, [position]]): [string, string] => [channel, position]);
      const ending = await read(this.#target, places, this.#polls, this.#token, signal, block => {
        // What is still read after an abort belongs to the next request.
        if (!signal.aborted) hasOpened = this.#take(block) || hasOpened;
      });
      if (!signal.aborted && !(hasOpened && this.#polls && !this.#hasEnded) && !this.#part(ending.status)) await this.#rest(ending, hasOpened, signal);
      if (signal.aborted) return;
    }
  }

  /** Sends away the tabs that want the newest channel that not all want, if the server refuses what all want together. Returns whether there are any. */
  #part(status: number): boolean {
    // A request that names too much is refused each time; one for a channel that may not be read perhaps not with a new token.
    if (![400, 414, 431].includes(status) && !([403, 404].includes(status) && this.#failures)) return false;
    for (const channel of [...this.#places.keys()].reverse()) {
      const apart = [...this.#wants.keys()].filter(tab => this.serves(tab, channel));
      if (!apart[0] || apart.length == this.#wants.size) continue;
      this.#post({ apart });
      for (const tab of apart) {
        this.#wants.get(tab)?.forget();
        this.#wants.delete(tab);
      }
      return true;
    }
    return false;
  }

  /** Waits for the next try: the server's own time, doubled with each failure, and up to half of it by chance, so that not all browsers come back at once. */
  #rest(ending: Ending, hasOpened: boolean, signal: AbortSignal): Promise<void> {
    const { status, reason } = ending;
    this.#isOpen = false;
    if (!hasOpened) this.#failures++;
    this.#polls = this.#target.polling || !canStream() || (ending.isStalled && !this.#polls);
    const wait = Math.min(Math.max(this.#retry, 100) * 2 ** Math.max(this.#failures - 1, 0), longestWait);
    const retry = Math.max(wait, ending.retry) * (1 + Math.random() / 2);
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, retry);
      signal.addEventListener("abort", wake);
      this.#wake = wake;
      this.#post({ problem: { status, reason, retry } });
      if (this.#hasEnded || status == 401 || status == 403) {
        // Of one tab, each time by chance: one that doesn't answer doesn't keep the others away.
        const tabs = [...this.#wants.keys()];
        this.#post({ ask: tabs[Math.floor(Math.random() * tabs.length)]! });
      }
    });
  }

  /** Returns whether the block was the first of a stream. */
  #take({ places, type, data, retry }: Block): boolean {
    this.#retry = retry ?? this.#retry;
    const time = Date.now();
    if (data == null) {
      if (!places[0]) return false;
      // Where it resumes is said again, and was reached before.
      for (const [position, channel] of places) if (this.#places.get(channel)?.[0] != position) this.#places.set(channel, [position, time]);
      this.#isOpen = true;
      this.#failures = 0;
      this.#tellOpen();
      return true;
    }

    for (const [position, channel] of places) {
      const before = this.#places.get(channel)?.[0];
      const place: Place = [position, time];
      this.#places.set(channel, place);
      this.#post({ channel, place, type, data, after: before && isBefore(position, before) ? before : undefined }, channel);
    }

    if (!places[0] && type == "streamend") {
      this.#hasEnded = true;
      this.#post({ end: parse(data)?.reason ?? "" });
    }

    return false;
  }

  #tellOpen(): void {
    this.#post({ open: [...this.#places] });
  }
}

/** What a shared worker does: its name says to what it connects. */
export function serve(scope: { name: string; onconnect: unknown }): void {
  const ports = new Map<string, MessagePort>();
  const name = newName();
  const hub = new Hub(name, JSON.parse(scope.name)[1], (news, channel) => {
    for (const [tab, port] of ports) {
      if (!hub.serves(tab)) ports.delete(tab);
      else if (hub.serves(tab, channel)) port.postMessage(news);
    }
  });
  // Whoever waits for this lock learns of the worker's end; nobody may have it before.
  const held = new Promise<void>(resolve => hold(name, resolve));
  scope.onconnect = ({ ports: [port] }: MessageEvent) => {
    port!.onmessage = ({ data }: MessageEvent<Want>) => {
      ports.set(data.tab, port!);
      hub.receive(data);
    };
    void held.then(() => port!.postMessage({ hub: name, hello: true }));
  };
}
