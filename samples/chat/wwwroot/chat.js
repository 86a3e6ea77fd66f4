const room = new URLSearchParams(location.search).get("room")?.toLowerCase().replaceAll(/[^a-z0-9-]/g, "").slice(0, 30) || "lobby";
const element = (id) => document.getElementById(id);
const [list, name, text, state, fault] = ["messages", "name", "text", "state", "fault"].map(element);
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

element("room").textContent = room;
document.title = `#${room}`;
for (const link of document.querySelectorAll("nav a")) {
  if (link.textContent === room) link.setAttribute("aria-current", "page");
}
name.value = localStorage.getItem("name") ?? "";

// What others wrote goes in as text, never as markup.
function child(parent, tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  parent.append(made);
  return made;
}

function append(className, fill) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  fill(child(list, "li", className, ""));
  while (list.children.length > 500) list.firstChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function hue(person) {
  let sum = 0;
  for (const letter of person) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

function show({ from, text, at }) {
  append(from === name.value.trim() ? "own" : "", (item) => {
    const who = child(item, "span", "who", from);
    who.style.setProperty("--hue", hue(from));
    const when = child(item, "time", "", clock.format(new Date(at)));
    when.dateTime = at;
    child(item, "p", "", text);
  });
}

// An id that the room doesn't know: everything that it still has comes first, told by a gap of the reason "unknown".
const source = new EventSource(`rooms/${room}/events?lastEventId=newcomer`);
source.onopen = () => { state.textContent = "live"; };
source.onerror = () => { state.textContent = source.readyState === EventSource.CLOSED ? "refused" : "reconnecting"; };
source.onmessage = ({ data }) => show(JSON.parse(data));
source.addEventListener("missedevents", ({ data }) => {
  if (JSON.parse(data).reason !== "unknown") append("gap", (item) => { item.textContent = "something may be missing here"; });
});

element("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  localStorage.setItem("name", name.value);
  fault.textContent = "";
  const body = JSON.stringify({ from: name.value, text: text.value });
  const answer = await fetch(`rooms/${room}/messages`, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  if (answer?.ok) {
    text.value = "";
  } else {
    fault.textContent = "That wasn't sent. Try again.";
  }
  text.focus();
});
