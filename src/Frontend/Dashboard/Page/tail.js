// The events of one channel as they come: the latest of them, and of each no more than the server describes.

import { count, make, preciseClock, size, write } from "./format.js";
import { follow } from "./server.js";

const most = 200;

export class Tail {
  #log = document.getElementById("tail-log");
  #note = document.getElementById("tail-note");
  #name = document.getElementById("tail-channel");
  #buttons = Object.fromEntries(["pause", "clear", "stop"].map(name => [name, document.getElementById(`tail-${name}`)]));
  #stream = null;
  #channel = "";
  #waiting = [];
  #seen = 0;
  #isPaused = false;
  #isAway = false;
  #drawing = 0;
  #refused;

  // refused: what is to be done where the key is not good any more.
  constructor({ refused }) {
    this.#refused = refused;
    document.getElementById("tail-form").addEventListener("submit", event => {
      event.preventDefault();
      this.follow(this.#name.value);
    });
    this.#buttons.pause.addEventListener("click", () => this.#pause(!this.#isPaused));
    this.#buttons.clear.addEventListener("click", () => {
      this.#waiting = [];
      this.#log.replaceChildren();
      this.#tell();
    });
    this.#buttons.stop.addEventListener("click", () => this.stop());
  }

  follow(channel) {
    this.stop();
    this.#channel = channel;
    this.#name.value = channel;
    this.#seen = 0;
    this.#isAway = false;
    this.#log.replaceChildren();
    this.#pause(false);
    this.#enable(true);
    write(this.#note, "Connecting …");
    this.#stream = follow(`dashboard/tail?channel=${encodeURIComponent(channel)}`, {
      open: () => this.#away(false),
      lost: () => this.#away(true),
      event: (type, data) => this.#take(type, JSON.parse(data)),
      refused: (status, fault) => {
        this.stop();
        write(this.#note, fault);
        if (status !== 400) {
          this.#refused();
        }
      },
    });
  }

  stop() {
    if (this.#stream !== null) {
      this.#stream.stop();
      this.#stream = null;
      this.#pause(false);
      this.#enable(false);
      write(this.#note, `${count(this.#seen)} events seen. Not following any more.`);
    }
  }

  #enable(isOn) {
    for (const button of Object.values(this.#buttons)) {
      button.disabled = !isOn;
    }
  }

  #pause(isPaused) {
    this.#isPaused = isPaused;
    this.#buttons.pause.setAttribute("aria-pressed", String(isPaused));
    this.#schedule();
  }

  #away(isAway) {
    this.#isAway = isAway;
    this.#tell();
  }

  #take(type, data) {
    if (type === "message") {
      this.#seen++;
      this.#waiting.push(data);
    } else if (type === "missedevents") {
      this.#waiting.push({ told: `Events are missing here (${data.reason}).` });
    } else if (type === "streamend") {
      this.#waiting.push({ told: `This stream was ended (${data.reason}); following it anew.` });
    }

    if (this.#waiting.length > most) {
      this.#waiting.splice(0, this.#waiting.length - most);
    }

    this.#schedule();
  }

  // However many come: the page is changed once for each that the screen shows.
  #schedule() {
    if (this.#drawing === 0) {
      this.#drawing = requestAnimationFrame(() => {
        this.#drawing = 0;
        this.#draw();
      });
    }
  }

  #draw() {
    if (!this.#isPaused && this.#waiting.length > 0) {
      const isAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 40;
      this.#log.append(...this.#waiting.splice(0).map(entry));
      while (this.#log.children.length > most) {
        this.#log.firstElementChild.remove();
      }

      if (isAtEnd) {
        this.#log.scrollTop = this.#log.scrollHeight;
      }
    }

    this.#tell();
  }

  #tell() {
    if (this.#stream === null) {
      return;
    }

    const held = this.#waiting.length;
    const where = this.#isAway ? "The server is away; trying again." : this.#isPaused ? `Paused, ${count(held)}${held === most ? " or more" : ""} held back.` : `Following ${this.#channel}.`;
    write(this.#note, `${where} ${count(this.#seen)} event${this.#seen === 1 ? "" : "s"} seen.`);
  }
}

function entry(event) {
  const item = make("li");
  if (event.told) {
    item.append(make("div", "told", event.told));
    return item;
  }

  const meta = make("div", "meta");
  meta.append(make("time", "", preciseClock(event.time)), make("span", "type", event.type), make("span", "", size(event.size)), make("span", "", event.position));
  item.append(meta);
  if (event.hex !== undefined) {
    item.append(make("div", "data binary", event.hex.replace(/../g, "$& ").trimEnd() + (event.hex.length / 2 < event.size ? " …" : "")));
  } else {
    const isCut = new TextEncoder().encode(event.text).length < event.size;
    item.append(make("div", "data", isCut ? `${event.text} …` : event.text));
  }

  return item;
}
