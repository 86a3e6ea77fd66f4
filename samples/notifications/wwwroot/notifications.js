const element = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const post = (path, body) =>
  fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).catch(() => null);
let source;

// What others wrote goes in as text, never as markup.
function child(parent, tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  parent.append(made);
  return made;
}

function show({ from, text, at }) {
  const item = document.createElement("li");
  child(item, "span", "who", from);
  child(item, "time", "", clock.format(new Date(at))).dateTime = at;
  child(item, "p", "", text);
  element("notices").prepend(item);
  while (element("notices").children.length > 200) element("notices").lastChild.remove();
  count();
}

function count() {
  const number = element("notices").children.length;
  element("count").textContent = number;
  document.title = number ? `(${number}) Notifications` : "Notifications";
}

function listen(user) {
  const state = element("state");
  source = new EventSource(`events?channel=user.${user}&lastEventId=newcomer`);
  source.onopen = () => { state.textContent = "live"; };
  source.onerror = () => { state.textContent = source.readyState === EventSource.CLOSED ? "refused" : "reconnecting"; };
  source.onmessage = ({ data }) => show(JSON.parse(data));
  // The token has expired: nothing more comes until one signs in again.
  source.addEventListener("streamend", enter);
}

async function enter() {
  source?.close();
  const answer = await fetch("me").catch(() => null);
  const user = answer?.ok ? (await answer.json()).user : null;
  element("door").hidden = user !== null;
  element("desk").hidden = user === null;
  element("notices").replaceChildren();
  count();
  if (user !== null) {
    element("me").textContent = user;
    listen(user);
  }
}

element("users").addEventListener("click", async ({ target }) => {
  if (target.value && (await post("sign-in", { name: target.value }))?.ok) await enter();
});
element("leave").addEventListener("click", async () => {
  await post("sign-out", {});
  await enter();
});
element("send").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post(`users/${element("to").value}/notices`, { text: element("text").value });
  element("fault").textContent = answer?.ok ? "" : "That wasn't sent. Try again.";
  if (answer?.ok) element("text").value = "";
  element("text").focus();
});
enter();
