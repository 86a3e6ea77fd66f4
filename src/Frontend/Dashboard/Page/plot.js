// A plot of the last five minutes: lines, and a legend that says what they are at the cursor, or now.

import { clock, make, none } from "./format.js";

const space = 300_000;
const hole = 3_500;
const margin = { left: 44, right: 6, top: 8, bottom: 20 };
const classes = ["first", "second", "third"];

export class Plot {
  #box;
  #svg = part("svg", { role: "img", tabindex: "0" });
  #legend = make("div", "legend");
  #when = make("span", "when");
  #title;
  #series;
  #format;
  #points = [];
  #cursor = null;
  #width = 0;

  // series: [{ name, at }], where at is the place of its figure in a point.
  constructor(box, title, series, format) {
    this.#box = box;
    this.#title = title;
    this.#series = series;
    this.#format = format;
    box.append(this.#legend, this.#svg);
    box.previousElementSibling.append(this.#when);
    new ResizeObserver(() => this.#draw()).observe(box);
    this.#svg.addEventListener("pointermove", event => this.#point(event.offsetX));
    this.#svg.addEventListener("pointerleave", () => this.#moveTo(null));
    this.#svg.addEventListener("blur", () => this.#moveTo(null));
    this.#svg.addEventListener("keydown", event => this.#key(event));
  }

  show(points) {
    this.#points = points;
    this.#draw();
  }

  get #now() {
    return this.#points.at(-1)?.[0] ?? Date.now();
  }

  #x(time) {
    return margin.left + (this.#width - margin.left - margin.right) * (1 - (this.#now - time) / space);
  }

  #point(x) {
    const shown = this.#points.filter(point => this.#now - point[0] <= space);
    let nearest = null;
    for (const point of shown) {
      if (nearest === null || Math.abs(this.#x(point[0]) - x) < Math.abs(this.#x(nearest[0]) - x)) {
        nearest = point;
      }
    }

    this.#moveTo(nearest?.[0] ?? null);
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && this.#points.length > 0) {
      event.preventDefault();
      const at = this.#cursor === null ? this.#points.length - 1 : this.#points.findIndex(point => point[0] >= this.#cursor);
      this.#moveTo(this.#points[Math.max(0, Math.min(this.#points.length - 1, at + step))][0]);
    } else if (event.key === "Escape") {
      this.#moveTo(null);
    }
  }

  #moveTo(time) {
    if (this.#cursor !== time) {
      this.#cursor = time;
      this.#draw();
    }
  }

  #draw() {
    this.#width = this.#box.clientWidth;
    if (this.#width === 0) {
      return;
    }

    const height = this.#svg.clientHeight || 170;
    const bottom = height - margin.bottom;
    const points = this.#points.filter(point => this.#now - point[0] <= space);
    const highest = Math.max(0, ...points.flatMap(point => this.#series.map(series => point[series.at] ?? 0)));
    const top = ceiling(highest);
    const y = value => bottom - (bottom - margin.top) * (value / top);
    const parts = [];
    for (const value of [0, top / 2, top]) {
      parts.push(part("line", { class: "grid", x1: margin.left, x2: this.#width - margin.right, y1: y(value), y2: y(value) }));
      parts.push(label(margin.left - 8, y(value) + 4, "end", value === 0 ? "0" : this.#format(value)));
    }

    for (const minute of [4, 3, 2, 1]) {
      parts.push(label(this.#x(this.#now - minute * 60_000), height - 4, "middle", `−${minute} min`));
    }

    parts.push(label(this.#width - margin.right, height - 4, "end", "now"));
    for (const [index, series] of [...this.#series.entries()].reverse()) {
      const runs = unbroken(points, series.at).map(run => run.map(point => [this.#x(point[0]), y(point[series.at])]));
      if (index === 0) {
        parts.push(...runs.map(run => part("path", { class: `area ${classes[index]}`, d: `${path(run)}L${run.at(-1)[0]} ${bottom}L${run[0][0]} ${bottom}Z` })));
      }

      parts.push(part("path", { class: `line ${classes[index]}`, d: runs.map(run => (run.length === 1 ? `${path(run)}h0` : path(run))).join("") }));
    }

    const chosen = points.find(point => point[0] === this.#cursor);
    if (chosen) {
      parts.push(part("line", { class: "cursor", x1: this.#x(chosen[0]), x2: this.#x(chosen[0]), y1: margin.top, y2: bottom }));
    }

    this.#svg.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    this.#svg.replaceChildren(...parts);
    this.#tell(chosen, points, highest);
  }

  #tell(chosen, points, highest) {
    const figure = (series, point) => (point?.[series.at] == null ? none : this.#format(point[series.at]));
    const point = chosen ?? points.at(-1);
    this.#legend.replaceChildren(...this.#series.map((series, index) => {
      const entry = make("span", classes[index]);
      entry.append(make("i", "swatch"), `${series.name} `, make("b", "", figure(series, point)));
      return entry;
    }));
    this.#when.textContent = chosen ? clock(chosen[0]) : "";
    const said = this.#series.map(series => `${series.name} ${figure(series, point)}`).join(", ");
    if (chosen === undefined && document.activeElement === this.#svg) {
      // Not read aloud again every second.
      return;
    }

    this.#svg.setAttribute("aria-label", `${this.#title}. ${chosen ? `At ${clock(chosen[0])}` : "Now"}: ${said}. Highest in five minutes: ${this.#format(highest)}.`);
  }
}

function part(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, typeof value === "number" ? value.toFixed(1) : value);
  }

  return element;
}

function label(x, y, anchor, text) {
  const element = part("text", { class: "label", x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

function path(run) {
  return run.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

// A line ends where nothing is known, and where the page or the server was away.
function unbroken(points, at) {
  const runs = [];
  let last = null;
  for (const point of points) {
    if (point[at] != null) {
      if (last === null || point[0] - last > hole) {
        runs.push([]);
      }

      runs.at(-1).push(point);
      last = point[0];
    }
  }

  return runs;
}

// The next number that is round, and half of it too.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const steps = power === 1 ? [2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10];
  return power * steps.find(step => step * power >= value);
}
