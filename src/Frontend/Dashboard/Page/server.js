// Asks the server. The page itself gives the key, with every request: nothing that a browser sends by itself opens anything here.

const store = "ssefabric.management-key";
const maxBlock = 1 << 20;

let key = sessionStorage.getItem(store);

export const session = {
  get hasKey() {
    return key !== null;
  },
  begin(given) {
    key = given;
    sessionStorage.setItem(store, given);
  },
  end() {
    key = null;
    sessionStorage.removeItem(store);
  },
};

export function ask(path, options = {}) {
  const headers = new Headers(options.headers);
  if (key !== null) {
    headers.set("Authorization", `Bearer ${key}`);
  }

  return fetch(path, { ...options, headers, cache: "no-store", redirect: "error" });
}

// What an answer that isn't good says in words.
export async function faultOf(answer) {
  try {
    const problem = await answer.json();
    return problem.detail ?? `${answer.status} ${problem.title ?? ""}`;
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

// Asks for one thing and gets JSON, or fails with a sentence.
export async function send(path, options) {
  let answer;
  try {
    answer = await ask(path, options);
  } catch {
    throw new Error("The server can't be reached now.");
  }

  if (!answer.ok) {
    throw new Error(await faultOf(answer));
  }

  return answer.json();
}

// Follows a stream of events and comes back whenever it ends, until it is told to stop or is refused.
//   event(type, data)  something came          lost()            it is away, and will be asked for again
//   open()             it is there (again)     refused(status, fault)  it is no use to ask again
// silence: after how many milliseconds without a byte it counts as lost.
export function follow(path, { event, open, lost, refused, silence = 0 }) {
  const stop = new AbortController();
  const state = { lastEventId: "", retry: 1000, attempts: 0 };
  const handlers = { event, open };

  async function run() {
    while (!stop.signal.aborted) {
      const cut = new AbortController();
      const end = () => cut.abort();
      stop.signal.addEventListener("abort", end);
      try {
        const headers = state.lastEventId === "" ? {} : { "Last-Event-ID": state.lastEventId };
        const answer = await ask(path, { headers, signal: cut.signal });
        if (answer.status === 401 || answer.status === 403 || answer.status === 400) {
          const fault = await faultOf(answer);
          if (!stop.signal.aborted) {
            refused(answer.status, fault);
          }

          return;
        }

        if (answer.ok) {
          await read(answer, state, handlers, cut, silence);
        }
      } catch {
        // Away, or cut: asked for again below.
      } finally {
        stop.signal.removeEventListener("abort", end);
        cut.abort();
      }

      if (stop.signal.aborted) {
        return;
      }

      // A stream that was there and has ended may be back at once: a server that ends lets go of its streams so.
      if (state.attempts > 0) {
        lost();
      }

      await pause(Math.min(10000, state.retry * 2 ** state.attempts++) * (0.7 + 0.6 * Math.random()), stop.signal);
    }
  }

  run();
  return { stop: () => stop.abort() };
}

async function read(answer, state, handlers, cut, silence) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let watch;
  const rearm = () => {
    clearTimeout(watch);
    watch = silence > 0 ? setTimeout(() => cut.abort(), silence) : undefined;
  };

  if (!answer.headers.has("X-SSE-Busy")) {
    handlers.open();
  }

  try {
    for (;;) {
      rearm();
      const { done, value } = await reader.read();
      if (done) {
        return;
      }

      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      if (rest.length > maxBlock) {
        return;
      }

      for (const block of blocks) {
        take(block, state, handlers);
      }
    }
  } finally {
    clearTimeout(watch);
    reader.cancel().catch(() => {});
  }
}

// Our own server ends every line with LF alone.
function take(block, state, handlers) {
  let type = "message";
  const data = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      data.push(value);
    } else if (field === "event") {
      type = value;
    } else if (field === "id") {
      state.lastEventId = value;
    } else if (field === "retry" && /^\d+$/.test(value)) {
      state.retry = Math.min(10000, Number(value));
    }
  }

  if (data.length > 0) {
    state.attempts = 0;
    handlers.event(type, data.join("\n"));
  }
}

function pause(milliseconds, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
