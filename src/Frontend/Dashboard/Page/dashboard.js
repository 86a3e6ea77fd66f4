// Puts the page together: the feed with the figures, and what shows them.

import { end, prepareEnding, preparePublishing } from "./actions.js";
import { Channels } from "./channels.js";
import { clock, count, lag, rate, write } from "./format.js";
import { Plot } from "./plot.js";
import { Processes } from "./processes.js";
import { follow, session } from "./server.js";
import { Tail } from "./tail.js";

const mostPoints = 300;
const silence = 8000;
const element = id => document.getElementById(id);

// As the server writes a point.
const at = { time: 0, connected: 1, deliveries: 2, published: 3, median: 4, nineInTen: 5, worst: 6 };

const plots = [
  new Plot(element("plot-connections"), "Connections", [{ name: "Connections", at: at.connected }], count),
  new Plot(element("plot-rates"), "Events a second", [{ name: "Delivered", at: at.deliveries }, { name: "Published", at: at.published }], rate),
  new Plot(element("plot-lag"), "Lag from publish to socket", [{ name: "50 %", at: at.median }, { name: "90 %", at: at.nineInTen }, { name: "99 %", at: at.worst }], lag),
];
const tail = new Tail({ refused: () => begin() });
const channels = new Channels({
  tail: channel => {
    tail.follow(channel);
    element("tail-title").scrollIntoView({ block: "nearest" });
  },
  end: channel => end("channel", channel),
});
const processes = new Processes();
let points = [];
let feed = null;

function begin() {
  feed?.stop();
  show("connecting", "Connecting");
  feed = follow("dashboard/feed", {
    silence,
    open: () => {},
    lost: () => {
      const last = points.at(-1);
      show("away", "Reconnecting", last ? `No connection to the server: these figures are of ${clock(last[at.time])}. Trying again.` : "No connection to the server. Trying again.");
    },
    event: (type, data) => (type === "past" ? takePast(JSON.parse(data)) : takeSample(JSON.parse(data))),
    refused: (status, fault) => (status === 401 ? askForKey(fault) : refuse(fault)),
  });
}

// What this page has seen before the server began to keep it stays.
function takePast(past) {
  const first = past[0]?.[at.time] ?? Infinity;
  points = [...points.filter(point => point[at.time] < first), ...past].slice(-mostPoints);
}

function takeSample(sample) {
  if (sample.point[at.time] > (points.at(-1)?.[at.time] ?? 0)) {
    points = [...points, sample.point].slice(-mostPoints);
  }

  show("live", "Live");
  element("sign-in").hidden = true;
  element("main").hidden = false;
  element("sign-out").hidden = !session.hasKey;
  const point = sample.point;
  write(element("connected"), count(point[at.connected]));
  write(element("deliveries"), rate(point[at.deliveries]));
  write(element("publishes"), rate(point[at.published]));
  write(element("lag"), lag(point[at.worst]));
  write(element("median"), lag(point[at.median]));
  write(element("channel-count"), count(sample.channelCount));
  for (const name of ["served", "events", "published", "missing"]) {
    write(element(name), count(sample[name]));
  }

  for (const plot of plots) {
    plot.show(points);
  }

  channels.show(sample);
  processes.show(sample);
}

function show(state, text, banner = "") {
  element("status").dataset.state = state;
  write(element("status-text"), text);
  element("banner").hidden = banner === "";
  write(element("banner"), banner);
}

function askForKey(fault) {
  tail.stop();
  show("away", "Signed out");
  element("main").hidden = true;
  element("sign-out").hidden = true;
  element("sign-in").hidden = false;
  write(element("sign-in-fault"), session.hasKey ? fault : "");
  session.end();
  element("key").focus();
}

function refuse(fault) {
  element("main").hidden = true;
  show("away", "Refused", fault);
}

write(element("host"), location.host);
preparePublishing();
prepareEnding();
element("sign-in-form").addEventListener("submit", event => {
  event.preventDefault();
  const key = element("key").value.trim();
  element("key").value = "";
  if (/^[\x20-\x7e]+$/.test(key)) {
    session.begin(key);
    begin();
  } else {
    write(element("sign-in-fault"), "A key has printable characters of ASCII alone.");
  }
});
element("sign-out").addEventListener("click", () => {
  session.end();
  points = [];
  begin();
});
begin();
