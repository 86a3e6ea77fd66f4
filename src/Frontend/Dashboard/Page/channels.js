// The channels with the most subscribers, or those that a filter finds.

import { count, make, rate, write } from "./format.js";
import { send } from "./server.js";

const typing = 250;

export class Channels {
  #body = document.getElementById("channels");
  #note = document.getElementById("channels-note");
  #filter = document.getElementById("filter");
  #rows = new Map();
  #asking = false;
  #timer;
  #sample;
  #tail;
  #end;

  // tail, end: what the buttons of a channel do.
  constructor({ tail, end }) {
    this.#tail = tail;
    this.#end = end;
    this.#filter.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#refresh(), typing);
    });
  }

  show(sample) {
    this.#sample = sample;
    this.#refresh();
  }

  async #refresh() {
    const filter = this.#filter.value;
    if (!this.#sample) {
      return;
    }

    if (filter === "") {
      const { channels, channelCount } = this.#sample;
      const rest = channelCount - channels.length;
      this.#list(channels, rest > 0 ? `The ${count(channels.length)} with the most subscribers of ${count(channelCount)}.` : "", "No channel has subscribers.");
      return;
    }

    if (!this.#asking) {
      this.#asking = true;
      try {
        const { found, channels } = await send(`dashboard/channels?filter=${encodeURIComponent(filter)}`);
        if (this.#filter.value === filter) {
          this.#list(channels, found > channels.length ? `${count(channels.length)} of ${count(found)} that have it.` : "", "No channel in use has this in its name.");
        }
      } catch (fault) {
        write(this.#note, fault.message);
      } finally {
        this.#asking = false;
        if (this.#filter.value !== filter) {
          this.#refresh();
        }
      }
    }
  }

  #list(channels, note, empty) {
    const most = Math.max(1, ...channels.map(channel => channel.subscribers));
    const known = new Map();
    for (const channel of channels) {
      const row = this.#rows.get(channel.name) ?? this.#row(channel.name);
      write(row.subscribers, count(channel.subscribers));
      write(row.rate, rate(channel.rate));
      row.share.style.setProperty("--part", `${(100 * channel.subscribers / most).toFixed(1)}%`);
      known.set(channel.name, row);
    }

    // Nothing moves away under a pointer or a keyboard that is about to press a button.
    if (this.#isHeld()) {
      write(this.#note, "The order stays while you point here.");
      for (const [name, row] of this.#rows) {
        if (!known.has(name)) {
          write(row.subscribers, "0");
          write(row.rate, "0");
        }
      }

      return;
    }

    this.#rows = known;
    const rows = [...known.values()].map(row => row.element);
    if (rows.length === 0) {
      const none = make("td", "empty", empty);
      none.colSpan = 4;
      const row = make("tr");
      row.append(none);
      rows.push(row);
    }

    if (rows.length !== this.#body.children.length || rows.some((row, index) => row !== this.#body.children[index])) {
      this.#body.replaceChildren(...rows);
    }

    write(this.#note, note);
  }

  #isHeld() {
    return this.#rows.size > 0 && (this.#body.querySelector("tr:hover") !== null || this.#body.querySelector(":focus-visible") !== null);
  }

  #row(channel) {
    const element = make("tr");
    const name = make("th", "name");
    name.scope = "row";
    name.title = channel;
    const share = make("div", "share");
    name.append(make("bdi", "", channel), share);
    const subscribers = make("td", "number");
    const rateCell = make("td", "number");
    const actions = make("td", "actions");
    actions.append(
      button("Tail", "quiet", `Tail ${channel}`, () => this.#tail(channel)),
      button("End", "quiet end", `End the streams of ${channel}`, () => this.#end(channel)));
    element.append(name, subscribers, rateCell, actions);
    return { element, subscribers, rate: rateCell, share };
  }
}

function button(text, className, label, press) {
  const element = make("button", className, text);
  element.type = "button";
  element.setAttribute("aria-label", label);
  element.addEventListener("click", press);
  return element;
}
