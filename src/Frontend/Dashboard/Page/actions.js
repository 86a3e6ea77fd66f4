// What changes something: publishing, and ending streams.

import { count, write } from "./format.js";
import { send } from "./server.js";

const toastFor = 8000;
let toastTimer;

const element = id => document.getElementById(id);

export function preparePublishing() {
  element("publish-form").addEventListener("submit", event => {
    event.preventDefault();
    const type = element("publish-type").value;
    const path = `dashboard/channels/${encodeURIComponent(element("publish-channel").value)}/events`;
    run(event.submitter, element("publish-note"), async () => {
      const answer = await send(type === "" ? path : `${path}?event=${encodeURIComponent(type)}`, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream" },
        body: new TextEncoder().encode(element("publish-data").value),
      });
      return `Published as ${answer.id} to ${count(answer.subscribers)} subscriber${answer.subscribers === 1 ? "" : "s"}.`;
    });
  });
}

export function prepareEnding() {
  element("kick-form").addEventListener("submit", event => {
    event.preventDefault();
    end(element("kick-what").value, element("kick-name").value);
  });
  element("confirm-no").addEventListener("click", () => element("confirm").close(""));
  element("confirm-yes").addEventListener("click", () => element("confirm").close("yes"));
}

// Asks first, by name.
export function end(what, name) {
  const dialog = element("confirm");
  write(element("confirm-text"), what === "channel"
    ? `Every stream of the channel “${name}” ends, on all frontends. Browsers come back by themselves.`
    : `Every stream that was opened with the token “${name}” ends, and it opens none any more.`);
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") {
      clearTimeout(toastTimer);
      run(null, element("toast"), async () => {
        const answer = await send("admin/disconnect", { method: "POST", body: JSON.stringify({ [what]: name }) });
        return `${count(answer.disconnected)} stream${answer.disconnected === 1 ? "" : "s"} of ${name} ended.`;
      }).then(() => {
        toastTimer = setTimeout(() => write(element("toast"), ""), toastFor);
      });
    }
  }, { once: true });
  dialog.showModal();
  element("confirm-no").focus();
}

async function run(button, note, act) {
  if (button) {
    button.disabled = true;
  }

  note.classList.remove("fault");
  try {
    write(note, await act());
  } catch (fault) {
    note.classList.add("fault");
    write(note, fault.message);
  } finally {
    if (button) {
      button.disabled = false;
    }
  }
}
