import { SseFabric, setWorker } from "./client.js";

export { SseFabric };
export type { Subscription } from "./client.js";
export { defineElement } from "./element.js";
export type { ChannelEvent, Gap, Handlers, Options, Problem, Sharing } from "./types.js";

setWorker(() => new URL("./worker.js", import.meta.url));
