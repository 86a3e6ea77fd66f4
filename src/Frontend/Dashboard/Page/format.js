// Figures as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const fixed = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const none = "–";

export function count(value) {
  return value == null ? none : value >= 1e6 ? short.format(value) : whole.format(value);
}

export function rate(value) {
  return value == null ? none : value === 0 || value >= 100 ? count(value) : fixed.format(value);
}

export function lag(milliseconds) {
  return milliseconds == null ? none
    : milliseconds >= 1000 ? `${tenths.format(milliseconds / 1000)} s`
    : `${milliseconds >= 100 ? whole.format(milliseconds) : tenths.format(milliseconds)} ms`;
}

export function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${tenths.format(bytes / 1024)} KiB` : `${tenths.format(bytes / 1048576)} MiB`;
}

export function clock(time) {
  return clockTime.format(time);
}

export function preciseClock(time) {
  return `${clockTime.format(time)}.${String(time % 1000).padStart(3, "0")}`;
}

// Writes only what has changed: a selection in the page stays.
export function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

// Whatever came from outside becomes a text node, never markup.
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }

  if (text !== undefined) {
    element.textContent = text;
  }

  return element;
}
