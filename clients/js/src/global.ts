// For a plain <script>: defines SseFabric, and the element <sse-events>. As the script of a shared worker, which it is too, it serves.
import { SseFabric, setWorker } from "./client.js";
import { defineElement } from "./element.js";
import { serve } from "./hub.js";

if (typeof document == "object") {
  const own = (document.currentScript as HTMLScriptElement | null)?.src;
  setWorker(() => own);
  Object.assign(globalThis, { SseFabric });
  defineElement();
} else {
  serve(globalThis as never);
}
